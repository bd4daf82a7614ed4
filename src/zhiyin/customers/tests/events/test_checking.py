"""What a call must be, and when it happened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from zhiyin.customers.events.checking import Sender, check_calls
from zhiyin.customers.events.reading import read_calls
from zhiyin.listen.faults import Fault
from zhiyin.listen.http.problems import ProblemError
from zhiyin.people.services.units import create_unit

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
TRACK = {"type": "track", "userId": "u1", "event": "Ordered", "messageId": "m1"}


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"userId": None}, "userId", "nobody"),
        ({"userId": "  "}, "userId", "nobody"),
        ({"type": None}, "type", "missing"),
        ({"type": "tarck"}, "type", "unknown_type"),
        ({"event": ""}, "event", "missing"),
        ({"event": 5}, "event", "wrong_type"),
        ({"userId": "x" * 201}, "userId", "too_long"),
        ({"properties": [1]}, "properties", "wrong_type"),
        ({"timestamp": "gestern"}, "timestamp", "unreadable_date"),
        ({"timestamp": "1970-01-01T00:00:00Z"}, "timestamp", "too_early"),
        ({"timestamp": "2026-06-09T00:00:00Z"}, "timestamp", "too_late"),
        ({"type": "group"}, "groupId", "missing"),
        ({"type": "alias"}, "previousId", "missing"),
        ({"properties": {"x": "y" * 33_000}}, "", "too_many_bytes"),
        ({"context": {"unit": "S404"}}, "context.unit", "unknown_unit"),
    ],
)
def test_what_is_wrong_is_told_by_its_field(check, change, field, code):
    [good, bad] = check(TRACK, {**TRACK, **change})
    assert not isinstance(good, Fault)
    assert (bad.field, bad.code) == (field, code)


def test_a_number_is_an_id_too(check):
    [event] = check({"type": "page", "anonymousId": 42, "category": "Docs", "name": "Home"})
    assert (event.anonymous_id, event.name) == ("42", "Docs Home")


@pytest.mark.parametrize("skew", [timedelta(days=-400), timedelta(hours=-3), timedelta(days=4000)])
def test_a_wrong_clock_does_not_move_what_happened(check, skew):
    told = {"timestamp": (NOW - timedelta(minutes=10) + skew).isoformat()}
    [event] = check({**TRACK, **told}, sent_at=(NOW + skew).isoformat())
    assert event.occurred_at == NOW - timedelta(minutes=10)


def test_an_event_is_never_later_than_its_arrival(check):
    [event] = check({**TRACK, "timestamp": (NOW + timedelta(hours=2)).isoformat()}, sent_at=NOW.isoformat())
    assert event.occurred_at == NOW


@pytest.mark.parametrize("sent", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
@pytest.mark.parametrize(
    "told", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59+00:00", "2026-05-01T00:00:00Z"]
)
def test_the_ends_of_the_calendar_are_faults_or_now(check, sent, told):
    [event] = check({**TRACK, "timestamp": told}, sent_at=sent)
    assert isinstance(event, Fault) or event.occurred_at <= NOW


def test_a_time_without_a_zone_is_beijings(check):
    [event] = check({**TRACK, "timestamp": "2026-06-01T11:00:00"})
    assert event.occurred_at == datetime(2026, 6, 1, 3, tzinfo=UTC)


def test_an_event_without_an_id_is_told_by_what_it_says_and_when(check):
    told = {"type": "track", "userId": "u1", "event": "Ordered"}
    at = {"timestamp": "2026-06-01T03:00:00Z"}
    first, second = check({**told, **at, "sentAt": "2026-06-01T03:00:01Z"}, {**told, **at, "sentAt": NOW})
    assert first.event_id == second.event_id
    a, b = check(told, told)
    assert a.event_id != b.event_id


def test_the_same_id_of_another_source_is_another_event(check):
    [a], [b] = check(TRACK), check(TRACK, source="web")
    assert a.event_id != b.event_id


def test_a_key_of_one_store_writes_for_it_and_for_no_other(check):
    own, other = create_unit("S1", name="一店", kind="store"), create_unit("S2", name="二店", kind="store")
    mine, theirs = check(TRACK, {**TRACK, "context": {"unit": {"code": "S2"}}}, allowed_units={own.pk})
    assert mine.unit_id == own.pk
    assert theirs.code == "unknown_unit"
    [unsaid] = check(TRACK, allowed_units={own.pk, other.pk})
    assert (unsaid.field, unsaid.code) == ("context.unit", "missing")
    [named] = check({**TRACK, "context": {"unit": "S2"}})
    assert named.unit_id == other.pk


@pytest.mark.parametrize(
    ("sent", "kept"),
    [(b'{"x": "\\ud83d"}', '{"x": "\ufffd"}'), (b'{"x": 1e999}', None), (b'{"x": [1,]}', None)],
)
def test_half_a_sign_is_mended_and_what_is_no_number_is_told(engine, sent, kept):
    body = b'{"userId": "u1", "event": "x", "properties": ' + sent + b"}"
    sender = Sender(source="app", allowed_units=None, sent_at=None, now=NOW)
    try:
        read = read_calls(body, kind="track", content_type="", encoding="")
    except ProblemError:  # told of the whole body, which is one call
        assert kept is None
        return
    [event] = check_calls(read.calls, sender=sender, vault=engine.vault)
    if kept is None:
        assert event.code == "malformed"
    else:
        assert event.properties.decode() == kept
