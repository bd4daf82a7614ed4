"""The pages of cases: who sees and does what, and that nothing private stands on them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from zhiyin.people.actors import Actor
from zhiyin.people.models import Account, AuditEvent
from zhiyin.respond.contacts import read_contact
from zhiyin.respond.models import Case, CaseStatus, Step
from zhiyin.respond.queries import find_draft, list_answers, list_events, read_token
from zhiyin.respond.services import (
    CUSTOMER,
    close_case,
    confirm_solved,
    reopen_case,
    save_answer_draft,
    send_answer,
    start_work,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def _page(client: Client, case: Case) -> str:
    response = client.get(reverse("case", args=[case.number]))
    assert response.status_code == 200
    return response.content.decode()


def _post(client: Client, name: str, case: Case, **fields: object):
    return client.post(reverse(name, args=[case.number]), fields)


def test_a_list_shows_the_cases_of_the_unit_and_below_alone(shop, make_case, enter) -> None:
    near = make_case(title="near-case")
    make_case(title="far-case", unit_id=shop.far_store.pk, by=_actor(shop.owner))
    for account in (shop.agent, shop.manager):
        page = enter(account).get(reverse("cases") + "?view=open").content.decode()
        assert "near-case" in page
        assert "far-case" not in page
    page = enter(shop.owner).get(reverse("cases") + "?view=open").content.decode()
    assert "near-case" in page
    assert "far-case" in page
    assert enter(shop.stranger).get(reverse("case", args=[near.number])).status_code == 404


def test_only_the_last_not_solved_stands_above_the_answer(shop, make_case, enter) -> None:
    case = send_answer(make_case(), text="赔您一份", by=shop.by_agent)
    case = reopen_case(case, words="还没收到")
    above = "Not solved, the customer says ·"
    assert above in _page(enter(shop.agent), case)
    case = confirm_solved(send_answer(case, text="已寄出", by=shop.by_agent))
    case = reopen_case(case, by=shop.by_agent)
    assert above not in _page(enter(shop.agent), case)


def test_the_address_of_a_step_leads_back_to_the_case(shop, make_case, enter) -> None:
    # Where a step was refused its address stands in the browser, and the choice of language comes back to it.
    case, client = make_case(), enter(shop.agent)
    refused = _post(client, "case_note", case, note="")
    assert refused.status_code == 422
    steps = ["start", "note", "draft", "answer", "transfer", "due", "close", "reopen", "contact"]
    for step in steps:
        response = client.get(reverse(f"case_{step}", args=[case.number]))
        assert response.url == reverse("case", args=[case.number])


def test_a_title_cannot_turn_the_line_around_it(shop, make_case, enter) -> None:
    case = make_case(
        title="\u202etxet \u2066x", contact=read_contact(name="王\u202e女士", phone="13812345678")
    )
    assert case.title == "txet x"
    assert "\u202e" not in _page(enter(shop.agent), case)


def test_an_answer_is_not_begun_with_a_sign_in_name(shop, make_case, enter) -> None:
    page = _page(enter(shop.agent), make_case())
    assert "我是北京一店的同事" in page
    assert "的agent" not in page


def test_a_case_of_another_unit_is_not_there_for_any_step(shop, make_case, enter) -> None:
    case = make_case()
    client = enter(shop.stranger)
    steps = ["start", "note", "draft", "answer", "transfer", "due", "close", "reopen", "contact"]
    for step in steps:
        assert _post(client, f"case_{step}", case, version=1, note="x", answer="x").status_code == 404
    assert client.get(reverse("case_code", args=[case.number])).status_code == 404
    assert client.get(reverse("case_customer", args=[case.number])).status_code == 404
    client.post(reverse("cases_many"), {"action": "close", "words": "x", "number": [case.number]})
    client.post(reverse("cases_undo") + f"?number={case.number}")
    assert [event.kind for event in list_events(case)] == [Step.OPENED]


def test_who_may_only_look_sees_no_button_and_no_link_of_the_customer(shop, make_case, enter) -> None:
    case = make_case()
    client = enter(shop.auditor)
    page = _page(client, case)
    assert read_token(case) not in page
    assert "case_answer" not in page
    assert reverse("case_answer", args=[case.number]) not in page
    assert _post(client, "case_start", case).status_code == 403
    assert client.get(reverse("case_code", args=[case.number])).status_code == 403
    assert read_token(case) in _page(enter(shop.agent), case)


def test_the_way_from_begin_to_closed_by_page(shop, make_case, enter) -> None:
    case = make_case()
    client = enter(shop.agent)
    assert _post(client, "case_start", case, version=1).status_code == 302
    assert _post(client, "case_note", case, note="kitchen is short").status_code == 302
    due_at = timezone.localtime(timezone.now() + timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M")
    assert _post(client, "case_due", case, version=2, due_at=due_at).status_code == 302
    fields = {
        "version": 3,
        "owner": shop.manager.pk,
        "summary": "please go on",
        "transfer_reason": "shift_ends",
    }
    assert _post(client, "case_transfer", case, **fields).status_code == 302
    page = _page(client, case)
    assert "kitchen is short" in page
    assert "please go on" in page
    client = enter(shop.manager)
    assert _post(client, "case_answer", case, version=4, answer="done", action="send").status_code == 302
    assert _post(client, "case_close", case, version=5).status_code == 302
    fresh = Case.objects.get(pk=case.pk)
    assert (fresh.status, fresh.owner) == (CaseStatus.CLOSED, shop.manager)
    assert _post(client, "case_reopen", case).status_code == 302
    assert Case.objects.get(pk=case.pk).owner == shop.manager


def test_a_stale_page_is_told_so_and_keeps_what_was_typed(shop, make_case, enter) -> None:
    case = make_case()
    start_work(case, by=shop.by_manager)
    response = _post(enter(shop.agent), "case_answer", case, version=1, answer="my long answer")
    assert response.status_code == 409
    page = response.content.decode()
    assert "my long answer" in page
    assert "Somebody else changed this case" in page
    assert list_answers(case) == []


def test_a_missing_summary_is_said_on_the_page(shop, make_case, enter) -> None:
    case = make_case()
    fields = {"version": 1, "owner": shop.manager.pk, "summary": "", "transfer_reason": "other"}
    response = _post(enter(shop.agent), "case_transfer", case, **fields)
    assert response.status_code == 422
    assert "hand-over" in response.content.decode()
    assert Case.objects.get(pk=case.pk).owner == shop.agent


def test_the_draft_is_kept_while_one_writes(shop, make_case, enter) -> None:
    case = make_case()
    client = enter(shop.agent)
    url = reverse("case_draft", args=[case.number])
    response = client.post(url, {"answer": "Dear", "draft_version": 0}, headers=HTMX)
    assert 'name="draft_version" value="1"' in response.content.decode()
    # The page saves by itself, so that one's own version may be behind.
    client.post(url, {"answer": "Dear Ms", "draft_version": 0}, headers=HTMX)
    assert find_draft(case).text == "Dear Ms"
    assert "Dear Ms" in _page(client, case)
    other = enter(shop.manager).post(url, {"answer": "Other", "draft_version": 1}, headers=HTMX)
    assert other.status_code == 409
    assert find_draft(case).text == "Dear Ms"


def test_without_script_a_greeting_stands_before_the_draft(shop, make_case, enter) -> None:
    case = make_case()
    save_answer_draft(case, text="MY-DRAFT", by=shop.by_agent)
    page = enter(shop.agent).get(reverse("case", args=[case.number]) + "?greeting=sorry").content.decode()
    text = page.split("<textarea", 1)[1].split("</textarea>", 1)[0]
    assert "您好" in text
    assert text.index("您好") < text.index("MY-DRAFT")


def test_the_contact_is_masked_until_somebody_says_why(shop, make_case, enter) -> None:
    case = make_case(contact=read_contact(name="陈思远", phone="13812345678"))
    client = enter(shop.agent)
    page = _page(client, case)
    assert "138****5678" in page
    for hidden in ("13812345678", "陈思远"):
        assert hidden not in page
    assert _post(client, "case_contact", case, why="").status_code == 422
    assert not AuditEvent.objects.filter(action="case.contact_revealed").exists()
    shown = _post(client, "case_contact", case, why="call back, 13912345678")
    assert "13812345678" in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    event = AuditEvent.objects.get(action="case.contact_revealed")
    assert "call back" in event.details
    assert "13912345678" not in event.details
    assert _post(enter(shop.auditor), "case_contact", case, why="look").status_code == 403


def test_many_are_handed_over_and_taken_back(shop, make_case, enter) -> None:
    cases = [make_case() for _ in range(3)]
    client = enter(shop.agent)
    numbers = [case.number for case in cases]
    fields = {"action": "transfer", "owner": shop.manager.pk, "words": "holiday", "number": numbers}
    response = client.post(reverse("cases_many"), fields, follow=True)
    assert "looks after 3 cases now" in response.content.decode()
    assert set(Case.objects.values_list("owner", flat=True)) == {shop.manager.pk}
    client.post(reverse("cases_undo") + "?" + "&".join(f"number={number}" for number in numbers))
    assert set(Case.objects.values_list("owner", "n_transfers")) == {(shop.agent.pk, 0)}


def test_what_cannot_be_closed_is_named_with_its_reason(shop, make_case, enter) -> None:
    waiting, answered = make_case(), send_answer(make_case(), text="好", by=shop.by_agent)
    fields = {"action": "close", "words": "", "number": [waiting.number, answered.number]}
    page = enter(shop.agent).post(reverse("cases_many"), fields, follow=True).content.decode()
    assert "1 case is closed" in page
    assert f"{waiting.number}: The customer still waits" in page


def test_the_way_back_leads_to_no_other_site(shop, make_case, enter) -> None:
    fields = {"action": "close", "number": [], "next": "https://example.com/"}
    assert enter(shop.agent).post(reverse("cases_many"), fields).url == reverse("cases")


def test_overdue_is_said_in_words(shop, make_case, enter) -> None:
    case = make_case()
    Case.objects.filter(pk=case.pk).update(due_at=timezone.now() - timedelta(hours=3, minutes=5))
    client = enter(shop.agent)
    assert "overdue by 3 hours" in _page(client, case)
    assert case.number in client.get(reverse("cases") + "?view=overdue").content.decode()
    Case.objects.filter(pk=case.pk).update(due_at=timezone.now() + timedelta(minutes=31))
    assert "due in 30 minutes" in _page(client, case)


def test_what_the_customer_wrote_stands_there_before_its_voice_is_stored(shop, make_case, enter) -> None:
    case = make_case(by=CUSTOMER, customer_words="waited 40 minutes, call 13812345678")
    page = _page(enter(shop.agent), case)
    assert "waited 40 minutes" in page
    assert "13812345678" not in page
    assert "on its way" in page


def test_an_ended_case_is_found_by_its_number(shop, make_case, enter) -> None:
    case = close_case(make_case(), reason="重复", by=shop.by_agent)
    client = enter(shop.agent)
    assert case.number not in client.get(reverse("cases") + "?view=open").content.decode()
    assert case.title in client.get(reverse("cases") + f"?q={case.number}").content.decode()


def test_the_export_holds_what_the_list_shows_and_is_audited(shop, make_case, enter) -> None:
    case = make_case(title="=1+1")
    make_case(unit_id=shop.far_store.pk, by=_actor(shop.owner))
    response = enter(shop.manager).get(reverse("cases_export") + "?view=open&format=csv")
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert response["X-Row-Count"] == "1"
    assert len(lines) == 2
    assert lines[1].startswith(f"{case.number},'=1+1,")
    assert AuditEvent.objects.filter(action="cases.exported").count() == 1
    assert enter(shop.agent).get(reverse("cases_export")).status_code == 403


def _actor(account: Account) -> Actor:
    return Actor.of(account)
