"""Measures of contacts and cases: effort, first contact, time to solve."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from zhiyin.insight.measures.contract import Asked, MeasureOptions, list_measures, read_measure
from zhiyin.insight.selection import VoiceFilter
from zhiyin.listen.records.tables import CONTACTS
from zhiyin.people.scope import EVERYTHING

NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)
CODES = [one.code for one in list_measures("en")]


def ask(**fields):
    wanted = VoiceFilter(since=NOON - timedelta(days=10), until=NOON + timedelta(hours=1), **fields)
    return Asked(scope=EVERYTHING, filter=wanted, zone=ZoneInfo("UTC"), now=NOON, language="en")


def read(connection, code, *, asked=None, **wanted):
    return read_measure(code, asked=asked or ask(), connection=connection, **wanted)


def ago(days):
    moment = NOON - timedelta(days=days)
    return {"occurred_at": moment, "day": moment.date()}


def with_contacts(lake, *rows):
    connection = lake.connect()
    filled = [
        {
            **dict.fromkeys(CONTACTS.schema.names),
            "record_id": f"r{number}",
            "is_current": True,
            "channel": "phone",
            "occurred_at": NOON,
            "day": NOON.date(),
            **row,
        }
        for number, row in enumerate(rows)
    ]
    connection.register("contacts", pa.Table.from_pylist(filled, CONTACTS.schema))
    return connection


EVENTS = pa.schema(
    [
        ("case_id", pa.int64()),
        ("kind", pa.string()),
        ("occurred_at", pa.timestamp("us", tz="UTC")),
        ("unit_id", pa.int64()),
        ("status_to", pa.string()),
        ("n_transfers", pa.int32()),
        ("n_reopened", pa.int32()),
        ("day", pa.date32()),
    ]
)


def with_cases(lake, *stories):
    """A story is a list of (kind, status, hours since noon four days ago, transfers, reopenings)."""
    connection = lake.connect()
    start = NOON - timedelta(days=4)
    rows = [
        {
            "case_id": number,
            "kind": kind,
            "status_to": status,
            "occurred_at": start + timedelta(hours=hours),
            "day": (start + timedelta(hours=hours)).date(),
            "unit_id": 1,
            "n_transfers": n_transfers,
            "n_reopened": n_reopened,
        }
        for number, story in enumerate(stories)
        for kind, status, hours, n_transfers, n_reopened in story
    ]
    connection.register("case_events", pa.Table.from_pylist(rows, EVENTS))
    return connection


def test_contact_effort_and_the_parts_of_service_time_sum_up(small_lake):
    job = {"waiting_s": 600.0, "travelling_s": 1200.0, "arriving_s": 60.0, "served_s": 1740.0}
    connection = with_contacts(
        small_lake,
        {"waited_s": 60.0, "n_adverts": 2, "n_prompts": 5, "n_transfers": 1, "n_told": 2},
        {"waited_s": 1200.0, "n_adverts": 0, "n_prompts": 3, "n_transfers": 0, "n_told": 1},
        {"is_field": True, **job},
        {"is_field": True, **job, "served_s": None},  # not all four known: in no part
    )
    value = {code: read(connection, code).total.value for code in CODES if code.startswith("contact")}
    assert value == {
        "contact_adverts": 1.0,
        "contact_prompts": 4.0,
        "contact_wait": 10.5,
        "contact_long_wait": 0.5,
        "contact_transfers": 0.5,
        "contact_times_told": 1.5,
    }
    whole = read(connection, "service_time").total
    parts = [
        read(connection, f"service_{part}").total for part in ("waiting", "travelling", "arriving", "served")
    ]
    assert (whole.value, whole.n) == (60.0, 1)
    assert sum(part.value for part in parts) == whole.value


def test_an_issue_that_comes_back_was_not_solved_at_the_first_contact(small_lake):
    connection = with_contacts(
        small_lake,
        {"issue_key": "a", "is_resolved": True, **ago(5)},
        {"issue_key": "b", "is_resolved": True, **ago(5)},
        {"issue_key": "b", "is_resolved": True, **ago(1)},  # it came back
        {"issue_key": "c", "is_resolved": False, **ago(5)},
        {"issue_key": "d", "is_resolved": True, **ago(40)},  # began before the period
        {"issue_key": "d", "is_resolved": True, **ago(2)},
        {"is_resolved": True, **ago(3)},  # an issue of its own
        {"issue_key": "e", **ago(3)},  # nobody knows
    )
    found = read(connection, "first_contact_resolution").total
    assert (found.value, found.n) == (0.5, 4)
    soon = MeasureOptions(repeat_days=3)
    assert read(connection, "first_contact_resolution", options=soon).total.value == 0.75


def test_cases_count_when_they_end_and_only_if_they_stay_ended(small_lake):
    connection = with_cases(
        small_lake,
        [("opened", "open", 0, 0, 0), ("closed", "closed", 10, 0, 0), ("noted", "closed", 12, 0, 0)],
        [("opened", "open", 0, 0, 0), ("transferred", "open", 2, 1, 0), ("solved", "solved", 20, 1, 0)],
        [
            *[("opened", "open", 0, 0, 0), ("answered", "answered", 5, 0, 0)],
            *[("reopened", "reopened", 9, 0, 1), ("solved", "solved", 40, 0, 1)],
        ],
        [("opened", "open", 0, 0, 0), ("closed", "closed", 3, 0, 0), ("reopened", "reopened", 9, 0, 1)],
    )
    assert read(connection, "time_to_solve").total.value == 20.0
    assert read(connection, "first_owner_resolution").total.value == pytest.approx(1 / 3)
    assert read(connection, "reopened_share").total.value == pytest.approx(1 / 3)


def test_what_facts_do_not_know_is_not_answered_without_it(small_lake):
    connection = with_contacts(small_lake, {"waited_s": 60.0})
    found = read(connection, "contact_wait", asked=ask(aspects=frozenset({"taste"})))
    assert (found.missing, found.total.value) == ("filter", None)
    by_channel = ask(channels=frozenset({"phone"}))
    assert read(connection, "contact_wait", asked=by_channel).total.value == 1.0
