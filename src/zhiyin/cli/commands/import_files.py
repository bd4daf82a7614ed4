"""`zhiyin import`: takes files in, with a look before and a reckoning after."""

from __future__ import annotations

import sys
import time
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
from zhiyin.errors import InvalidInput

if TYPE_CHECKING:
    from zhiyin.engine.home import Home
    from zhiyin.listen.services.imports import ImportReport, ImportRequest


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "import",
        cls=LocalisedCommand,
        short_help=say("导入文件：先判断列并预览，再入库。", "Import files, after a look at their columns."),
        help=say(
            "导入文件：CSV、TSV、XLSX、JSONL、Parquet 或它们的 zip。先给出列的判断和预览，确认后导入；"
            "不在终端里运行时直接采用判断并打印。同一个文件导入两次不会重复。有坏行时退出码为 8。",
            "Import files: CSV, TSV, XLSX, JSONL, Parquet or a zip of them. Shows what each column is taken "
            "for and the first rows, then asks; without a terminal the guess is used and printed. The same "
            "file twice adds nothing. Exit code 8 where rows were rejected.",
        ),
    )(import_files)


def import_files(
    files: list[Path] = typer.Argument(
        metavar=say("文件", "FILE"),
        help=say(
            "CSV、TSV、XLSX、JSONL、Parquet 或它们的 zip。",
            "CSV, TSV, XLSX, JSONL, Parquet or a zip of them.",
        ),
    ),
    source: str = typer.Option(
        None,
        help=say(
            "来源系统的名字；与外部编号一起永久标识一条反馈。",
            "Name of the source system; with the external id it names a voice for good.",
        ),
    ),
    channel: str = typer.Option(
        None, help=say("没有渠道列时使用的渠道编码。", "Channel code where no column says it.")
    ),
    unit: str = typer.Option(
        None, help=say("没有组织列时使用的组织编码。", "Org unit code where no column says it.")
    ),
    product: str = typer.Option(
        None, help=say("没有产品列时使用的产品。", "Product where no column says it.")
    ),
    columns: list[str] = typer.Option(
        [],
        "--map",
        help=say(
            "指定列，可多次给出：text=评论内容、text=标题+正文、rating=评分@0..10、ignore=备注。",
            "Say what a column is, repeatable: text=body, text=title+body, rating=score@0..10, ignore=note.",
        ),
    ),
    encoding: str = typer.Option(None, help=say("编码；不填则自动判断。", "Encoding; guessed if empty.")),
    sheet: list[str] = typer.Option(
        [], help=say("只导入这些工作表，可多次给出。", "These sheets only, repeatable.")
    ),
    yes: bool = typer.Option(False, "--yes", "-y", help=say("不询问，直接采用判断。", "Do not ask.")),
    dry_run: bool = typer.Option(
        False, "--dry-run", help=say("只看判断和预览，不导入。", "Show guess and preview, import nothing.")
    ),
    json: bool = typer.Option(False, "--json", help=say("以 JSON 输出结果。", "Print the result as JSON.")),
) -> None:
    """Import files one after the other."""
    from zhiyin.cli.startup import start_django

    home = start_django()
    from zhiyin.cli.import_preview import show_preview
    from zhiyin.cli.processing import processing
    from zhiyin.listen.services.imports import ImportRequest, preview_import

    is_asking = sys.stdin.isatty() and sys.stderr.isatty() and not (yes or json)
    request = ImportRequest(
        source=source,
        channel=channel,
        unit=unit,
        product=product,
        overrides=tuple(columns),
        is_confirmed=is_asking or bool(columns),
        encoding=encoding,
        sheets=tuple(sheet),
    )
    for file in files:
        with naming(file):
            preview = preview_import(file, request=request, language=language())
        show_preview(file, preview, is_short=not (is_asking or dry_run))
        if is_asking and not dry_run and not typer.confirm(say("这样导入？", "Import like this?"), err=True):
            print_notice(say("没有导入。用 --map 改正列。", "Nothing was imported. --map corrects a column."))
            raise typer.Exit
    if dry_run:
        return
    started = time.monotonic()
    with progress_bar() as progress, processing(home, progress):
        reports = [_import_one(file, home=home, request=request, progress=progress) for file in files]
    if json:
        print_json(reports)
    else:
        for report in reports:
            print_notice(_reckoning(report))
        seconds = time.monotonic() - started
        print_notice(
            say(
                f"全部理解入湖，共用 {seconds:.1f} 秒。",
                f"All is understood and stored, {seconds:.1f} s in all.",
            )
        )
    if any(report.n_rejected for report in reports):
        sys.exit(ExitCode.DONE_WITH_FINDINGS)


def _import_one(file: Path, *, home: Home, request: ImportRequest, progress: object) -> ImportReport:
    from rich.progress import Progress

    from zhiyin.config.wiring import open_intake
    from zhiyin.listen.services.imports import ImportProgress, run_import

    assert isinstance(progress, Progress)
    task = progress.add_task(say(f"读入 {file.name}", f"Reading {file.name}"), total=None)

    def on_progress(now: ImportProgress) -> None:
        total = round(now.n_rows / now.share) if now.share else None
        progress.update(task, completed=now.n_rows, total=total)

    with naming(file):
        report = run_import(
            file, intake=open_intake(home), home=home, request=request, on_progress=on_progress
        )
    progress.update(task, completed=report.n_rows, total=report.n_rows)
    return report


@contextmanager
def naming(file: Path) -> Iterator[None]:
    """Says which of several files an error is about."""
    try:
        yield
    except InvalidInput as error:
        print_notice(say(f"文件 {file}：", f"File {file}:"))
        raise error from None


def _reckoning(report: ImportReport) -> str:
    lines = [
        say(
            f"{report.file_name}：{report.n_rows:,} 行，新增或更新 {report.n_accepted:,}，"
            f"未变 {report.n_unchanged:,}，拒收 {report.n_rejected:,}，读入用时 {report.seconds:.1f} 秒。",
            f"{report.file_name}: {report.n_rows:,} rows, {report.n_accepted:,} new or changed, "
            f"{report.n_unchanged:,} unchanged, {report.n_rejected:,} rejected, read in "
            f"{report.seconds:.1f} s.",
        )
    ]
    if report.n_skipped:
        lines.append(
            say(
                f"接着上次中断处继续，跳过 {report.n_skipped:,} 行。",
                f"Went on where it was interrupted, past {report.n_skipped:,} rows.",
            )
        )
    if report.rejected_file is not None:
        lines.append(
            say(
                f"被拒的行和原因：{report.rejected_file}",
                f"Rejected rows and reasons: {report.rejected_file}",
            )
        )
    lines.extend(localise(reason) for reason in report.unusable)
    return "\n".join(lines)
