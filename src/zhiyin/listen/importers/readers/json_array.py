"""A JSON array of objects, or an object that holds one, read piece by piece."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

from zhiyin.errors import InvalidInput
from zhiyin.listen.importers.encodings import MARK_BAD, check_encoding, detect_encoding
from zhiyin.listen.importers.objects import NumberedObject, table_of_objects
from zhiyin.listen.importers.readers import json_lines
from zhiyin.listen.importers.registry import Reader, register
from zhiyin.listen.importers.tables import BadRow, OpenFile, Table

_BLOCK_CHARACTERS = 1_000_000
_MAX_ROW_CHARACTERS = 32_000_000
_WHITE = " \t\r\n"


def fits(head: bytes) -> bool:
    """Whether the bytes start an array, or an object that is not the first of JSON Lines."""
    plain = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if plain.startswith(b"["):
        return plain[1:].lstrip()[:1] in (b"{", b"]", b"[", b'"', b"")
    return plain.startswith(b"{") and not json_lines.fits(head)


def read(file: OpenFile) -> Iterator[Table]:
    """The one table of the file. Its `lines` count the elements of the array, from 1.

    Raises:
        InvalidInput: no array of objects in it.
    """
    encoding = check_encoding(file.options.encoding) if file.options.encoding else ""
    encoding = encoding or detect_encoding(file.stream)
    yield table_of_objects(
        file, kind="json", objects=lambda: _objects(file, encoding=encoding), encoding=encoding
    )


class _Window:
    """A sliding window over the text; `fill` reads on, `drop` forgets what was used."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self.buffer = ""
        self.at = 0
        self.is_at_end = False

    def fill(self) -> None:
        block = self._text.read(max(_BLOCK_CHARACTERS, len(self.buffer) - self.at))
        self.is_at_end = not block
        self.buffer = self.buffer[self.at :] + block
        self.at = 0

    def peek(self) -> str:
        """The next character that is not white space, empty at the end."""
        while True:
            while self.at < len(self.buffer) and self.buffer[self.at] in _WHITE:
                self.at += 1
            if self.at < len(self.buffer):
                return self.buffer[self.at]
            if self.is_at_end:
                return ""
            self.fill()


def _objects(file: OpenFile, *, encoding: str) -> Iterator[NumberedObject | BadRow]:
    file.stream.seek(0)
    encoding = "utf-8-sig" if encoding == "utf-8" else encoding
    text = io.TextIOWrapper(file.stream, encoding=encoding, errors=MARK_BAD, newline="")
    try:
        window = _Window(text)
        _enter_array(window)
        yield from _elements(window, name=file.name)
    finally:
        if not text.closed:  # whoever reads may have closed the file, such as on Ctrl-C
            text.detach()


def _enter_array(window: _Window) -> None:
    """Moves behind the bracket that opens the array, in an outer object the first `[` before a `{`."""
    if window.peek() == "{":
        while len(window.buffer) - window.at < _BLOCK_CHARACTERS and not window.is_at_end:
            window.fill()
        start = window.buffer.find("[", window.at)
        while start >= 0 and window.buffer[start + 1 : start + 200].lstrip()[:1] != "{":
            start = window.buffer.find("[", start + 1)
        if start < 0:
            raise InvalidInput(
                "The file holds no array of objects.", next_step="Save it as a JSON array or as JSON Lines."
            )
        window.at = start
    window.at += 1


def _elements(window: _Window, *, name: str) -> Iterator[NumberedObject | BadRow]:
    decoder = json.JSONDecoder()
    position = 0
    while (sign := window.peek()) not in ("]", ""):
        if sign == ",":
            window.at += 1
            continue
        position += 1
        try:
            value = _decode_next(window, decoder)
        except _Broken as broken:
            # Nothing tells where the next element starts, so the file ends here.
            yield BadRow(table=name, line=position, code="json_broken", values=(str(broken),))
            return
        if isinstance(value, dict):
            yield position, value
        else:
            yield BadRow(table=name, line=position, code="not_object")
    if not sign:
        yield BadRow(table=name, line=position + 1, code="array_open")


class _Broken(Exception):
    """The element cannot be decoded; says why, never what it held."""


def _decode_next(window: _Window, decoder: json.JSONDecoder) -> object:
    """The element at the window's place, which moves behind it."""
    while True:
        try:
            value, window.at = decoder.raw_decode(window.buffer, window.at)
        except RecursionError:
            raise _Broken("nested too deeply") from None
        except ValueError as error:
            if window.is_at_end or len(window.buffer) - window.at > _MAX_ROW_CHARACTERS:
                detail = error.msg if isinstance(error, json.JSONDecodeError) else "number too long"
                raise _Broken(detail) from None
            window.fill()
        else:
            return value


register(Reader(name="json", suffixes=("json",), fits=fits, read=read, priority=10))
