"""`zhiyin link`: finds the rows of a table, or of two, that are one person."""

from __future__ import annotations

from pathlib import Path

import typer

from zhiyin.cli.localised import LocalisedCommand
from zhiyin.cli.output import print_json, print_notice, results
from zhiyin.cli.words import language, say


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "link",
        cls=LocalisedCommand,
        short_help=say("找出表格里属于同一个人的行。", "Find the rows of a table that are one person."),
        help=say(
            "一张表里的重复，或两张表之间的对应：列按名字和内容识别，模型只从数据本身拟合，不需要答案。"
            "输出每一对被认作同一个人的行：两个编号、概率、依据。",
            "Find duplicates within a table, or who is who between two: columns are known by name and "
            "content, the model is fitted to the data alone. Writes every pair of rows found to be one "
            "person: the two ids, probability, evidence.",
        ),
    )(link)


def link(
    files: list[Path] = typer.Argument(
        metavar=say("文件", "FILE"),
        help=say(
            "一个或两个文件：CSV、TSV、XLSX 或 Parquet。", "One or two files: CSV, TSV, XLSX or Parquet."
        ),
    ),
    output: Path = typer.Option(..., help=say("写入的 CSV 文件。", "CSV file to write.")),
    config: Path = typer.Option(
        None,
        help=say(
            "YAML 或 JSON：columns 说明每一列是什么，threshold 为阈值。",
            "YAML or JSON: what each column is (columns), threshold.",
        ),
    ),
    threshold: float = typer.Option(
        None,
        min=0.0,
        max=1.0,
        help=say("概率达到多少算同一个人；不填则由模型选定。", "Probability from which two are one person."),
    ),
    reviewed: Path = typer.Option(
        None,
        help=say(
            "人工看过的行对（left_id、right_id、is_same），报告据此画出实测曲线。",
            "Pairs that people judged (left_id, right_id, is_same), for a measured curve in the report.",
        ),
    ),
    report: Path = typer.Option(
        None, help=say("报告：.html 或 .json。", "Report of the model and its curve: .html or .json.")
    ),
    json: bool = typer.Option(False, "--json", help=say("以 JSON 输出摘要。", "Print the summary as JSON.")),
) -> None:
    """Link and write the pairs."""
    from zhiyin.cli.link_words import render_summary, step_name
    from zhiyin.customers.matching.files import Request, check_request, link_files

    request = Request(
        files=files,
        output=output,
        configuration=config,
        threshold=threshold,
        reviewed=reviewed,
        report=report,
        language=language(),
    )
    check_request(request)
    summary = link_files(request, tell=lambda step: print_notice(step_name(step)))
    if json:
        print_json(summary)
    else:
        results().print(render_summary(summary))
