"""What cases say in sum, and one row a case."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from zhiyin.people.models import Account
from zhiyin.people.scope import EVERYTHING, Scope
from zhiyin.respond.models import Case, CaseEvent, Clock
from zhiyin.respond.reports.edges import list_edges
from zhiyin.respond.reports.figures import make_report
from zhiyin.respond.reports.selection import ROWS, Selection, rows_behind
from zhiyin.respond.services import close_case, send_answer, transfer_case, undo

NOW_ON = timedelta(days=30)


@pytest.fixture
def finish() -> Callable[[Case], Case]:
    """Answers the case and closes it, long ago."""

    def work(case: Case) -> Case:
        answered = send_answer(case, text="您好，已经退款。", by=_actor(case))
        closed = close_case(answered, by=_actor(case))
        Case.objects.filter(pk=case.pk).update(closed_at=timezone.now() - timedelta(days=8))
        return closed

    return work


def _actor(case: Case) -> Any:
    from zhiyin.people.actors import Actor

    return Actor.of(case.owner)


def _selection(**fields: Any) -> Selection:
    return Selection(**{"scope": EVERYTHING, "now": timezone.now(), **fields})


def test_only_what_one_answer_of_one_owner_solved_is_solved_at_the_first_contact(
    shop, make_case, finish
) -> None:
    finish(make_case())
    handed = transfer_case(make_case(), to=shop.manager, summary="请接", by=shop.by_agent)
    finish(handed)
    twice = send_answer(make_case(), text="您好，正在处理。", by=shop.by_agent)
    finish(twice)
    fresh = send_answer(make_case(), text="您好，已经退款。", by=shop.by_agent)
    close_case(fresh, by=shop.by_agent)
    report = make_report(_selection())
    assert (report.first_contact.value, report.first_contact.n) == (pytest.approx(1 / 3), 3)
    assert (report.n_cases, report.n_transfers, report.answered.value) == (4, 1, 1.0)
    assert rows_behind(_selection(), rows="first_contact").count() == 1
    assert rows_behind(_selection(), rows="ripe").count() == 3


def test_what_was_taken_back_is_no_hand_over_and_the_edge_is_by_where_people_work(shop, make_case) -> None:
    transfer_case(make_case(), to=shop.manager, summary="请接", by=shop.by_agent)
    taken_back = transfer_case(make_case(), to=shop.owner, summary="请接", by=shop.by_agent)
    undo(taken_back, by=shop.by_agent)
    edges = list_edges(_selection())
    assert [(edge.from_kind, edge.to_kind, edge.n) for edge in edges] == [("store", "region", 1)]
    assert edges[0].per_case.value == 0.5
    (line,) = make_report(_selection()).units
    assert (line.name, line.n_transfers, line.per_case.value) == ("北京一店", 1, 0.5)


def test_a_clock_past_its_time_is_late_and_one_that_runs_is_not_counted(make_case) -> None:
    now = timezone.now()
    rule = _rule(now)
    for place, (due, stopped) in enumerate(
        [(now - timedelta(hours=1), None), (now + timedelta(hours=1), None), (now, now - timedelta(hours=2))]
    ):
        case = make_case(title=f"第{place}件")
        Clock.objects.create(
            case=case,
            rule=rule,
            kind="solution",
            started_at=now - timedelta(days=1),
            due_at=due,
            warn_at=due,
            stopped_at=stopped,
        )
    selection = _selection(now=now)
    (line,) = make_report(selection).clocks
    assert (line.kind, line.share.value, line.share.n, line.n_late) == ("solution", 0.5, 2, 1)
    assert rows_behind(selection, rows="late_solution").get().title == "第0件"
    assert rows_behind(selection, rows="in_time_solution").get().title == "第2件"


def _rule(now: datetime) -> Any:
    from uuid import uuid4

    from zhiyin.respond.models import ClockRule

    return ClockRule.objects.create(
        key=uuid4(),
        version=1,
        name="解决",
        kind="solution",
        from_day=now.date(),
        amount=60,
        counted_in="minutes",
        made_at=now,
        is_on=False,
    )


def test_a_report_holds_only_cases_of_the_period_and_of_the_scope(shop, make_case) -> None:
    case, old = make_case(), make_case()
    Case.objects.filter(pk=old.pk).update(opened_at=timezone.now() - timedelta(days=40))
    last = _selection(since=timezone.now() - NOW_ON)
    assert list(rows_behind(last, rows="all")) == [case]
    elsewhere = _selection(scope=Scope(unit_ids=frozenset({shop.far_store.pk})))
    assert make_report(elsewhere).n_cases == 0


def test_every_figure_opens_to_as_many_rows_as_it_counts(shop, make_case, finish) -> None:
    finish(make_case())
    transfer_case(make_case(), to=shop.manager, summary="请接", by=shop.by_agent)
    report = make_report(_selection())
    counted = {rows: rows_behind(_selection(), rows=rows).count() for rows in ROWS}
    assert (counted["all"], counted["answered"], counted["transferred"]) == (2, 1, 1)
    assert counted["ripe"] == report.first_contact.n
    assert counted["answered"] + counted["unanswered"] == report.n_cases


def test_the_page_shows_figures_and_rows_and_the_file_has_as_many(
    shop, make_case, finish, enter: Callable[[Account], Client]
) -> None:
    finish(make_case(title="=1+1"))
    browser = enter(shop.manager)
    page = browser.get("/case-reports/")
    assert page.status_code == 200
    assert "100.0%" in page.content.decode()
    rows = browser.get("/case-reports/cases/?rows=first_contact").content.decode()
    assert "=1+1" in rows
    file = browser.get("/case-reports/export/?format=csv")
    lines = list(csv.reader(io.StringIO(b"".join(file).decode("utf-8-sig"))))
    assert int(file["X-Row-Count"]) == len(lines) - 1 == 1
    assert len(lines[0]) == len(lines[1])
    assert lines[1][1] == "'=1+1"
    sent = dict(zip(lines[0], lines[1], strict=True))
    assert (sent["Answers sent"], sent["Steps"]) == ("1", str(CaseEvent.objects.count()))


def test_without_cases_the_page_says_so_and_agents_take_no_file(
    shop, enter: Callable[[Account], Client]
) -> None:
    browser = enter(shop.agent)
    assert "No case was opened" in browser.get("/case-reports/?period=today").content.decode()
    assert browser.get("/case-reports/cases/?unit=nowhere&page=zzz").status_code == 200
    assert browser.get("/case-reports/export/").status_code == 403
