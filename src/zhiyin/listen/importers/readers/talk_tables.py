"""Transcripts as CSV: a turn a row, with its speaker; a column tells the conversations apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from zhiyin.errors import InvalidInput
from zhiyin.listen.importers.cells import as_text
from zhiyin.listen.importers.readers import delimited
from zhiyin.listen.importers.registry import Reader, register
from zhiyin.listen.importers.tables import BadRow, Cell, OpenFile, Table
from zhiyin.listen.importers.transcripts import RawTalk, RawTurn, find_key, key_of, table_of_talks
from zhiyin.listen.importers.turn_times import read_times
from zhiyin.understand.conversation.speakers import name_speaker

_SURE_NAMES = frozenset(
    {"speaker", "speakerid", "speakername", "spk", "说话人", "发言人", "说话者", "讲话人"}
)
_MAX_TURNS = 2_000_000
_DELIMITERS = (",", "\t", ";", "|")
_N_LOOKED_AT = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """Positions of what a row holds; −1 for what it does not."""

    names: tuple[str, ...]
    speaker: int
    text: int
    id: int = -1
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    cells: Sequence[Cell]


def fits(head: bytes) -> bool:
    """Whether the header names speaker and words, and the rows beneath are turns.

    They are where the speaker's column is plainly one, or holds customers and the company both, and there
    is a column of conversations or of times.
    """
    if not delimited.fits(head):
        return False
    lines = _decoded(head).split("\n")[:_N_LOOKED_AT]
    for delimiter in _DELIMITERS:
        names = [name.strip().strip('"') for name in lines[0].split(delimiter)]
        columns = _columns(tuple(names)) if len(names) > 1 else None
        if columns is None or max(columns.id, columns.start) < 0:
            continue
        cells = [line.split(delimiter) for line in lines[1:]]
        labels = [row[columns.speaker].strip(' "\r') for row in cells if len(row) > columns.speaker]
        roles = {name_speaker(label) for label in labels if label}
        is_sure = key_of(names[columns.speaker]) in _SURE_NAMES
        if is_sure or ("customer" in roles and roles & {"staff", "robot"}):
            return True
    return False


def read(file: OpenFile) -> Iterator[Table]:
    """The conversations of the file, turns in the order of their rows; rows may be mixed.

    Raises:
        InvalidInput: no row in it, or too many to be read as a whole.
    """
    for table in delimited.read(file):
        talks = _talks(table)
        yield table_of_talks(file, kind="transcript", talks=talks, encoding=table.encoding)


def _decoded(head: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        try:
            # The head may end within a sign.
            return head[: head.rfind(b"\n") + 1 or len(head)].decode(encoding)
        except UnicodeDecodeError:
            continue
    return head.decode("utf-8", "replace")


def _columns(names: tuple[str, ...]) -> _Columns | None:
    speaker, text = find_key(names, "speaker"), find_key(names, "text")
    if speaker is None or text is None or speaker == text:
        return None
    taken = {speaker, text}
    found: dict[str, int] = {}
    for what in ("id", "start", "end"):
        name = find_key([one for one in names if one not in taken], what)
        found[what] = names.index(name) if name else -1
        taken |= {name} if name else set()
    return _Columns(names=names, speaker=names.index(speaker), text=names.index(text), **found)


def _talks(table: Table) -> Iterator[RawTalk | BadRow]:
    groups: dict[str, list[_Row]] = {}
    columns: _Columns | None = None
    n_turns = 0
    for chunk in table.chunks():
        columns = columns or _columns(chunk.names)
        yield from chunk.bad
        if columns is None:
            raise InvalidInput("The file has no columns of speakers and words.")
        for line, cells in zip(chunk.lines, chunk.rows, strict=True):
            key = as_text(cells[columns.id]) if columns.id >= 0 else ""
            groups.setdefault(key, []).append(_Row(line, cells))
        n_turns += len(chunk.rows)
        if n_turns > _MAX_TURNS:
            raise InvalidInput(
                f"The file has more than {_MAX_TURNS:,} turns.", next_step="Split it by conversations."
            )
    for key, rows in groups.items():
        assert columns is not None
        yield from _talk(key, rows, columns=columns, name=table.name)


def _talk(key: str, rows: list[_Row], *, columns: _Columns, name: str) -> Iterator[RawTalk | BadRow]:
    texts = [as_text(row.cells[columns.text]) for row in rows]
    n_signs = sum(map(len, texts))
    starts = read_times(_cells(rows, columns.start), name=_name(columns, columns.start), n_signs=n_signs)
    ends = read_times(
        _cells(rows, columns.end), name=_name(columns, columns.end), n_signs=n_signs, origin=starts.started_at
    )
    wrong = {place: _name(columns, columns.end) for place in ends.unreadable}
    wrong |= {place: _name(columns, columns.start) for place in starts.unreadable}
    for place, column in sorted(wrong.items()):
        row = rows[place]
        yield BadRow(table=name, line=row.line, code="time_unreadable", field=column, cells=row.cells)
    turns = [
        RawTurn(label=as_text(row.cells[columns.speaker]), text=text, start_s=start, end_s=end)
        for place, (row, text, start, end) in enumerate(
            zip(rows, texts, starts.seconds, ends.seconds, strict=True)
        )
        if place not in wrong
    ]
    if any(turn.text.strip() for turn in turns):
        yield RawTalk(line=rows[0].line, turns=turns, external_id=key, started_at=starts.started_at)


def _cells(rows: Sequence[_Row], position: int) -> list[Cell]:
    return [row.cells[position] if position >= 0 else None for row in rows]


def _name(columns: _Columns, position: int) -> str:
    return columns.names[position] if position >= 0 else ""


register(Reader(name="transcript_table", suffixes=("csv", "tsv", "txt"), fits=fits, read=read, priority=-5))
