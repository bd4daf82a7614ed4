"""Past appeals as a file holds them, and the rows that cannot be read, each with the way out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from zhiyin.errors import InvalidInput
from zhiyin.listen.importers.cells import as_number, as_text
from zhiyin.listen.importers.dates import DateForm, guess_form, parse_time
from zhiyin.listen.importers.files import open_tables
from zhiyin.listen.importers.reasons import reason_of
from zhiyin.listen.importers.tables import BadRow, Cell
from zhiyin.respond.replay.columns import Field, find_columns

MOST_TRANSFERS = 200
_MOST_DAYS = 36_500
_MOST_SIGNS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """One appeal of a past time; `line` counts from 1 as an editor or a spreadsheet shows it."""

    line: int
    id: str
    opened_at: datetime
    closed_at: datetime
    title: str
    text: str
    reply: str
    n_transfers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A row that is not replayed: which field is to blame, why, and what to do."""

    line: int
    id: str
    field: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeals:
    """What a file holds: `n_rows` are the appeals and the refused ones together."""

    appeals: Sequence[Appeal]
    refused: Sequence[Refused]

    @property
    def n_rows(self) -> int:
        """Rows of the file."""
        return len(self.appeals) + len(self.refused)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    line: int
    cells: Mapping[Field, Cell]


def read_appeals(path: Path, *, zone: ZoneInfo, now: datetime, language: str = "en") -> Appeals:
    """The appeals of the file, the oldest first. A date without a zone is one of `zone`.

    The file is held whole. Of `3/4/2016` the month comes first, unless a date of the file says otherwise.

    Raises:
        InvalidInput: the file cannot be used, or lacks a column.
    """
    rows: list[_Row] = []
    bad: list[BadRow] = []
    with open_tables(path) as tables:
        for table in tables:
            for chunk in table.chunks():
                columns = find_columns(chunk.names)
                rows += _rows(chunk.rows, lines=chunk.lines, columns=columns)
                bad += chunk.bad
    form = guess_form([cell for row in rows if (cell := row.cells.get(Field.DATE)) not in (None, "")])
    reader = _Reader(zone=zone, now=now, form=form or "ymd")
    appeals: list[Appeal] = []
    refused = [
        Refused(line=one.line, id="", field=one.field, reason=reason_of(one, language=language))
        for one in bad
    ]
    for row in rows:
        try:
            appeals.append(reader.read(row))
        except InvalidInput as error:
            id_ = as_text(row.cells.get(Field.ID))[:_MOST_SIGNS]
            refused.append(Refused(line=row.line, id=id_, field=error.field or "", reason=str(error)))
    return Appeals(
        appeals=sorted(appeals, key=lambda one: (one.opened_at, one.line)),
        refused=sorted(refused, key=lambda one: one.line),
    )


def _rows(
    rows: Sequence[Sequence[Cell]], *, lines: Sequence[int], columns: Mapping[Field, int]
) -> Iterator[_Row]:
    for cells, line in zip(rows, lines, strict=True):
        found = {field: cells[place] for field, place in columns.items() if place < len(cells)}
        yield _Row(line=line, cells=found)


class _Reader:
    """Makes rows into appeals; remembers the ids, since each may stand in the file once."""

    def __init__(self, *, zone: ZoneInfo, now: datetime, form: DateForm) -> None:
        self._zone, self._now, self._form = zone, now, form
        self._lines: dict[str, int] = {}

    def read(self, row: _Row) -> Appeal:
        """The row as an appeal. Raises `InvalidInput` with the field that is to blame."""
        cells = row.cells
        id_ = as_text(cells.get(Field.ID)) or f"line {row.line}"
        if (first := self._lines.get(id_)) is not None:
            raise _refusal(
                Field.ID, f"The id stands in line {first} already.", "Give each appeal an id of its own."
            )
        opened_at = self._moment(cells.get(Field.DATE))
        closed_at = opened_at + timedelta(days=_days(cells.get(Field.DAYS)))
        if closed_at > self._now:
            raise _refusal(Field.DAYS, "The appeal ends in the future.", "Correct the date or the days.")
        title, text = as_text(cells.get(Field.TITLE)), as_text(cells.get(Field.TEXT))
        if not title and not text:
            raise _refusal(Field.TEXT, "There is neither title nor text.", "Fill in one of them.")
        reply = as_text(cells.get(Field.REPLY))
        if not reply:
            raise _refusal(Field.REPLY, "There is no reply.", "Fill in what the customer was told.")
        appeal = Appeal(
            line=row.line,
            id=id_,
            opened_at=opened_at,
            closed_at=closed_at,
            title=title or text[:_MOST_SIGNS],
            text=text or title,
            reply=reply,
            n_transfers=_transfers(cells.get(Field.TRANSFERS)),
        )
        self._lines[id_] = row.line
        return appeal

    def _moment(self, cell: Cell) -> datetime:
        moment = parse_time(cell, form=self._form)
        if not isinstance(moment, datetime):
            raise _refusal(Field.DATE, "The date cannot be read.", "Write it as 2019-08-05.")
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=self._zone)


def _days(cell: Cell) -> float:
    number = as_number(cell)
    if number is None or not 0 <= number <= _MOST_DAYS:
        raise _refusal(
            Field.DAYS,
            "The days to the final reply are no number from 0 to 36,500.",
            "Correct them, or leave the row out until it has its reply.",
        )
    return number


def _transfers(cell: Cell) -> int:
    number = as_number(cell)
    if number is None or not number.is_integer() or not 0 <= number <= MOST_TRANSFERS:
        raise _refusal(
            Field.TRANSFERS, "The number of hand-overs is no whole number from 0 to 200.", "Correct it."
        )
    return int(number)


def _refusal(field: Field, message: str, next_step: str) -> InvalidInput:
    return InvalidInput(message, next_step=next_step, field=field.value)
