"""`zhiyin drivers`: what moves an outcome, by the answers of a survey."""

from __future__ import annotations

from pathlib import Path

import typer

from zhiyin.cli.localised import LocalisedCommand
from zhiyin.cli.output import print_json, print_notice, results
from zhiyin.cli.words import say


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "drivers",
        cls=LocalisedCommand,
        short_help=say("从问卷答案里找出驱动因素。", "Find what moves an outcome in survey answers."),
        help=say(
            "什么左右了总体满意度、评分或推荐意愿：相对权重与夏普利份额、重要性与表现四象限、Kano 类别，"
            "都带区间。不指定要素时，取与结果同一评分尺度的列。",
            "What moves satisfaction, a rating or the will to recommend: relative weights and Shapley "
            "shares, a map of importance and performance, Kano categories, all with intervals. Without named "
            "columns those rated on the outcome's scale are taken.",
        ),
    )(drivers)


def drivers(
    file: Path = typer.Argument(
        metavar=say("文件", "FILE"),
        help=say(
            "问卷答案：CSV、TSV、XLSX 或 Parquet，一行一份。",
            "Answers: CSV, TSV, XLSX or Parquet, a row each.",
        ),
    ),
    outcome: str = typer.Option(
        "", help=say("结果所在的列，如总体满意度。", "Column of the outcome, such as overall satisfaction.")
    ),
    of: list[str] = typer.Option(
        [], help=say("作为要素的列，可多次给出。", "Column of an attribute, repeatable.")
    ),
    from_code_book: Path = typer.Option(
        None,
        help=say(
            "编码表：列、角色、属性、缺失值四列，说明每一列问的是什么。",
            "Code book: a table with column, role, attribute and missing that says what each column asks.",
        ),
    ),
    output: Path = typer.Option(
        None, help=say("写入 .csv / .xlsx / .json 文件。", "Write to a .csv, .xlsx or .json file.")
    ),
    cross: str = typer.Option(
        "mean", help=say("四象限的分界：mean 或 median。", "Cross-hairs of the map: mean or median.")
    ),
    top_box: int = typer.Option(
        0,
        min=0,
        help=say(
            "以最高几档的占比衡量表现；0 为平均分。",
            "Performance as share of this many highest steps; 0 means the mean.",
        ),
    ),
    json: bool = typer.Option(False, "--json", help=say("以 JSON 输出。", "Print JSON.")),
) -> None:
    """Explain the outcome of a survey."""
    from zhiyin.cli.choices import choice
    from zhiyin.cli.drivers_report import render_why
    from zhiyin.cli.drivers_words import heading_of, name_of
    from zhiyin.insight.drivers.code_book import CodeBook, read_code_book
    from zhiyin.insight.drivers.table import DEFAULT_TOP_BOX, Question, explain_table
    from zhiyin.insight.drivers.table_files import COLUMNS, KANO_COLUMNS, check_output, write_why
    from zhiyin.measure.importance_performance import Cross

    if output:
        check_output(output)
    why = explain_table(
        file,
        question=Question(
            outcome=outcome,
            columns=of,
            code_book=read_code_book(from_code_book) if from_code_book else CodeBook(),
            cross=choice(Cross, cross, field="--cross"),
            is_top_box=top_box > 0,
            top_box=top_box or DEFAULT_TOP_BOX,
        ),
    )
    if output:
        headings = {name: heading_of(name) for name in (*COLUMNS, *KANO_COLUMNS, "drivers", "kano")}
        n = write_why(why, output, headings=headings, name_of=name_of)
        print_notice(say(f"已写入 {n} 个要素。", f"{n} attributes written."))
    if json:
        print_json(why)
    elif not output:
        results().print(render_why(why))
