"""`zhiyin lake`: what the lake holds, its upkeep, and making facts again."""

from __future__ import annotations

from pathlib import Path

import typer

from zhiyin.cli.localised import LocalisedCommand, LocalisedGroup
from zhiyin.cli.output import print_json, print_notice, progress_bar, results
from zhiyin.cli.words import say


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(cls=LocalisedGroup, no_args_is_help=True, help=say("数据湖。", "The lake of facts."))
    group.command(
        "status",
        cls=LocalisedCommand,
        help=say("每张表的行数、文件数和大小。", "Rows, files and bytes of each table."),
    )(status)
    group.command(
        "compact",
        cls=LocalisedCommand,
        help=say(
            "合并小文件、清理过期文件、写检查点；`zhiyin up` 也会自动做。",
            "Merge small files, drop dead ones, write checkpoints; `zhiyin up` does so by itself.",
        ),
    )(compact)
    group.command(
        "rebuild",
        cls=LocalisedCommand,
        help=say(
            "从原始条目重新生成全部事实，例如在升级或数据湖受损之后。",
            "Make all facts again from the raw items, for example after an upgrade or damage to the lake.",
        ),
    )(rebuild)
    group.command(
        "retag",
        cls=LocalisedCommand,
        help=say(
            "按正在使用的分类体系重新理解已有的反馈；可随时中断，再次运行会接着做。",
            "Understand stored voices again by the taxonomy in use. Interrupted, it goes on where it stood.",
        ),
    )(retag)
    group.command(
        "retry",
        cls=LocalisedCommand,
        help=say(
            "再次处理曾因出错而搁置的条目，例如在升级之后。",
            "Process again what had to be set aside, for example after an upgrade.",
        ),
    )(retry)
    app.add_typer(group, name="lake")


def status(
    json: bool = typer.Option(False, "--json", help=say("以 JSON 输出。", "Print JSON.")),
) -> None:
    """Print what each table holds."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    from zhiyin.engine.door import open_engine
    from zhiyin.engine.home import Home

    lake = open_engine(Home.from_environment()).lake
    rows = []
    for name in lake.tables():
        files = [Path(file.removeprefix("file://")) for file in lake.files(name)]
        with lake.connect(name) as connection:
            counted = connection.table(name).count("*").fetchone()
        n_bytes = sum(file.stat().st_size for file in files)
        rows.append(
            {"table": name, "rows": counted[0] if counted else 0, "files": len(files), "bytes": n_bytes}
        )
    if json:
        print_json(rows)
        return
    if not any(row["rows"] for row in rows):
        print_notice(
            say(
                "数据湖还是空的。用 `zhiyin import 文件` 导入第一批。",
                "The lake is empty. `zhiyin import FILE` brings the first voices.",
            )
        )
        return
    table = Table(say("表", "table"), box=SIMPLE_HEAD)
    for title in (say("行", "rows"), say("文件", "files"), say("字节", "bytes")):
        table.add_column(title, justify="right")
    for row in rows:
        table.add_row(str(row["table"]), f"{row['rows']:,}", f"{row['files']:,}", f"{row['bytes']:,}")
    results().print(table)


def compact() -> None:
    """Do the upkeep now."""
    from zhiyin.engine.door import open_engine
    from zhiyin.engine.home import Home

    open_engine(Home.from_environment()).lake.maintain()
    print_notice(say("数据湖已整理。", "The lake is in order."))


def rebuild() -> None:
    """Make all facts again."""
    from zhiyin.cli.startup import start_django

    home = start_django()
    from zhiyin.config.wiring import rebuild_lake

    with progress_bar() as progress:
        task = progress.add_task(say("重新生成事实", "Making facts again"), total=None)
        n_items = rebuild_lake(
            home, on_progress=lambda done, total: progress.update(task, completed=done, total=total)
        )
    print_notice(
        say(f"已从 {n_items:,} 条原始条目重新生成事实。", f"Facts made again from {n_items:,} raw items.")
    )


def retag() -> None:
    """Understand stored voices again."""
    from zhiyin.cli.startup import start_django

    home = start_django()
    from zhiyin.listen.services.retagging import retag_here

    with progress_bar() as progress:
        task = progress.add_task(say("重新理解", "Re-tagging"), total=None)
        try:
            n_voices = retag_here(
                home=home, on_progress=lambda done, total: progress.update(task, completed=done, total=total)
            )
        except KeyboardInterrupt:
            progress.stop()
            print_notice(
                say(
                    "已中断，数字都没有变。再次运行 `zhiyin lake retag` 会接着做，服务运行时也会自动接着做。",
                    "Interrupted; no figure has changed. `zhiyin lake retag` goes on from here, as a running "
                    "server does by itself.",
                )
            )
            raise
    print_notice(say(f"已重新理解 {n_voices:,} 条反馈。", f"{n_voices:,} voices were understood again."))


def retry() -> None:
    """Process again what was set aside."""
    from zhiyin.cli.startup import start_django

    home = start_django()
    from zhiyin.cli.processing import processing
    from zhiyin.engine import open_engine
    from zhiyin.listen.pipeline.set_aside import retry_set_aside

    engine = open_engine(home)
    with progress_bar() as progress, processing(home, progress):
        n_items = retry_set_aside(engine.log, vault=engine.vault)
    print_notice(
        say(
            f"已重新处理 {n_items:,} 条；还不行的见 `zhiyin doctor`。",
            f"{n_items:,} items were processed again; `zhiyin doctor` tells what still cannot be.",
        )
    )
