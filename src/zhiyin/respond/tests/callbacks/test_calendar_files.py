"""Calendar files: read back by the rules of RFC 5545, they say what was written."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from zhiyin.respond.callbacks.ics import CalendarEvent, write_calendar

_NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def _read(content: bytes) -> list[dict[str, str]]:
    """The events of a file as a calendar reads them: unfolded, split, unescaped."""
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    for line in content.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()  # no sign is torn in two
    lines = content.decode().replace("\r\n ", "").split("\r\n")
    assert (lines[0], lines[-2]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert "VERSION:2.0" in lines
    events: list[dict[str, str]] = []
    depth: list[str] = []
    for line in lines[:-1]:
        name, _, value = line.partition(":")
        if name == "BEGIN":
            depth.append(value)
            if value == "VEVENT":
                events.append({})
        elif name == "END":
            assert depth.pop() == value
        elif depth[-1] == "VEVENT":
            events[-1][name] = value if name == "URL" else _unescape(value)
        elif depth[-1] == "VALARM":
            events[-1][f"ALARM-{name}"] = _unescape(value)
    assert depth == []
    return events


def _unescape(text: str) -> str:
    meant = {"n": "\n", "N": "\n"}
    return re.sub(r"\\(.)", lambda found: meant.get(found[1], found[1]), text)


def test_a_file_says_what_was_written() -> None:
    nasty = "退款，含运费；a;b,c\\d\n第二行 " + "很长的说明🙂" * 30
    start = _NOW + timedelta(days=1)
    event = CalendarEvent(
        uid="call-back-1@zhiyin",
        start=start,
        end=start + timedelta(hours=1),
        summary="回电 C-1; 请准时, 谢谢",
        description=nasty,
        url="https://example.com/cases/C-1/?a=1,2;b",
        sequence=3,
        alarm_minutes=10,
    )
    (read,) = _read(write_calendar([event], now=_NOW))
    assert read["DESCRIPTION"] == nasty
    assert read["SUMMARY"] == event.summary
    assert read["URL"] == event.url
    assert (read["DTSTAMP"], read["DTSTART"], read["DTEND"]) == (
        "20261122T080000Z",
        "20261123T080000Z",
        "20261123T090000Z",
    )
    assert (read["SEQUENCE"], read["STATUS"], read["ALARM-TRIGGER"]) == ("3", "CONFIRMED", "-PT10M")


def test_nothing_that_is_written_adds_a_line_of_its_own() -> None:
    event = CalendarEvent(
        uid="x",
        start=_NOW,
        end=_NOW + timedelta(hours=1),
        summary="a\r\nATTENDEE:mailto:x@example.com\rb\x00\x0bc",
        url="https://example.com/\r\nX-BAD:1",
        is_cancelled=True,
        alarm_minutes=10,
    )
    (read,) = _read(write_calendar([event], now=_NOW))
    assert set(read) == {"UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "STATUS", "SUMMARY", "URL"}
    assert (read["STATUS"], read["SUMMARY"]) == ("CANCELLED", "a\nATTENDEE:mailto:x@example.com\nbc")


def test_a_calendar_without_events_is_whole() -> None:
    assert _read(write_calendar([], now=_NOW)) == []
