"""Small pieces that all sections use: safe text, columns, figures with their change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from rich import box
from rich.table import Table
from rich.text import Text

from zhiyin.console.numbers import percent, plain, signed
from zhiyin.insight.board import Figure
from zhiyin.insight.wording import Wording
from zhiyin.measure.comparison import Change
from zhiyin.measure.estimate import SMALL_N

GOOD, BAD, QUIET, SMALL = "blue", "red", "dim", "bright_black"

Write = Callable[[float | None], str]


def safe(text: str) -> str:
    """The text without signs that steer a terminal or turn its direction."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def quote(text: str, *, limit: int) -> str:
    """The text on one line, at most `limit` signs, an ellipsis where it goes on."""
    line = " ".join(safe(text).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def day(moment: datetime | None, *, zone: tzinfo) -> str:
    """The day in the zone."""
    return "…" if moment is None else moment.astimezone(zone).strftime("%Y-%m-%d")


def grid(*columns: tuple[str, str], title: str = "") -> Table:
    """An empty table with columns (heading, side): `left`, `right`; figures on the right never break."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1))
    if title:
        table.title, table.title_justify = Text(title, style="bold"), "left"
    for heading, side in columns:
        table.add_column(
            Text(heading),
            justify="right" if side == "right" else "left",
            no_wrap=side == "right",
            overflow="ellipsis" if side == "right" else "fold",
        )
    return table


def style_of(n: int) -> str:
    """Grey for figures that rest on fewer than 30."""
    return SMALL if n < SMALL_N else ""


def interval(figure: Figure, *, write: Write, wording: Wording) -> str:
    """The interval, or a dash."""
    if figure.low is None or figure.high is None:
        return "–"
    return wording.say("interval", low=write(figure.low), high=write(figure.high))


def change_text(change: Change | None, *, write: Write, wording: Wording, is_good_up: bool | None) -> Text:
    """The verdict in words, coloured where a rise is good or bad."""
    if change is None:
        return Text("")
    if change.verdict in ("no_real_change", "unknown") or change.value is None:
        return Text(wording.say(change.verdict), style=QUIET)
    words = wording.say(change.verdict, value=write(abs(change.value)))
    if is_good_up is None:
        return Text(words)
    return Text(words, style=GOOD if (change.value > 0) == is_good_up else BAD)


def write_share(value: float | None) -> str:
    """A share as percent."""
    return percent(value)


def write_net(value: float | None) -> str:
    """Net sentiment with its sign."""
    return signed(value)


def write_stars(value: float | None) -> str:
    """Stars with two digits."""
    return plain(value, digits=2)


def write_points(value: float | None) -> str:
    """A difference without sign."""
    return plain(value)
