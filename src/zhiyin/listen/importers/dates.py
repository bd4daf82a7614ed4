"""Dates in the many forms in which files hold them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Literal

from zhiyin.listen.importers.cells import as_number, as_text
from zhiyin.listen.importers.tables import Cell

DateForm = Literal["ymd", "mdy", "dmy", "serial", "epoch_s", "epoch_ms", "compact"]

_YEAR_FIRST = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号號]?"
    r"(?:[ T,　]*(?:星期.|周.|\(.\))?\s*(上午|下午|凌晨|早上|中午|晚上|AM|PM)?"
    r"\s*(\d{1,2})\s*[:：时時点點]\s*(\d{1,2})"
    r"(?:\s*分)?(?:\s*[:：]?\s*(\d{1,2})(?:\s*秒)?(?:[.,](\d{1,9}))?)?\s*(AM|PM)?)?"
    r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_YEAR_LAST = re.compile(
    r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})"
    r"(?:[ T,]*(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?\s*(AM|PM)?)?",
    re.IGNORECASE,
)
_NAMED_MONTH = (
    "%d %b %Y",
    "%d %B %Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%b %d %Y",
    "%d-%b-%Y",
    "%a %b %d %H:%M:%S %Y",
)
_COMPACT = re.compile(r"(19[89]\d|20\d\d)(\d\d)(\d\d)(?:[ T]?(\d\d)(\d\d)(\d\d)?)?")
_YEAR_AND_MONTH = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?")
_SERIAL_START = datetime(1899, 12, 30)  # noqa: DTZ001 – a sheet's dates carry no zone
_AFTERNOON = ("下午", "晚上", "pm")
_MORNING = ("上午", "凌晨", "早上", "am")


class Unreadable:
    """Marks a cell that should hold a value of some kind and does not."""


UNREADABLE = Unreadable()


def parse_times(cells: Sequence[Cell], *, form: DateForm) -> list[datetime | Unreadable | None]:
    """A time for each cell, None for an empty one. Without a zone in the cell the time carries none."""
    known: dict[Cell, datetime | Unreadable | None] = {}
    times: list[datetime | Unreadable | None] = []
    for cell in cells:
        if cell not in known:
            if len(known) > 50_000:
                known.clear()
            known[cell] = parse_time(cell, form=form)
        times.append(known[cell])
    return times


def parse_time(cell: Cell, *, form: DateForm = "ymd") -> datetime | Unreadable | None:
    """The time a cell holds; `form` says what a bare number or `3/4/2024` means."""
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 – the file names no zone
    try:
        number = as_number(cell)
        if number is not None:
            return _from_number(number, form=form)
        text = as_text(cell)
        return _from_text(text, form=form) if text else None
    except (ValueError, OverflowError):
        return UNREADABLE


def guess_form(cells: Sequence[Cell]) -> DateForm | None:
    """What most of a column's cells are as dates, None if they are none. Cells must not be empty.

    `3/4/2024` counts as month first unless some cell of the column says otherwise.
    """
    forms = Counter(_form_of(cell) for cell in cells)
    forms.pop(None, None)
    if not forms:
        return None
    best = forms.most_common(1)[0][0]
    if best == "mdy" and any(_day_stands_first(as_text(cell)) for cell in cells):
        best = "dmy"
    return best


def _form_of(cell: Cell) -> DateForm | None:
    if isinstance(cell, datetime | date):
        return "ymd"
    number = as_number(cell)
    if number is not None:
        return _form_of_number(number)
    text = as_text(cell)
    if len(text) > 40 or len(text) < 6:
        return None
    if _YEAR_LAST.fullmatch(text):
        return "mdy"
    return None if isinstance(parse_time(text), Unreadable) else "ymd"


def _form_of_number(number: float) -> DateForm | None:
    if 1e9 <= number < 2.3e9:
        return "epoch_s"
    if 1e12 <= number < 2.3e12:
        return "epoch_ms"
    if 30_000 <= number < 60_000:
        return "serial"
    if number.is_integer() and _COMPACT.fullmatch(str(int(number))):
        return "compact"
    return None


def _day_stands_first(text: str) -> bool:
    found = _YEAR_LAST.fullmatch(text)
    return found is not None and int(found[1]) > 12


def _from_number(number: float, *, form: DateForm) -> datetime | Unreadable:
    kind = _form_of_number(number)
    if kind == "compact":
        return _from_compact(str(int(number)))
    if form == "epoch_ms" or kind == "epoch_ms":
        return datetime.fromtimestamp(number / 1000, tz=UTC)
    if form == "epoch_s" or kind == "epoch_s":
        return datetime.fromtimestamp(number, tz=UTC)
    if form == "serial" or kind == "serial":
        # Serials count days; rounding to a second hides the noise of binary fractions.
        return _SERIAL_START + timedelta(seconds=round(number * 86_400))
    return UNREADABLE


def _from_compact(text: str) -> datetime | Unreadable:
    found = _COMPACT.fullmatch(text)
    if not found:
        return UNREADABLE
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001


def _from_text(text: str, *, form: DateForm) -> datetime | Unreadable:
    if len(text) > 60:
        return UNREADABLE
    if len(text) >= 8 and text[4:5] in "-0123456789":
        try:
            return _without_strange_zone(datetime.fromisoformat(text))
        except ValueError:
            pass
    if found := _YEAR_FIRST.fullmatch(text):
        return _from_year_first(found)
    if found := _YEAR_LAST.fullmatch(text):
        return _from_year_last(found, form=form)
    return _from_rarer_text(text)


def _from_rarer_text(text: str) -> datetime | Unreadable:
    if found := _YEAR_AND_MONTH.fullmatch(text):
        return datetime(int(found[1]), int(found[2]), 1)  # noqa: DTZ001
    return _from_compact(text) if _COMPACT.fullmatch(text) else _from_named_month(text)


def _without_strange_zone(value: datetime) -> datetime:
    """The same, its zone in whole minutes, as every database can hold it."""
    offset = value.utcoffset()
    if offset is None or offset.total_seconds() % 60 == 0:
        return value
    return value.astimezone(UTC)


def _from_year_first(found: re.Match[str]) -> datetime:
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    hour = _hour(int(found[5] or 0), half=(found[4] or found[9] or "").lower())
    micro = int((found[8] or "0").ljust(6, "0")[:6])
    value = datetime(year, month, day, hour, int(found[6] or 0), int(found[7] or 0), micro)  # noqa: DTZ001
    return value.replace(tzinfo=_zone(found[10])) if found[10] else value


def _from_year_last(found: re.Match[str], *, form: DateForm) -> datetime:
    first, second = int(found[1]), int(found[2])
    month, day = (second, first) if form == "dmy" or first > 12 else (first, second)
    hour = _hour(int(found[4] or 0), half=(found[7] or "").lower())
    return datetime(int(found[3]), month, day, hour, int(found[5] or 0), int(found[6] or 0))  # noqa: DTZ001


def _from_named_month(text: str) -> datetime | Unreadable:
    for pattern in _NAMED_MONTH:
        try:
            return datetime.strptime(text, pattern)  # noqa: DTZ007
        except ValueError:
            continue
    return UNREADABLE


def _hour(hour: int, *, half: str) -> int:
    if half in _AFTERNOON and hour < 12:
        return hour + 12
    return 0 if half in _MORNING and hour == 12 else hour


def _zone(text: str) -> timezone:
    if text.upper() in ("Z", "UTC", "GMT"):
        return UTC
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[-2:])))
