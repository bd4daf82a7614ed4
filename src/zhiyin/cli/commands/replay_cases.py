"""`zhiyin replay-cases`: past appeals as cases, in a home of their own, and what the reports say of them."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from zhiyin.cli.exit_codes import ExitCode
from zhiyin.cli.localised import LocalisedCommand
from zhiyin.cli.output import print_json, print_notice, progress_bar
from zhiyin.cli.sentences import localise
from zhiyin.cli.words import language, say
from zhiyin.errors import Conflict, InvalidInput

if TYPE_CHECKING:
    from zhiyin.respond.replay import Done, ReplayFigures

_MARK = "replayed-cases"
_MOST_TOLD = 10
# What would tie the replay to the live installation: its database, and the list of whom it forgot.
_LIVE = ("ZHIYIN_DATABASE_URL", "ZHIYIN_ERASURE_LEDGER")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "replay-cases",
        cls=LocalisedCommand,
        short_help=say("把过去的诉求当作工单重放一遍。", "Replay past appeals as cases."),
        help=say(
            "把一张过去诉求的表（编号、日期、标题、内容、答复、转派次数、办结天数）当作工单重放：按表里的时间受理、"
            "逐次转派、答复、关闭，再给出工单报表的数字。重放在单独的目录里进行，不碰现有的工单；"
            "有读不了的行时退出码为 8。",
            "Replay a table of past appeals (id, date, title, text, reply, transfers, days) as cases: "
            "opened, handed on, answered and closed at the times of the table, and tell what the reports on "
            "cases say. It happens in a home of its own, never among your cases. Exit code 8 where rows were "
            "refused.",
        ),
    )(replay_cases)


def replay_cases(
    file: Path = typer.Argument(
        metavar=say("文件", "FILE"),
        help=say(
            "CSV、TSV、XLSX、JSONL、Parquet 或它们的 zip。",
            "CSV, TSV, XLSX, JSONL, Parquet or a zip of them.",
        ),
    ),
    output: Path = typer.Option(
        None,
        help=say("把每一行的结果写入这个 CSV 文件。", "Write what became of each row to this CSV file."),
    ),
    home: Path = typer.Option(
        None,
        help=say(
            "重放用的目录，保留下来以便查看；不填则用完即删。",
            "Folder for the replay, kept to look at; thrown away at the end if empty.",
        ),
    ),
    json: bool = typer.Option(False, "--json", help=say("以 JSON 输出数字。", "Print the figures as JSON.")),
) -> None:
    """Replay the file and tell the figures."""
    if output is not None and not output.absolute().parent.is_dir():
        raise InvalidInput("The folder of the output does not exist.", next_step="Name another place.")
    with _home_of_its_own(home):
        done, figures = _replay(file)
    if output is not None:
        from zhiyin.respond.replay import write_rows

        write_rows(output, done, say=localise)
    if json:
        print_json(figures)
    else:
        _print(figures)
    _tell(done, home=home)


@contextmanager
def _home_of_its_own(path: Path | None) -> Iterator[None]:
    """`ZHIYIN_HOME` is that folder, or one that is removed at the end, whatever the environment names."""
    for name in _LIVE:
        os.environ.pop(name, None)
    if path is not None:
        _claim(path)
        os.environ["ZHIYIN_HOME"] = str(path.absolute())
        yield
        return
    with tempfile.TemporaryDirectory(prefix="zhiyin-replay-") as made:
        os.environ["ZHIYIN_HOME"] = made
        try:
            yield
        finally:
            from django.db import connections

            connections.close_all()


def _claim(path: Path) -> None:
    """Refuse a folder that holds anything but an earlier replay."""
    mark = path / _MARK
    if path.exists() and not path.is_dir():
        raise InvalidInput("This is not a folder.", next_step="Name a folder that is empty or new.")
    if path.exists() and any(path.iterdir()) and not mark.exists():
        raise Conflict(
            "The folder holds something that is no replay.", next_step="Name a folder that is empty or new."
        )
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    mark.touch()


def _replay(file: Path) -> tuple[list[Done], ReplayFigures]:
    from zhiyin.cli.startup import start_django

    start_django()
    from django.utils import timezone

    from zhiyin.people.zones import company_zone
    from zhiyin.respond.replay import read_appeals, read_figures, replay

    now = timezone.now()
    appeals = read_appeals(file, zone=company_zone(), now=now, language=language())
    done = []
    with progress_bar() as progress:
        task = progress.add_task(say("重放", "Replaying"), total=appeals.n_rows)
        for one in replay(appeals, source=file.name):
            done.append(one)
            progress.advance(task)
    return done, read_figures(now=now)


def _print(figures: ReplayFigures) -> None:
    rows = [
        (say("工单", "cases"), f"{figures.n_cases:,}"),
        (say("转派", "hand-overs"), f"{figures.n_transfers:,}"),
        (say("每单转派", "hand-overs per case"), _number(figures.transfers_per_case)),
        *(
            (f"{say('每单', 'per case')} {edge.from_kind} → {edge.to_kind}", _number(edge.per_case))
            for edge in figures.edges
        ),
        (say("首次联系解决", "solved at the first contact"), _percent(figures.first_contact)),
        (say("踢皮球", "kicked about"), _percent(figures.kicked_about)),
        (say("重启", "reopened"), _percent(figures.reopened)),
        (say("办结天数，平均", "days to the end, mean"), _number(figures.mean_days)),
        (say("办结天数，中位数", "days to the end, median"), _number(figures.median_days)),
        (say("办结天数，九成不超过", "days to the end, nine of ten"), _number(figures.p90_days)),
    ]
    for name, value in rows:
        typer.echo(f"{name}\t{value}")


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.3f}".rstrip("0").rstrip(".")


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _tell(done: list[Done], *, home: Path | None) -> None:
    n = {outcome: sum(one.outcome == outcome for one in done) for outcome in ("replayed", "known", "refused")}
    print_notice(
        say(
            f"{len(done):,} 行：重放 {n['replayed']:,}，之前已重放 {n['known']:,}，拒收 {n['refused']:,}。",
            f"{len(done):,} rows: {n['replayed']:,} replayed, {n['known']:,} replayed before, "
            f"{n['refused']:,} refused.",
        )
    )
    refused = [one for one in done if one.outcome == "refused"]
    for one in refused[:_MOST_TOLD]:
        field = f", {one.field}" if one.field else ""
        print_notice(
            "  " + say(f"第 {one.line} 行{field}：", f"line {one.line}{field}: ") + localise(one.reason)
        )
    if len(refused) > _MOST_TOLD:
        n_more = len(refused) - _MOST_TOLD
        print_notice(say(f"  另有 {n_more:,} 行，见 --output。", f"  and {n_more:,} more: see --output."))
    if home is not None:
        print_notice(
            say(f"查看：ZHIYIN_HOME={home} zhiyin up", f"To look at them: ZHIYIN_HOME={home} zhiyin up")
        )
    if refused:
        sys.exit(ExitCode.DONE_WITH_FINDINGS)
