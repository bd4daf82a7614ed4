"""JSON Lines: one object a line."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import msgspec

from zhiyin.listen.importers.encodings import MARK_BAD, check_encoding, detect_encoding
from zhiyin.listen.importers.objects import table_of_objects
from zhiyin.listen.importers.registry import Reader, register
from zhiyin.listen.importers.tables import BadRow, OpenFile, Table
from zhiyin.listen.importers.tape import Tape

_decode = msgspec.json.Decoder().decode


def fits(head: bytes) -> bool:
    """Whether one of the first lines is a whole JSON object, or the first is one too long to see its end."""
    plain = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if not plain.startswith(b"{"):
        return False
    lines = plain.split(b"\n")
    if len(lines) == 1:
        return len(plain) > 4_096 or _is_object(plain)
    return any(_is_object(line) for line in lines[:10])


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(_decode(line.decode("utf-8", "replace")), dict)
    except (ValueError, RecursionError):
        return False


def read(file: OpenFile) -> Iterator[Table]:
    """The one table of the file, its columns the keys of its objects.

    Raises:
        InvalidInput: no line holds an object.
    """
    encoding = check_encoding(file.options.encoding) if file.options.encoding else ""
    encoding = encoding or detect_encoding(file.stream)
    yield table_of_objects(
        file, kind="jsonl", objects=lambda: _objects(file, encoding=encoding), encoding=encoding
    )


def _objects(file: OpenFile, *, encoding: str) -> Iterator[tuple[int, dict[str, object]] | BadRow]:
    file.stream.seek(0)
    encoding = "utf-8-sig" if encoding == "utf-8" else encoding
    text = io.TextIOWrapper(file.stream, encoding=encoding, errors=MARK_BAD, newline="")
    tape = Tape(text)
    try:
        for line in tape:
            number = tape.release()
            if line.strip():
                yield _object(line, number=number, name=file.name)
    finally:
        if not text.closed:  # whoever reads may have closed the file, such as on Ctrl-C
            text.detach()


def _object(line: str, *, number: int, name: str) -> tuple[int, dict[str, object]] | BadRow:
    detail = ""
    try:
        value = _decode(line)
    except UnicodeError:
        code = "bad_bytes"
    except msgspec.DecodeError as error:
        # The library's message tells what and where, never the contents.
        value = _read_leniently(line)
        if value is not None:
            return number, value
        code, detail = "not_json", str(error)
    except RecursionError:
        code = "json_deep"
    else:
        if isinstance(value, dict):
            return number, value
        code = "not_object"
    cells = [line[:2_000].rstrip("\r\n")]
    return BadRow(table=name, line=number, code=code, values=(detail,), cells=cells)


def _read_leniently(line: str) -> dict[str, object] | None:
    """JSON may escape half a sign (`\\ud83d`), which only Python's own reader takes."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


register(Reader(name="jsonl", suffixes=("jsonl", "ndjson", "ldjson"), fits=fits, read=read, priority=20))
