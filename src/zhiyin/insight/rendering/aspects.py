"""The table of aspects and the table of units."""

from __future__ import annotations

from collections.abc import Mapping

from rich.table import Table
from rich.text import Text

from zhiyin.console.numbers import count, percent, signed
from zhiyin.insight.board import AspectLine, Board, UnitLine
from zhiyin.insight.rendering import pieces
from zhiyin.insight.wording import Wording

_N_WORDS = 3


def aspects_table(
    board: Board, *, wording: Wording, aspect_names: Mapping[str, str], has_words: bool
) -> Table:
    """One line an aspect, the most harmful first; with its typical words where there is room."""
    columns = [
        ("col_aspect", "left"),
        ("col_harm", "right"),
        ("col_people", "right"),
        ("col_net", "right"),
        ("col_interval", "right"),
        ("col_mentions", "right"),
        ("col_change", "left"),
        ("col_words", "left"),
    ]
    shown = [(wording.say(key), side) for key, side in columns]
    n_columns = len(columns) if has_words else len(columns) - 1
    table = pieces.grid(*shown[:n_columns], title=wording.say("aspects"))
    for line in board.aspects:
        row = _aspect_row(line, wording=wording, aspect_names=aspect_names)
        table.add_row(*row[:n_columns], style=pieces.style_of(line.n_mentions))
    return table


def aspect_words(board: Board, *, wording: Wording, aspect_names: Mapping[str, str]) -> list[Text]:
    """The typical words of each aspect as a line of its own, for narrow terminals."""
    colon = "：" if wording.language == "zh" else ": "
    lines = []
    for line in board.aspects:
        if said := _words(line, wording=wording):
            name = pieces.safe(aspect_names.get(line.aspect, line.aspect_name))
            lines.append(Text(f"  {name}{colon}{said}", style=pieces.QUIET))
    return lines


def _aspect_row(line: AspectLine, *, wording: Wording, aspect_names: Mapping[str, str]) -> list[Text]:
    def number(n: float) -> str:
        return count(n, language=wording.language)

    net = line.net_sentiment
    return [
        Text(pieces.safe(aspect_names.get(line.aspect, line.aspect_name))),
        Text(number(line.harm)),
        Text(wording.say("people_unit", n=number(line.n_people), share=percent(line.share.value))),
        Text(pieces.write_net(net.value)),
        Text(pieces.interval(net, write=pieces.write_net, wording=wording)),
        Text(number(line.n_mentions)),
        pieces.change_text(net.change, write=pieces.write_points, wording=wording, is_good_up=True),
        Text(_words(line, wording=wording)),
    ]


def _words(line: AspectLine, *, wording: Wording) -> str:
    """Pairs where there are some, else judgements alone; how often each was said."""
    said = (line.pairs or line.opinion_words)[:_N_WORDS]
    gap = "" if wording.language == "zh" else " "
    comma = "，" if wording.language == "zh" else ", "
    joined = [(f"{word.term}{gap}{word.opinion}".strip(), word.n) for word in said]
    return comma.join(f"{pieces.quote(text, limit=16)} {n}" for text, n in joined)


def units_table(board: Board, *, wording: Wording, aspect_names: Mapping[str, str]) -> Table | Text:
    """Units that stand out, the worse first; a sentence where none does."""
    units = board.units
    if not units.worse and not units.better:
        return Text(wording.say("units_none", n=str(units.n_compared)), style=pieces.QUIET)
    table = pieces.grid(
        (wording.say("col_unit"), "left"),
        ("", "left"),
        (wording.say("col_apart"), "right"),
        (wording.say("col_net"), "right"),
        (wording.say("col_stars"), "right"),
        (wording.say("col_n"), "right"),
        (wording.say("col_main"), "left"),
        title=wording.say(
            "units", n=str(units.n_compared), worse=str(units.n_worse), better=str(units.n_better)
        ),
    )
    for line, key in [(u, "worse") for u in units.worse] + [(u, "better") for u in units.better]:
        row = _unit_row(line, key=key, wording=wording, aspect_names=aspect_names)
        table.add_row(*row, style=pieces.style_of(line.n_voices))
    return table


def _unit_row(line: UnitLine, *, key: str, wording: Wording, aspect_names: Mapping[str, str]) -> list[Text]:
    is_worse = key == "worse"
    main = ""
    if is_worse and line.main_aspect is not None:
        name = aspect_names.get(line.main_aspect, line.main_aspect_name or line.main_aspect)
        main = f"{pieces.safe(name)} {count(line.n_main_aspect, language=wording.language)}"
    return [
        Text(pieces.quote(line.name, limit=24)),
        Text(wording.say(key), style=pieces.BAD if is_worse else pieces.GOOD),
        Text(signed(line.apart)),
        Text(pieces.write_net(line.net_sentiment.value)),
        Text(pieces.write_stars(line.stars.value)),
        Text(count(line.n_voices, language=wording.language)),
        Text(main),
    ]
