"""`zhiyin hotspots`: places and times that more is said of than expected."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import typer
from rich.table import Table

from zhiyin.cli.localised import LocalisedCommand
from zhiyin.cli.output import print_json, print_notice, results
from zhiyin.cli.words import say

if TYPE_CHECKING:
    from datetime import date

    from zhiyin.insight.hotspots.finding import Found

_ZONE = ZoneInfo("Asia/Shanghai")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "hotspots",
        cls=LocalisedCommand,
        short_help=say("哪些地点在哪段时间被反映得特别多。", "Places and times that more is said of."),
        help=say(
            "从文字里找出地名（小区、路、村……），检验哪些地点在哪段时间被反映得比预期多；已对所有地点和时间段"
            "的多重检验作校正。给出文件就读文件，不入库；不给文件就用数据湖里最新的 50,000 条反馈。",
            "Find names of places in texts (estates, roads, villages, by their endings) and test which are "
            "named in some time more often than expected, corrected for all places and windows at once. A "
            "file is read and not stored; without one the newest 50,000 voices of the lake are used.",
        ),
    )(hotspots)


def hotspots(
    file: Path = typer.Argument(
        None,
        metavar=say("文件", "FILE"),
        help=say(
            "CSV、TSV、XLSX、JSONL、Parquet 或它们的 zip；不填则用数据湖。",
            "CSV, TSV, XLSX, JSONL, Parquet or a zip of them; the lake if empty.",
        ),
    ),
    text_column: str = typer.Option(
        None, help=say("文字所在的列；不填则自动判断。", "Column of the texts; guessed if empty.")
    ),
    longest_days: int = typer.Option(
        91, min=1, max=3660, help=say("热点最长多少天。", "Days that a hot spot lasts at the most.")
    ),
    level: float = typer.Option(
        0.05, min=0.001, max=0.5, help=say("整体误报的概率上限。", "Chance of any false hot spot at all.")
    ),
    as_json: bool = typer.Option(
        False, "--json", help=say("以 JSON 输出结果。", "Print the result as JSON.")
    ),
) -> None:
    """Find the hot spots of a file or of the lake."""
    from zhiyin.insight.hotspots.finding import find_hotspots

    texts, days = _facts() if file is None else _file(file, text_column=text_column)
    found = find_hotspots(texts, days, longest_days=longest_days, level=level)
    if as_json:
        print_json(found)
    else:
        _print(found)


def _file(path: Path, *, text_column: str | None) -> tuple[list[str], list[date | None]]:
    from zhiyin.insight.hotspots.reading import read_file_texts

    return read_file_texts(path, text_column=text_column, zone=_ZONE)


def _facts() -> tuple[list[str], list[date | None]]:
    from zhiyin.cli.startup import start_django

    home = start_django()
    from zhiyin.engine import open_engine
    from zhiyin.insight.hotspots.reading import read_lake_texts
    from zhiyin.insight.selection import VoiceFilter
    from zhiyin.listen.pipeline.store import create_tables
    from zhiyin.people.scope import EVERYTHING

    lake = open_engine(home).lake
    create_tables(lake)
    with lake.connect("feedback", "opinions") as connection:
        return read_lake_texts(connection, scope=EVERYTHING, filter=VoiceFilter(), zone=_ZONE)


def _print(found: Found) -> None:
    table = Table(say("地点", "Place"), say("时间", "Days"), show_edge=False)
    for heading in (
        say("条数", "Texts"),
        say("预期", "Expected"),
        say("倍数", "Times"),
        say("此前同样天数", "As many days before"),
        "p",
    ):
        table.add_column(heading, justify="right")
    for event in found.events:
        also = (
            say(f"（另有 {len(event.also)} 个地名）", f" (and {len(event.also)} more)") if event.also else ""
        )
        table.add_row(
            event.place + also,
            f"{event.first_day} – {event.last_day}",
            str(event.n),
            f"{event.expected:.1f}",
            f"{event.times:.1f}",
            str(event.n_before),
            f"{event.p_value:.3f}",
        )
    if found.events:
        results().print(table)
    print_notice(
        say(
            f"{found.n_texts:,} 条文字（{found.first_day} 至 {found.last_day}），{found.n_places:,} 个地名，"
            f"{len(found.events):,} 个热点；"
            f"未计入：重复 {found.n_repeated:,} 条，没有日期或文字 {found.n_undated:,} 条。",
            f"{found.n_texts:,} texts ({found.first_day} to {found.last_day}), {found.n_places:,} places, "
            f"{len(found.events):,} hot spots; left out: {found.n_repeated:,} copies, {found.n_undated:,} "
            "without a date or words.",
        )
    )
