"""Special days as a table: CSV or XLSX with the columns day, hours, name."""

from __future__ import annotations

from datetime import date

from zhiyin.errors import InvalidInput
from zhiyin.people.services.unit_sheet import MAX_BYTES, read_cells
from zhiyin.people.worktime.hours import read_hours
from zhiyin.people.worktime.stored import MAX_DAYS, StoredDay

COLUMNS = ("day", "hours", "name")
_NAMES = {
    "day": ("day", "date", "日期"),
    "hours": ("hours", "工作时间", "working hours"),
    "name": ("name", "名称", "说明"),
}
_DAY_SIGNS = 10


def read_days(content: bytes) -> list[StoredDay]:
    """The days of a table, empty lines left out; empty hours mean closed.

    Raises:
        InvalidInput: too large, no table, without a column of days, or a line that cannot be read.
    """
    if len(content) > MAX_BYTES:
        raise InvalidInput("The file has over 5 MB.", next_step="Split it.", field="file")
    lines = enumerate(read_cells(content), start=1)
    _number, headings = next(lines, (0, []))
    places = _find_columns(headings)
    if "day" not in places:
        raise InvalidInput(
            "The first line names no column of days.",
            next_step="Write day, hours, name there.",
            field="file",
        )
    days = [_read(line, cells, places) for line, cells in lines if any(cell.strip() for cell in cells)]
    if not days or len(days) > MAX_DAYS:
        raise InvalidInput(f"A table holds 1 to {MAX_DAYS:,} days.", field="file")
    return days


def _find_columns(headings: list[str]) -> dict[str, int]:
    folded = [heading.strip().casefold() for heading in headings]
    return {
        column: next(place for place, heading in enumerate(folded) if heading in names)
        for column, names in _NAMES.items()
        if set(folded) & set(names)
    }


def _read(line: int, cells: list[str], places: dict[str, int]) -> StoredDay:
    texts = {
        column: cells[place].strip().lstrip("'") if place < len(cells) else ""
        for column, place in places.items()
    }
    try:
        day = date.fromisoformat(texts["day"].replace("/", "-")[:_DAY_SIGNS])
        read_hours(texts.get("hours", ""))
    except (ValueError, InvalidInput):
        raise InvalidInput(
            f"Line {line}: write the day as 2026-02-14 and hours as 09:00-12:00, 13:30-18:00.",
            row=line - 2,
            field="file",
        ) from None
    return StoredDay(day=day, hours=texts.get("hours", ""), name=texts.get("name", ""), source="sheet")
