"""What was known and asked for again, what was told again: counted once, in the case where it belongs."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from zhiyin.people.scope import EVERYTHING
from zhiyin.respond.effort.counting import count_new, count_one
from zhiyin.respond.effort.queries import sum_effort
from zhiyin.respond.flow.services import ask_customer, customer_spoke, merge_case, split_case, undo_merge
from zhiyin.respond.models import CaseEvent, Effort
from zhiyin.respond.reports.effort import list_effort_by_person, list_effort_by_unit, measure_effort
from zhiyin.respond.reports.selection import Selection, rows_behind
from zhiyin.respond.services import CUSTOMER, add_voice, send_answer

pytestmark = pytest.mark.django_db
_TOLD = "昨天晚上开始断网，光猫闪红灯，序列号 ZTE12345A99。"


def _never() -> bool:
    return False


@pytest.fixture
def told(shop, make_case, lake):
    """A case in which the customer told what happened and the serial number."""
    return make_case(by=CUSTOMER, owner=shop.agent, customer_words=_TOLD)


def test_a_question_that_the_case_answers_is_asked_again_once(shop, told, look) -> None:
    case = ask_customer(told, question="请问设备的序列号是多少？", by=shop.by_agent)
    Effort.objects.filter(event=None).delete()
    look()
    look()
    effort = Effort.objects.get()
    assert (effort.n_asked_again, effort.n_told_again, effort.topics) == (1, 0, "serial")
    assert (effort.account, effort.unit, effort.event.kind) == (shop.agent, shop.store, "asked")
    assert sum_effort(case).n_asked == 1


def test_what_nobody_told_yet_is_no_effort_and_an_answer_that_asks_counts(shop, told, look) -> None:
    case = ask_customer(told, question="请问几个人在家？", by=shop.by_agent)
    look()
    assert Effort.objects.get(event__isnull=False).n_asked_again == 0
    send_answer(case, text="您好，请提供一下序列号，我们马上处理。", by=shop.by_agent)
    look()
    questions = Effort.objects.filter(event__isnull=False).order_by("at")
    assert list(questions.values_list("n_asked_again", flat=True)) == [0, 1]
    send_answer(case, version=case.version + 1, text="您好，已经恢复了。", by=shop.by_agent)
    assert questions.count() == 2


def test_words_that_say_what_was_said_are_told_again(shop, told, look) -> None:
    case = ask_customer(told, question="请问现在情况怎么样？", by=shop.by_agent)
    customer_spoke(case, words="说过了，序列号 ZTE12345A99，还是断网，光猫闪红灯。")
    look()
    effort = Effort.objects.get(event__kind="customer_spoke")
    assert (effort.n_told_again, effort.n_asked_again, effort.account) == (2, 0, shop.agent)
    assert effort.topics == "serial,happened"


def test_a_voice_that_is_not_in_the_store_is_tried_later_and_given_up_in_the_end(make_case, lake) -> None:
    make_case()
    effort = Effort.objects.get()
    for n_tried in range(1, 8):
        assert not count_one(effort, now=timezone.now())
        effort.refresh_from_db()
        assert (effort.n_tries, effort.counted_at) == (n_tried, None)
        assert effort.next_try_at > timezone.now()
    count_new(_never)
    assert Effort.objects.exists()  # its time has not come
    count_one(effort, now=timezone.now())
    assert not Effort.objects.exists()


def test_after_a_merge_it_counts_in_the_case_that_goes_on_and_back(shop, told, make_case, look) -> None:
    Effort.objects.all().delete()
    asked = ask_customer(told, question="请问设备的序列号是多少？", by=shop.by_agent)
    target, last = make_case(has_voice=False), make_case(has_voice=False)
    merge_case(asked, into=target, by=shop.by_agent)
    look()
    assert Effort.objects.get().case == target
    assert Effort.objects.get().n_asked_again == 1
    target.refresh_from_db()
    merge_case(target, into=last, by=shop.by_agent)
    assert Effort.objects.get().case == last
    target.refresh_from_db()
    undo_merge(target, by=shop.by_agent)
    assert Effort.objects.get().case == target
    asked.refresh_from_db()
    undo_merge(asked, by=shop.by_agent)
    assert Effort.objects.get().case == asked


def test_effort_of_a_voice_goes_along_when_it_is_split_off(shop, make_case, new_id) -> None:
    case, other = make_case(), new_id()
    add_voice(case, feedback_id=other, by=shop.by_agent)
    case.refresh_from_db()
    new = split_case(case, feedback_ids=[other], title="另一件事", by=shop.by_agent)
    assert Effort.objects.get(voice__feedback_id=other).case == new
    assert Effort.objects.get(voice__feedback_id=case.feedback_id).case == case


def test_the_report_counts_by_unit_and_person_and_opens_to_the_cases(
    shop, told, make_case, look, enter
) -> None:
    make_case(has_voice=False)
    ask_customer(told, question="请问设备的序列号是多少？", by=shop.by_agent)
    look()
    selection = Selection(scope=EVERYTHING, now=timezone.now())
    report = measure_effort(selection)
    assert (report.asked.value, report.asked.n, report.told.value) == (0.5, 2, 0.0)
    (unit,) = list_effort_by_unit(selection)
    assert (unit.code, unit.asked.value, unit.told.value) == ("n1", 0.5, 0.0)
    (person,) = list_effort_by_person(selection)
    assert (person.account, person.n_asked, person.n_told, person.n_cases) == (shop.agent, 1, 0, 1)
    for rows in ("asked_again", "effort"):
        assert rows_behind(selection, rows=rows).get() == told
    assert not rows_behind(selection, rows="told_again").exists()
    assert not rows_behind(selection, rows="effort", account_id=shop.manager.pk).exists()
    page = reverse("case_reports")
    boss = enter(shop.owner).get(page).content.decode()
    assert f"who={shop.agent.pk}" in boss
    behind = f"{reverse('case_report_rows')}?rows=effort&who={shop.agent.pk}"
    rows = enter(shop.owner).get(behind)
    assert told.number in rows.content.decode()
    ((case, effort),) = rows.context["lines"]
    assert (case, effort.n_asked, effort.n_told) == (told, 1, 0)
    assert "who=" not in enter(shop.agent).get(page).content.decode()
    nobody = f"{reverse('case_report_rows')}?rows=effort&who={shop.manager.pk}"
    assert told.number not in enter(shop.owner).get(nobody).content.decode()


def test_the_brief_says_what_was_asked_again(shop, told, look, enter) -> None:
    ask_customer(told, question="请问设备的序列号是多少？", by=shop.by_agent)
    look()
    page = enter(shop.agent).get(reverse("case_brief", args=[told.number])).content.decode()
    assert "We asked 1 time for what was known." in page
    assert CaseEvent.objects.filter(case=told).count() == 2
