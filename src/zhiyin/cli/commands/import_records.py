"""`zhiyin import-records`: takes files of orders, contacts, inspections, products and visits in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typer

from zhiyin.cli.commands.import_files import naming
from zhiyin.cli.exit_codes import ExitCode
from zhiyin.cli.localised import LocalisedCommand
from zhiyin.cli.output import print_json, print_notice
from zhiyin.cli.sentences import localise
from zhiyin.cli.words import language, say

if TYPE_CHECKING:
    from zhiyin.listen.services.imports import ImportReport

Kind = Literal["purchases", "contacts", "inspections", "products", "visits"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "import-records",
        cls=LocalisedCommand,
        short_help=say(
            "导入订单、联系记录、巡检、客户的产品或到访。",
            "Import orders, contacts, inspections, products or visits.",
        ),
        help=say(
            "导入反馈之外的记录：purchases（订单）、contacts（热线等联系记录）、inspections（门店巡检）、"
            "products（客户拥有的产品）、visits（到访）。"
            "列按名字识别，用 --map 改正。同一个文件导入两次不会重复，"
            "改过的行会替换原来的。有坏行时退出码为 8。",
            "Import what stands beside voices: purchases (orders), contacts (of a hotline), inspections (of "
            "stores), products (of customers), visits. Columns are known by their names, --map corrects "
            "them. The same file twice adds nothing, a changed row takes the place of the old one. Exit "
            "code 8 where rows were rejected.",
        ),
    )(import_records)


def import_records(
    kind: Kind = typer.Argument(
        metavar=say("种类", "KIND"),
        help=say(
            "purchases、contacts、inspections、products 或 visits。",
            "purchases, contacts, inspections, products or visits.",
        ),
    ),
    files: list[Path] = typer.Argument(
        metavar=say("文件", "FILE"),
        help=say(
            "CSV、TSV、XLSX、JSONL、Parquet 或它们的 zip。",
            "CSV, TSV, XLSX, JSONL, Parquet or a zip of them.",
        ),
    ),
    source: str = typer.Option(
        ...,
        help=say(
            "来源系统的名字；与编号一起永久标识一条记录。",
            "Name of the source system; with the id it names a record for good.",
        ),
    ),
    unit: str = typer.Option(
        None, help=say("没有组织列时使用的组织编码。", "Org unit code where no column says it.")
    ),
    columns: list[str] = typer.Option(
        [],
        "--map",
        help=say("指定列，可多次给出：amount=实付。", "Say what a column is, repeatable: amount=paid."),
    ),
    encoding: str = typer.Option(None, help=say("编码；不填则自动判断。", "Encoding; guessed if empty.")),
    sheet: list[str] = typer.Option(
        [], help=say("只导入这些工作表，可多次给出。", "These sheets only, repeatable.")
    ),
    json: bool = typer.Option(False, "--json", help=say("以 JSON 输出结果。", "Print the result as JSON.")),
) -> None:
    """Import files of records one after the other."""
    from zhiyin.cli.startup import start_django

    home = start_django()
    from zhiyin.engine import open_engine
    from zhiyin.listen.records.importing import import_records as import_file
    from zhiyin.listen.services.imports import ImportRequest
    from zhiyin.people.services.audit import record_event

    request = ImportRequest(
        holds=kind, source=source, unit=unit, overrides=tuple(columns), encoding=encoding, sheets=tuple(sheet)
    )
    reports = []
    for file in files:
        with naming(file):
            reports.append(import_file(file, request=request, engine=open_engine(home)))
        details = {"holds": kind, "records": reports[-1].n_accepted}
        record_event("records.imported", target=("import", reports[-1].job_id), details=details)
    if json:
        print_json(reports)
    else:
        for report in reports:
            print_notice(_reckoning(report, kind=kind))
    if any(report.n_rejected for report in reports):
        sys.exit(ExitCode.DONE_WITH_FINDINGS)


def _reckoning(report: ImportReport, *, kind: Kind) -> str:
    from zhiyin.listen.records.fields import fields_of

    lines = [
        say(
            f"{report.file_name}：{report.n_rows:,} 行，新增或更新 {report.n_accepted:,}，"
            f"未变 {report.n_unchanged:,}，拒收 {report.n_rejected:,}，用时 {report.seconds:.1f} 秒。",
            f"{report.file_name}: {report.n_rows:,} rows, {report.n_accepted:,} new or changed, "
            f"{report.n_unchanged:,} unchanged, {report.n_rejected:,} rejected, {report.seconds:.1f} s.",
        )
    ]
    names = fields_of(kind)
    for table in report.tables:
        taken = [
            f"{use.column} → {names[use.field].name(language())}"
            for use in table.mapping.columns
            if use.field in names
        ]
        left = [use.column for use in table.mapping.columns if use.field not in names]
        lines.append("  " + ", ".join(taken))
        if left:
            lines.append(
                "  " + say(f"没有导入的列：{'、'.join(left)}", f"Columns left out: {', '.join(left)}")
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
