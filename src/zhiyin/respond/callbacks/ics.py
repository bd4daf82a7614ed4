"""Calendar files as RFC 5545 has them: events in UTC, lines folded, text escaped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

_MOST_OCTETS = 75
_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEvent:
    """An event; the same `uid` with a higher `sequence` takes its place in a calendar.

    `alarm_minutes` before its start it reminds; 0 is no reminder.
    """

    uid: str
    start: datetime
    end: datetime
    summary: str
    description: str = ""
    url: str = ""
    sequence: int = 0
    is_cancelled: bool = False
    alarm_minutes: int = 0


def write_calendar(events: Sequence[CalendarEvent], *, now: datetime) -> bytes:
    """The file, UTF-8 with CRLF. A calendar without events is whole too."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Zhiyin//Zhiyin//EN", "METHOD:PUBLISH"]
    for event in events:
        lines += _event_lines(event, now=now)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _fold(line)).encode()


def _event_lines(event: CalendarEvent, *, now: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{escape(event.uid)}"
    yield f"DTSTAMP:{_stamp(now)}"
    yield f"DTSTART:{_stamp(event.start)}"
    yield f"DTEND:{_stamp(event.end)}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}"
    yield f"SUMMARY:{escape(event.summary)}"
    if event.description:
        yield f"DESCRIPTION:{escape(event.description)}"
    if event.url:
        # A URI is no TEXT: nothing in it is escaped.
        yield f"URL:{''.join(event.url.split())}"
    if event.alarm_minutes and not event.is_cancelled:
        yield "BEGIN:VALARM"
        yield "ACTION:DISPLAY"
        yield f"TRIGGER:-PT{event.alarm_minutes}M"
        yield f"DESCRIPTION:{escape(event.summary)}"
        yield "END:VALARM"
    yield "END:VEVENT"


def escape(text: str) -> str:
    """A TEXT value (RFC 5545, 3.3.11): backslash, semicolon, comma and line breaks escaped.

    >>> escape("a;b, c")
    'a\\\\;b\\\\, c'
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    escaped = plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    return "".join(sign for sign in escaped if sign == "\t" or (sign >= " " and sign != "\x7f"))


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime(_STAMP)


def _fold(line: str) -> Iterator[str]:
    """The line in parts of at most 75 octets, never within a sign; all but the first begin with a space."""
    part, n_octets = "", 0
    for sign in line:
        size = len(sign.encode())
        if n_octets + size > _MOST_OCTETS:
            yield part
            part, n_octets = " ", 1
        part += sign
        n_octets += size
    yield part
