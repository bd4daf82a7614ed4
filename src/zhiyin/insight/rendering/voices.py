"""Waits, what voices show, and the urgent ones in their own words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from rich.console import Group
from rich.table import Table
from rich.text import Text

from zhiyin.console.numbers import count, percent, plain
from zhiyin.insight.board import Board, Named, UrgentVoice
from zhiyin.insight.rendering import pieces
from zhiyin.insight.wording import Wording

_QUOTE_SIGNS = 90
_MAX_NAMED = 6


def waits_line(board: Board, *, wording: Wording) -> Text | None:
    """One sentence on waiting; None where nobody tells of it."""
    waits = board.waits
    if not waits.n:
        return None
    line = wording.say(
        "waits_line",
        n=count(waits.n, language=wording.language),
        share=percent(waits.share.value),
        median=plain(waits.median_minutes, digits=0),
        p90=plain(waits.p90_minutes, digits=0),
        timed=count(waits.n_timed, language=wording.language),
    )
    if waits.n_timed:
        line += wording.say("long_waits", share=percent(waits.long_share.value))
    return Text(line, style=pieces.style_of(waits.n))


def named_table(board: Board, *, wording: Wording) -> Table:
    """Signals, intents, emotions and unmet needs side by side."""
    lists = {
        "signals": board.signals,
        "intents": board.intents,
        "emotions": board.emotions,
        "needs_unmet": board.needs_unmet,
    }
    table = pieces.grid(*((wording.say(key), "left") for key in lists))
    for place in range(min(_MAX_NAMED, max(len(found) for found in lists.values()))):
        table.add_row(*(_named(found, place=place, wording=wording) for found in lists.values()))
    return table


def _named(found: Sequence[Named], *, place: int, wording: Wording) -> Text:
    if place >= len(found):
        return Text(wording.say("none") if place == 0 else "", style=pieces.QUIET)
    one = found[place]
    n = count(one.n, language=wording.language)
    return Text(f"{wording.name(one.name)} {n} ({percent(one.share.value)})", style=pieces.style_of(one.n))


def urgent_lines(board: Board, *, wording: Wording, zone: tzinfo) -> Group | None:
    """The newest urgent voices, two lines each: who, where and why, then the words; None without any."""
    if not board.urgent.n:
        return None
    n = count(board.urgent.n, language=wording.language)
    lines = [Text(wording.say("urgent", n=n), style="bold red")]
    for voice in board.urgent.newest:
        lines.extend(_urgent(voice, wording=wording, zone=zone))
    return Group(*lines)


def _urgent(voice: UrgentVoice, *, wording: Wording, zone: tzinfo) -> list[Text]:
    level = wording.say("level_3" if voice.level >= 3 else "level_2")
    when = pieces.day(voice.occurred_at, zone=zone) if voice.occurred_at else ""
    reasons = "/".join(wording.name(reason) for reason in voice.reasons)
    about = "  ".join(filter(None, [when, pieces.safe(voice.unit_name or ""), reasons, voice.feedback_id]))
    return [
        Text.assemble((level, pieces.BAD), "  ", (about, pieces.QUIET)),
        Text(f"  {pieces.quote(voice.text, limit=_QUOTE_SIGNS)}"),
    ]
