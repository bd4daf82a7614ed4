"""`zhiyin backup` and `zhiyin restore`: one archive of everything, verified before it is put back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import typer

from zhiyin.cli.localised import LocalisedCommand
from zhiyin.cli.output import print_json, print_notice
from zhiyin.cli.words import say


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(
        "backup",
        cls=LocalisedCommand,
        short_help=say("把全部数据写成一个备份文件。", "Write everything into one archive."),
        help=say(
            "把全部数据写成一个备份文件；运行中也可以做，内容彼此一致。",
            "Write everything into one archive, consistent also while Zhiyin runs.",
        ),
    )(backup)
    app.command(
        "restore",
        cls=LocalisedCommand,
        short_help=say("校验备份，无误后恢复。", "Verify an archive, then put it in place."),
        help=say(
            "从备份恢复：先校验每个文件、数据库和表的行数，全部无误才替换。请先停止知音。",
            "Restore an archive: every file, database and row count is verified first, then put in place. "
            "Stop Zhiyin before.",
        ),
    )(restore)


def backup(
    archive: Path = typer.Argument(
        None,
        metavar=say("文件", "FILE"),
        help=say("备份文件；默认当前目录下按时间命名。", "The archive; named by the time if empty."),
    ),
    keys: bool = typer.Option(
        True,
        "--keys/--no-keys",
        help=say(
            "是否包含密钥。不含密钥的备份要配合另存的 keys 目录才能读。",
            "Whether the keys are in it. Without them it can be read only with a copy of the keys folder.",
        ),
    ),
    json: bool = typer.Option(False, "--json", help=say("以 JSON 输出。", "Print JSON.")),
) -> None:
    """Write the archive."""
    from zhiyin.cli.startup import start_django

    home = start_django()
    from zhiyin.config.database_dump import choose_dump
    from zhiyin.engine.backup import create_backup

    target = archive or Path(f"zhiyin-{datetime.now().astimezone():%Y%m%d-%H%M%S}.tar.zst")
    report = create_backup(home, target, dump_database=choose_dump(), has_keys=keys)
    if json:
        print_json(
            {
                "archive": str(report.archive),
                "bytes": report.n_bytes,
                "members": report.n_members,
                "messages": report.n_messages,
                "tables": report.tables,
                "database": report.database,
                "has_keys": report.has_keys,
            }
        )
        return
    rows = sum(table.n_rows for table in report.tables)
    print_notice(
        say(
            f"已备份到 {report.archive}：{report.n_bytes:,} 字节，{rows:,} 行事实。",
            f"Backed up to {report.archive}: {report.n_bytes:,} bytes, {rows:,} rows of facts.",
        )
    )
    if report.has_keys:
        print_notice(
            say(
                "备份里有密钥：拿到它的人能读到全部内容，请妥善保管。",
                "The keys are in it: whoever has the archive can read everything. Keep it safe.",
            )
        )


def restore(
    archive: Path = typer.Argument(metavar=say("文件", "FILE"), help=say("备份文件。", "The archive.")),
    force: bool = typer.Option(
        False,
        "--force",
        help=say(
            "目录里已有数据时，把旧数据改名保留后替换。", "Keep a home that holds something aside, and go on."
        ),
    ),
    json: bool = typer.Option(False, "--json", help=say("以 JSON 输出。", "Print JSON.")),
) -> None:
    """Verify the archive, then put it in place."""
    from zhiyin.config.database_dump import choose_load
    from zhiyin.engine.backup import restore_backup
    from zhiyin.engine.home import Home

    report = restore_backup(archive, Home.from_environment(), force=force, load_database=choose_load())
    rows = sum(table.n_rows for table in report.tables)
    if json:
        print_json(report)
        return
    print_notice(
        say(
            f"已恢复 {report.created_at:%Y-%m-%d %H:%M} 的备份：{report.n_members} 个文件校验无误，"
            f"{rows:,} 行事实，{report.n_waiting:,} 批待处理。",
            f"Restored the backup of {report.created_at:%Y-%m-%d %H:%M}: {report.n_members} files verified, "
            f"{rows:,} rows of facts, {report.n_waiting:,} batches waiting.",
        )
    )
    if report.kept_aside is not None:
        print_notice(say(f"旧数据保留在 {report.kept_aside}", f"The former home is at {report.kept_aside}"))
