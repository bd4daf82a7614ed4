"""The board as one screen of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from zoneinfo import ZoneInfo

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from zhiyin.console.numbers import Language, count
from zhiyin.insight.board import Board
from zhiyin.insight.rendering import pieces
from zhiyin.insight.rendering.aspects import aspect_words, aspects_table, units_table
from zhiyin.insight.rendering.overview import headline, overview_table, title_line
from zhiyin.insight.rendering.voices import named_table, urgent_lines, waits_line
from zhiyin.insight.wording import Wording, wording

# Narrower terminals get the words of an aspect below its table instead of beside.
_WIDE = 116


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardText:
    """A board that a Rich console can print, in the layout that its width allows."""

    board: Board
    wording: Wording
    zone: tzinfo
    aspect_names: Mapping[str, str]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if not self.board.voices.n:
            yield from _empty(self.board, wording=self.wording)
            return
        yield from _spaced(self._parts(is_wide=options.max_width >= _WIDE))

    def _parts(self, *, is_wide: bool) -> Iterator[RenderableType | None]:
        board, words, names = self.board, self.wording, self.aspect_names
        yield title_line(board, wording=words, zone=self.zone)
        yield headline(board, wording=words, aspect_names=names)
        yield overview_table(board, wording=words)
        if board.aspects:
            yield aspects_table(board, wording=words, aspect_names=names, has_words=is_wide)
            if not is_wide:
                yield from aspect_words(board, wording=words, aspect_names=names)
        # Of one unit or none there is nothing to compare.
        if board.units.n_compared > 1:
            yield units_table(board, wording=words, aspect_names=names)
        yield waits_line(board, wording=words)
        yield named_table(board, wording=words)
        yield urgent_lines(board, wording=words, zone=self.zone)
        yield _footnote(board, wording=words)


def render_board(
    board: Board,
    *,
    language: Language = "zh",
    zone: tzinfo | None = None,
    aspect_names: Mapping[str, str] | None = None,
) -> BoardText:
    """The board for a Rich console; without voices a sentence that says what to do.

    `zone` is that of the days shown (Beijing by default), `aspect_names` go before the names in the
    facts, which are in the language they were stored in. Customers' words are shown as they are, but
    for signs that steer a terminal.
    """
    return BoardText(
        board=board,
        wording=wording(language),
        zone=zone or ZoneInfo("Asia/Shanghai"),
        aspect_names=aspect_names or {},
    )


def _spaced(parts: Iterable[RenderableType | None]) -> Iterator[RenderableType]:
    """The parts that are there, with an empty line before each table."""
    for part in parts:
        if isinstance(part, Table):
            yield Text("")
        if part is not None:
            yield part


def _empty(board: Board, *, wording: Wording) -> Iterator[RenderableType]:
    yield Text(wording.say("empty"), style="bold")
    yield Text(wording.say("empty_next"))
    if board.voices.n_excluded:
        yield _footnote(board, wording=wording)


def _footnote(board: Board, *, wording: Wording) -> Text:
    voices = board.voices
    notes = [wording.say("small")]
    if voices.n_excluded:

        def number(n: int) -> str:
            return count(n, language=wording.language)

        notes.insert(
            0,
            wording.say(
                "excluded",
                n=number(voices.n_excluded),
                duplicates=number(voices.n_duplicates),
                spam=number(voices.n_spam),
                solicited=number(voices.n_solicited),
                off_subject=number(voices.n_off_subject),
            ),
        )
    return Text(" ".join(notes), style=pieces.QUIET)
