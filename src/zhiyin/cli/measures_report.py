"""What `zhiyin measures` prints: a table for the terminal, or CSV with plain numbers."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Group as Parts
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from zhiyin.cli.output import results
from zhiyin.cli.words import language, say
from zhiyin.insight.board import Figure
from zhiyin.insight.measures.contract import Group, MeasureResult
from zhiyin.insight.measures.writing import write_change, write_interval, write_value
from zhiyin.measure.estimate import SMALL_N

_WIDE = 110


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureLine:
    """The total of a measure, or one of its groups."""

    result: MeasureResult
    group: Group | None = None

    @property
    def figure(self) -> Figure:
        """What is told."""
        return self.result.total if self.group is None else self.group.figure

    @property
    def key(self) -> str:
        """Code of the measure or of the group."""
        return self.result.measure.code if self.group is None else self.group.key

    @property
    def name(self) -> str:
        """What people call it."""
        return self.result.measure.name if self.group is None else self.group.name


def lines_of(result: MeasureResult) -> list[MeasureLine]:
    """The total, then the groups."""
    return [MeasureLine(result=result), *(MeasureLine(result=result, group=one) for one in result.groups)]


def render_lines(lines: Sequence[MeasureLine], *, notes: Sequence[MeasureResult]) -> RenderableType:
    """A table; grey where n < 30; below it the definitions of `notes`."""
    table = Table(box=None, pad_edge=False)
    # A narrow terminal has no room for the names of measures; groups have little but their names.
    has_names = results().width >= _WIDE or any(line.group is not None for line in lines)
    table.add_column(say("编号", "code"), no_wrap=True)
    if has_names:
        table.add_column(say("名称", "name"), overflow="fold")
    for name in (say("数值", "value"), say("区间（95%）", "interval (95 %)"), "n", say("较上期", "change")):
        table.add_column(name, justify="right", no_wrap=True)
    for line in lines:
        is_small = line.figure.n < SMALL_N and line.result.measure.unit != "count"
        table.add_row(
            line.key, *([line.name] if has_names else []), *_cells(line), style="dim" if is_small else None
        )
    words = [f"{one.measure.definition}\n{one.measure.formula}" for one in notes]
    return Parts(table, *(Text(f"\n{text}", style="dim") for text in words))


def _cells(line: MeasureLine) -> list[str]:
    measure, figure = line.result.measure, line.figure
    if line.result.missing:
        return ["–", "", "", say("没有记录", "no records")]
    change = figure.change
    moved = ""
    if change is not None:
        is_real = change.verdict in ("rise", "fall")
        moved = write_change(change, measure=measure) if is_real else _still(change.verdict)
    return [
        write_value(figure.value, measure=measure, language=language()),
        write_interval(figure, measure=measure, language=language()),
        f"{figure.n:,}",
        moved,
    ]


def _still(verdict: str) -> str:
    return say("无显著变化", "no real change") if verdict == "no_real_change" else ""


def write_csv(lines: Sequence[MeasureLine]) -> None:
    """The lines as CSV on standard output; shares from 0 to 1, empty where nothing is known."""
    writer = csv.writer(sys.stdout)
    writer.writerow(["code", "name", "value", "low", "high", "n", "change", "verdict"])
    for line in lines:
        figure, change = line.figure, line.figure.change
        writer.writerow(
            [
                *(line.key, line.name, figure.value, figure.low, figure.high, figure.n),
                *(change.value if change else None, change.verdict if change else None),
            ]
        )
