"""The lines of a text file, bounded in length, with those of the present record kept for a second look."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TextIO

MAX_LINE_CHARACTERS = 32_000_000
_LOOKAHEAD_FLOOR = 64_000


class RecordTooLong(Exception):
    """A record goes on over more lines than can be looked ahead: most likely a quote never closes."""


class Tape(Iterator[str]):
    """Iterates over lines (endings kept) for a parser of records that may span lines.

    The lines that a record took stay in `held`, until `release` or `rewind_after_first`. How far a record
    may reach starts at 32 million characters and halves with every failure, so that a file full of stray
    quotes costs no quadratic time.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._ahead: deque[str] = deque()
        self.held: list[str] = []
        self.line = 1
        """Line (1-based) at which the present record starts."""
        self._n_held_characters = 0
        self._lookahead = MAX_LINE_CHARACTERS

    def __next__(self) -> str:
        if self._n_held_characters > self._lookahead:
            raise RecordTooLong
        line = self._ahead.popleft() if self._ahead else self._read()
        self.held.append(line)
        self._n_held_characters += len(line)
        return line

    def _read(self) -> str:
        line = self._stream.readline(MAX_LINE_CHARACTERS)
        if not line:
            raise StopIteration
        if len(line) >= MAX_LINE_CHARACTERS and line[-1] not in "\r\n":
            self._skip_line()
        # A NUL says nothing, and databases refuse it.
        return line.replace("\0", "") if "\0" in line else line

    def _skip_line(self) -> None:
        while (rest := self._stream.readline(1_000_000)) and rest[-1] not in "\r\n":
            pass

    def release(self) -> int:
        """Forgets the lines of the record just read; returns the line at which it started."""
        started = self.line
        self.line += len(self.held)
        self.held.clear()
        self._n_held_characters = 0
        return started

    def rewind_after_first(self) -> tuple[int, str]:
        """Gives up the record: its first line is returned with its number, the others come again."""
        first, *others = self.held or [""]
        self._ahead.extendleft(reversed(others))
        number = self.line
        if others:
            self._lookahead = max(_LOOKAHEAD_FLOOR, self._lookahead // 2)
        self.line += 1
        self.held.clear()
        self._n_held_characters = 0
        return number, first
