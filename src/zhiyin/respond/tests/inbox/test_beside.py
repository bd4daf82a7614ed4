"""What stands beside an answer: the like that was solved, where answers went, who carries them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from zhiyin.insight.delivery.destinations import Wanted, create_destination
from zhiyin.insight.delivery.letters import Address
from zhiyin.people.actors import SYSTEM
from zhiyin.people.scope import EVERYTHING, Scope
from zhiyin.respond.answer_templates.services import TemplateWords, save_template
from zhiyin.respond.inbox.similar import find_similar
from zhiyin.respond.models import AnswerRoute, Case, OutgoingAnswer
from zhiyin.respond.outbox.states import AnswerState, Way
from zhiyin.respond.services import close_case, send_answer
from zhiyin.respond.services.customer import confirm_solved

pytestmark = pytest.mark.django_db(transaction=True)
SPEED = "service.speed"


@pytest.fixture
def ended(shop, make_case):
    """Eight cases about slow service: six solved, two closed."""
    cases = []
    for number in range(8):
        case = make_case()
        Case.objects.filter(pk=case.pk).update(aspect=SPEED)
        case.refresh_from_db()
        answered = send_answer(case, text="周五前改好", by=shop.by_agent)
        if number < 6:
            confirm_solved(answered)
        else:
            close_case(answered, reason="没有回音", by=shop.by_agent)
        cases.append(case)
    return cases


def _similar(**fields):
    wanted = {
        "aspect": SPEED,
        "unit_kind": "store",
        "but_not": None,
        "scope": EVERYTHING,
        "now": timezone.now(),
        **fields,
    }
    return find_similar(**wanted)


def test_of_similar_cases_the_share_solved_is_told_with_its_interval(ended, lake) -> None:
    found = _similar()
    assert (found.share.n, found.share.value) == (8, 0.75)
    assert 0.3 < found.share.low < 0.75 < found.share.high < 1
    assert len(found.cases) == 3
    assert _similar(but_not=ended[0]).share.n == 7


def test_few_other_old_or_foreign_cases_say_nothing(shop, ended, lake) -> None:
    assert _similar(aspect="product.taste") is None
    assert _similar(aspect="") is None
    assert _similar(unit_kind="region") is None
    assert _similar(scope=Scope(unit_ids=frozenset({shop.far_store.pk}))) is None
    assert _similar(now=timezone.now() + timedelta(days=200)) is None


def test_the_case_page_opens_what_solved_the_like(shop, ended, lake, make_case, enter) -> None:
    case = make_case()
    Case.objects.filter(pk=case.pk).update(aspect=SPEED)
    client, url = enter(shop.agent), reverse("case_similar", args=[case.number])
    assert url in client.get(reverse("case", args=[case.number])).content.decode()
    part = client.get(url).content.decode()
    assert "75.0" in part
    assert ended[5].number in part
    assert enter(shop.stranger).get(url).status_code == 404


def test_what_helps_is_fetched_beside_an_answer_to_a_voice(shop, hear, enter) -> None:
    feedback_id, client = hear(), enter(shop.agent)
    beside = reverse("inbox_beside", args=[feedback_id])
    page = client.get(reverse("inbox_voice", args=[feedback_id])).content.decode()
    assert beside in page
    assert "No article answers this yet." in client.get(beside).content.decode()
    assert enter(shop.stranger).get(beside).status_code == 404


def test_a_template_begins_the_answer_to_a_voice(shop, hear, enter) -> None:
    made = save_template(TemplateWords(name="致歉", text_zh="{store}向您致歉。"), by=SYSTEM, scope=EVERYTHING)
    feedback_id = hear()
    url = reverse("inbox_voice", args=[feedback_id])
    page = enter(shop.agent).get(url, {"template": str(made.key)})
    assert page.context["text"] == "北京一店向您致歉。"


def test_the_page_of_a_voice_leads_to_its_answer(shop, hear, enter) -> None:
    feedback_id, client = hear(), enter(shop.agent)
    link = reverse("inbox_voice", args=[feedback_id])
    assert link in client.get(reverse("voice", args=[feedback_id])).content.decode()
    answered = hear("服务很慢", reply="抱歉")
    shown = client.get(reverse("voice", args=[answered])).content.decode()
    assert reverse("inbox_voice", args=[answered]) not in shown


def test_who_carries_a_channel_is_chosen_on_a_page(shop, hear, enter) -> None:
    hear()
    wanted = Wanted(name="贴答复的程序", address=Address(url="http://127.0.0.1:9/hook"))
    made = create_destination("webhook", wanted, scope=EVERYTHING, by=SYSTEM, now=timezone.now())
    client, url = enter(shop.owner), reverse("inbox_ways")
    assert "贴答复的程序" in client.get(url).content.decode()
    client.post(url, {"channel": "review_site", "destination": made.pk})
    assert AnswerRoute.objects.get().destination == made.pk
    assert client.post(url, {"channel": "call_centre", "destination": made.pk}).status_code == 404
    client.post(url, {"channel": "review_site", "destination": "999"})
    assert AnswerRoute.objects.get().destination == made.pk
    client.post(url, {"channel": "review_site", "destination": ""})
    assert not AnswerRoute.objects.exists()
    assert enter(shop.agent).get(url).status_code == 403


def test_a_letter_that_did_not_go_out_is_helped_on_from_its_case(shop, lake, make_case, enter) -> None:
    case, now = make_case(), timezone.now()
    letter = OutgoingAnswer.objects.create(
        key="ans_1",
        feedback_id=case.feedback_id,
        case=case,
        unit=case.unit,
        is_reply=False,
        way=Way.MAIL,
        text="好了",
        made_at=now,
        changed_at=now,
        state=AnswerState.FAILED,
        reason="mail_refused",
    )
    client, url = enter(shop.agent), reverse("case_letter", args=[case.number, letter.key])
    assert url in client.get(reverse("case", args=[case.number])).content.decode()
    client.post(url, {"action": "again", "version": 1})
    letter.refresh_from_db()
    assert letter.state == "waiting"
    client.post(url, {"action": "put_there", "version": letter.version})
    letter.refresh_from_db()
    assert letter.state == "sent"
    assert enter(shop.stranger).post(url, {"action": "again"}).status_code == 404
    other = reverse("case_letter", args=[make_case().number, letter.key])
    assert client.post(other, {"action": "again"}).status_code == 404
