"""Past appeals, replayed as cases."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from zhiyin.errors import InvalidInput
from zhiyin.respond.models import Case, CaseEvent, Transfer
from zhiyin.respond.replay import Appeals, Done, read_appeals, read_figures, replay, write_rows

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
HEADER = "id,date_raw,title,text,first_reply,n_transfers,days_to_final_reply"

Read = Callable[..., Appeals]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """The appeals of a file with these rows."""

    def make(*rows: str, header: str = HEADER) -> Appeals:
        path = tmp_path / "appeals.csv"
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return read_appeals(path, zone=SHANGHAI, now=NOW)

    return make


def _replay(appeals: Appeals) -> Sequence[Done]:
    return list(replay(appeals, source="appeals.csv"))


@pytest.mark.django_db
def test_an_appeal_is_opened_handed_on_answered_and_closed_at_the_times_of_the_file(read) -> None:
    (done,) = _replay(read("7,2019-08-05,路灯不亮,三天没亮了,已修好,3,4"))
    case = Case.objects.get(number=done.number)
    opened = datetime(2019, 8, 5, tzinfo=SHANGHAI)
    assert case.number.startswith("K1908-")
    assert (case.opened_at, case.status, case.n_transfers) == (opened, "closed", 3)
    assert case.answered_at == case.closed_at == datetime(2019, 8, 9, tzinfo=SHANGHAI)
    steps = CaseEvent.objects.filter(case=case).order_by("at", "id")
    kinds = ["opened", "transferred", "transferred", "transferred", "answered", "closed"]
    assert [step.kind for step in steps] == kinds
    assert [(step.at - opened).days for step in steps] == [0, 1, 2, 3, 4, 4]
    assert case.answers.get().sent_at == case.closed_at


@pytest.mark.django_db
def test_each_hand_over_goes_one_desk_further_and_never_back(read) -> None:
    _replay(read("7,2019-08-05,路灯不亮,三天没亮了,已修好,3,0"))
    moves = Transfer.objects.order_by("event__id")
    assert [move.edge for move in moves] == ["company>unit", "unit>unit", "unit>unit"]
    takers = [move.to_account_id for move in moves]
    assert len({moves[0].from_account_id, *takers}) == 4
    assert [move.from_account_id for move in moves[1:]] == takers[:-1]


@pytest.mark.django_db
def test_every_row_comes_out_once_and_what_cannot_be_read_says_where_and_what_to_do(read, tmp_path) -> None:
    appeals = read(
        "1,2019-08-05,甲,甲,好,0,1",
        "1,2019-08-06,乙,乙,好,0,1",
        "2,gone,丙,丙,好,0,1",
        "3,2019-08-05,丁,丁,好,1.5,1",
        "4,2019-08-05,戊,戊,好,1,-1",
        "5,2019-08-05,,,好,1,1",
        "6,2019-08-05,己,己,,1,1",
        "8,2026-11-22,庚,庚,好,1,2",
        "=9,12/31/2016,辛,辛,好,1,2",
    )
    rows = _replay(appeals)
    refused = {row.line: row.field for row in rows if row.outcome == "refused"}
    assert refused == {3: "id", 4: "date", 5: "transfers", 6: "days", 7: "text", 8: "reply", 9: "days"}
    assert appeals.n_rows == len(rows) == 9
    assert [row.line for row in rows if row.outcome == "replayed"] == [10, 2]
    assert Case.objects.count() == 2
    assert all(row.reason for row in rows if row.outcome == "refused")
    write_rows(tmp_path / "rows.csv", rows)
    with (tmp_path / "rows.csv").open(encoding="utf-8-sig") as file:
        written = list(csv.DictReader(file))
    assert [row["line"] for row in written] == [str(number) for number in range(2, 11)]
    assert written[0]["opened_at"] == "2019-08-05T00:00:00+08:00"
    assert written[1]["reason"] == "The id stands in line 2 already. Give each appeal an id of its own."
    assert written[-1]["id"] == "'=9"


@pytest.mark.django_db
def test_what_was_replayed_before_is_known_and_makes_no_second_case(read) -> None:
    (first,) = _replay(read("7,2019-08-05,路灯不亮,三天没亮了,已修好,1,4"))
    again = _replay(read("7,2019-08-05,路灯不亮,三天没亮了,已修好,1,4", "8,2019-08-05,甲,甲,好,0,0"))
    assert [(row.id, row.outcome) for row in again] == [("7", "known"), ("8", "replayed")]
    assert again[0].number == first.number
    assert Case.objects.count() == 2


@pytest.mark.django_db
def test_a_row_that_a_door_refuses_leaves_no_half_case(read) -> None:
    rows = _replay(read(f"7,2019-08-05,路灯不亮,三天没亮了,{'好' * 5001},1,4", "8,2019-08-06,甲,甲,好,0,0"))
    assert [(row.outcome, row.field) for row in rows] == [("refused", "answer"), ("replayed", "")]
    assert Case.objects.get().number == rows[1].number
    assert not Transfer.objects.exists()


@pytest.mark.django_db
def test_the_figures_are_those_of_the_reports(read) -> None:
    _replay(read("1,2019-08-05,甲,甲,好,0,1", "2,2019-08-05,乙,乙,好,1,2", "3,2019-08-05,丙,丙,好,4,6"))
    figures = read_figures(now=NOW)
    assert (figures.n_cases, figures.n_transfers, figures.mean_days) == (3, 5, 3.0)
    assert (figures.median_days, figures.p90_days) == (2.0, 6.0)
    assert figures.first_contact == figures.kicked_about == pytest.approx(1 / 3)
    assert figures.reopened == 0
    assert {(edge.from_kind, edge.to_kind): edge.n for edge in figures.edges} == {
        ("company", "unit"): 2,
        ("unit", "unit"): 3,
    }


def test_a_file_without_a_needed_column_is_refused_with_the_names_it_may_have(read) -> None:
    with pytest.raises(InvalidInput, match="no column days") as told:
        read("7,2019-08-05,甲,甲,好,1", header="id,date,title,text,reply,transfers")
    assert "days_to_final_reply" in told.value.next_step
