"""Transcripts as JSON: an object a conversation with its list of turns, or one list of turns."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from zhiyin.errors import InvalidInput
from zhiyin.listen.importers.cells import as_text
from zhiyin.listen.importers.encodings import check_encoding, detect_encoding
from zhiyin.listen.importers.registry import Reader, register
from zhiyin.listen.importers.tables import BadRow, Cell, OpenFile, Table
from zhiyin.listen.importers.transcripts import RawTalk, RawTurn, find_key, key_of, table_of_talks
from zhiyin.listen.importers.turn_times import Times, read_times
from zhiyin.understand.conversation.speakers import name_speaker

_Object = Mapping[str, object]
_LIST = re.compile(r'"([^"\\]{1,40})"\s*:\s*\[\s*(?=\{)')
_CONTRACT_SPEAKERS = frozenset({"customer", "staff", "robot"})
_MAX_BYTES = 512 * 1024 * 1024
_N_LISTS = 20
_COMMON_NAMES = frozenset(
    {
        "items",
        "records",
        "messages",
        "msgs",
        "messagelist",
        "chat",
        "chats",
        "conversation",
        "消息",
        "会话内容",
    }
)


def fits(head: bytes) -> bool:
    """Whether the beginning holds a list of turns under a usual name, or is such a list.

    What the API itself takes (`turns` of customer, staff and robot, with an `external_id`) is left to the
    readers of voices.
    """
    plain = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if not plain.startswith((b"{", b"[")):
        return False
    text = plain.decode("utf-8", "replace")
    if plain.startswith(b"["):
        first = _first_object(text, text.find("{"))
        if first is not None and _is_turn(first) and name_speaker(_label(first)) is not None:
            return True
    for place, found in enumerate(_LIST.finditer(text)):
        if place >= _N_LISTS:
            break
        first = _first_object(text, found.end())
        if first is not None and _are_turns(found[1], first):
            return not ('"external_id"' in text and first.get("speaker") in _CONTRACT_SPEAKERS)
    return False


def read(file: OpenFile) -> Iterator[Table]:
    """The conversations of the file; `lines` count them from 1 (in JSON Lines the lines).

    Raises:
        InvalidInput: it is no JSON, or too large to be read as a whole.
    """
    if file.n_bytes > _MAX_BYTES:
        raise InvalidInput(
            "The file is too large for transcripts.", next_step="Split it into parts of 500 MB."
        )
    encoding = check_encoding(file.options.encoding) if file.options.encoding else ""
    encoding = encoding or detect_encoding(file.stream)
    file.stream.seek(0)
    text = file.stream.read().decode(encoding, "replace").lstrip("\ufeff")
    talks = _talks(text, name=file.name)
    yield table_of_talks(file, kind="transcript", talks=talks, encoding=encoding)


def _first_object(text: str, start: int) -> dict[str, object] | None:
    try:
        value, _ = json.JSONDecoder().raw_decode(text, max(start, 0))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _is_turn(value: _Object) -> bool:
    text = find_key(value, "text")
    has_who_or_when = find_key(value, "speaker") or find_key(value, "start")
    return text is not None and isinstance(value[text], str) and has_who_or_when is not None


def _are_turns(key: str, first: _Object) -> bool:
    """Whether a list under that key, which begins so, is one of turns.

    Under a name that other lists have too ("items"), its speaker must be named as one.
    """
    if find_key([key], "turns") is None or not _is_turn(first):
        return False
    return key_of(key) not in _COMMON_NAMES or name_speaker(_label(first)) is not None


def _label(value: _Object) -> str:
    name = find_key(value, "speaker")
    return _plain(value[name]) if name else ""


def _plain(value: object) -> str:
    """A name: words, a number, or the `role` or `name` of an object."""
    if isinstance(value, dict):
        inner = next((value[key] for key in ("role", "type", "name", "id") if key in value), "")
        return _plain(inner) if not isinstance(inner, dict) else ""
    return as_text(value) if isinstance(value, str | int | float | bool) else ""


def _talks(text: str, *, name: str) -> Iterator[RawTalk | BadRow]:
    for line, value in _values(text, name=name):
        if isinstance(value, BadRow):
            yield value
        elif isinstance(value, list):
            yield from _of_list(value, line=line, name=name)
        elif isinstance(value, dict):
            yield from _of_object(value, line=line, name=name)
        else:
            yield BadRow(table=name, line=line, code="not_object")


def _values(text: str, *, name: str) -> Iterator[tuple[int, object]]:
    """The whole document, or else each line of it."""
    try:
        yield 1, json.loads(text)
    except RecursionError:
        yield 1, BadRow(table=name, line=1, code="json_deep")
    except ValueError:
        for number, line in enumerate(text.split("\n"), start=1):
            if line.strip():
                yield number, _line(line, number=number, name=name)


def _line(line: str, *, number: int, name: str) -> object:
    try:
        return json.loads(line)
    except RecursionError:
        return BadRow(table=name, line=number, code="json_deep")
    except ValueError as error:
        detail = error.msg if isinstance(error, json.JSONDecodeError) else ""
        return BadRow(table=name, line=number, code="not_json", values=(detail,))


def _of_list(values: list[object], *, line: int, name: str) -> Iterator[RawTalk | BadRow]:
    """A list of conversations, or a list of turns."""
    objects = [value for value in values if isinstance(value, dict)]
    if objects and _is_turn(objects[0]) and find_key(objects[0], "turns") is None:
        yield from _talk({}, values, line=line, name=name)
        return
    for number, value in enumerate(values, start=1):
        if isinstance(value, dict):
            yield from _of_object(value, line=number, name=name)
        elif isinstance(value, list):
            yield from _talk({}, value, line=number, name=name)
        else:
            yield BadRow(table=name, line=number, code="not_object")


def _of_object(value: _Object, *, line: int, name: str) -> Iterator[RawTalk | BadRow]:
    for key, turns in value.items():
        first = (
            next((one for one in turns if isinstance(one, dict)), None) if isinstance(turns, list) else None
        )
        if isinstance(turns, list) and first is not None and _are_turns(key, first):
            yield from _talk(value, turns, line=line, name=name)
            return
    inner = [
        one for one in value.values() if isinstance(one, list) and any(isinstance(two, dict) for two in one)
    ]
    if not inner:
        yield BadRow(table=name, line=line, code="no_turns")
        return
    yield from _of_list(inner[0], line=line, name=name)


def _talk(head: _Object, values: list[object], *, line: int, name: str) -> Iterator[RawTalk | BadRow]:
    rows = [value for value in values if isinstance(value, dict) and _is_turn(value)]
    for place, value in enumerate(values, start=1):
        if not isinstance(value, dict) or not _is_turn(value):
            yield BadRow(table=name, line=line, code="turn_unreadable", values=(str(place),), field="text")
    if not rows:
        return
    texts = [as_text(row[find_key(row, "text") or ""]) for row in rows]
    started = _started(head)
    starts = _column(rows, "start", n_signs=sum(map(len, texts)), origin=started)
    ends = _column(rows, "end", n_signs=sum(map(len, texts)), origin=starts.started_at or started)
    for what, times in (("start", starts), ("end", ends)):
        for place in times.unreadable:
            yield BadRow(table=name, line=line, code="turn_time", values=(str(place + 1),), field=what)
    turns = [
        RawTurn(label=_label(row), text=text, start_s=start, end_s=end)
        for row, text, start, end in zip(rows, texts, starts.seconds, ends.seconds, strict=True)
    ]
    yield RawTalk(
        line=line,
        turns=turns,
        external_id=_named(head, "id"),
        started_at=started or starts.started_at,
        details=_details(head),
    )


def _column(rows: list[dict[str, object]], what: str, *, n_signs: int, origin: datetime | None) -> Times:
    key = next((found for row in rows if (found := find_key(row, what))), "")
    cells: list[Cell] = [_cell(row.get(key)) for row in rows]
    return read_times(cells, name=key, n_signs=n_signs, origin=origin)


def _cell(value: object) -> Cell:
    return value if isinstance(value, str | int | float) else None


def _started(head: _Object) -> datetime | None:
    key = find_key(head, "started")
    if key is None:
        return None
    return read_times([_cell(head[key])], name=key, n_signs=0).started_at


def _named(head: _Object, what: str) -> str:
    key = find_key(head, what)
    return _plain(head[key]) if key else ""


def _details(head: _Object) -> dict[str, object]:
    """Channel, product, unit and author, as far as the file names them."""
    details: dict[str, object] = {}
    for what in ("channel", "product"):
        if value := _named(head, what):
            details[what] = value
    if unit := _named(head, "unit"):
        details["unit"] = {"name": unit}
    author: dict[str, object] = {}
    if customer := _named(head, "name"):
        author["name"] = customer
    if phone := _named(head, "phone"):
        author["identities"] = [{"type": "phone", "value": phone}]
    return details | ({"author": author} if author else {})


register(Reader(name="transcript", suffixes=("json", "jsonl"), fits=fits, read=read, priority=25))
