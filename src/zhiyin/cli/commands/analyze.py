"""`zhiyin analyze`: understands a file or standard input, storing nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from zhiyin.cli.localised import LocalisedCommand
from zhiyin.cli.output import print_json, print_notice, progress_bar, results
from zhiyin.cli.words import language, say

if TYPE_CHECKING:
    import pyarrow as pa

    from zhiyin.insight.file_facts import FileFacts


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "analyze",
        cls=LocalisedCommand,
        short_help=say(
            "理解文件或标准输入里的文字，不入库。", "Understand a file or standard input, store nothing."
        ),
        help=say(
            "理解一个文件或标准输入里的文字，不入库：每个数据行输出一个 JSON 对象。"
            "标准输入若不是 JSON，就每行当作一段文字。",
            "Understand a file or standard input and store nothing: one JSON object a data row. "
            "Standard input that is no JSON is taken as a text a line.",
        ),
    )(analyze)


def analyze(
    file: Path = typer.Argument(
        None,
        metavar=say("文件", "FILE"),
        help=say(
            "CSV、TSV、XLSX、JSONL、Parquet、TXT 或它们的 zip；不填或 - 为标准输入。",
            "CSV, TSV, XLSX, JSONL, Parquet, TXT or a zip of them; standard input if empty or -.",
        ),
    ),
    text: str = typer.Option(
        None, help=say("文字所在的列；不填则自动判断。", "Column of the texts; guessed if empty.")
    ),
    taxonomy: str = typer.Option(
        "general",
        help=say("内置分类体系的名字，或 YAML 文件。", "Name of a built-in taxonomy, or a YAML file."),
    ),
    output: Path = typer.Option(
        None, help=say("写入 .jsonl / .parquet / .csv 文件。", "Write to a .jsonl, .parquet or .csv file.")
    ),
    summary: bool = typer.Option(
        False, "--summary", help=say("输出一页汇总看板。", "Print a board of figures.")
    ),
    json: bool = typer.Option(False, "--json", help=say("汇总以 JSON 输出。", "Print the summary as JSON.")),
    workers: int = typer.Option(
        os.cpu_count() or 1, min=1, help=say("最多用几个进程。", "Processes to use at the most.")
    ),
) -> None:
    """Understand a file."""
    from zhiyin.cli.model_in_use import find_model_in_use
    from zhiyin.config.variables import private_patterns
    from zhiyin.insight.analysis.runs import analyse
    from zhiyin.insight.analysis.said import read_said
    from zhiyin.insight.file_facts import FileFacts

    is_stdin = file is None or str(file) == "-"
    if is_stdin and sys.stdin.isatty():
        print_notice(
            say("每行一段文字，Ctrl-D 结束。", "Reading the terminal, a text a line; Ctrl-D ends it.")
        )
    facts = FileFacts() if summary or json else None
    said = read_said(sys.stdin.buffer if is_stdin else file, text_column=text)
    understood = analyse(
        said,
        taxonomy=taxonomy,
        n_workers=workers,
        model=find_model_in_use(),
        private_patterns=private_patterns(),
    )
    batches = _followed(understood, facts=facts)
    if output is not None:
        _write(batches, output)
    elif facts is not None:
        for _ in batches:
            pass
    else:
        _print_lines(batches)
    if facts is not None:
        _print_summary(facts, taxonomy=taxonomy, as_json=json)


def _followed(
    pairs: Iterable[tuple[pa.RecordBatch, pa.RecordBatch]], *, facts: FileFacts | None
) -> Iterator[pa.RecordBatch]:
    """The results, counted on the progress bar and, where asked for, gathered for the summary."""
    from zhiyin.insight.analysis.runs import with_rows

    with progress_bar() as progress:
        task = progress.add_task(say("理解", "Understanding"), total=None)
        for said, result in pairs:
            if facts is not None:
                facts.add(said, result)
            progress.advance(task, said.num_rows)
            yield with_rows(said, result)


def _write(batches: Iterable[pa.RecordBatch], output: Path) -> None:
    from zhiyin.insight.analysis.writers import Output

    n_rows = 0
    with Output(output) as writer:
        for batch in batches:
            writer.write(batch)
            n_rows += batch.num_rows
    print_notice(say(f"{n_rows:,} 行结果写入 {output}", f"{n_rows:,} rows written to {output}"))


def _print_lines(batches: Iterable[pa.RecordBatch]) -> None:
    from zhiyin.insight.analysis.writers import JsonLines

    lines = JsonLines(sys.stdout.buffer)
    for batch in batches:
        lines.write(batch)
    lines.close()


def _print_summary(facts: FileFacts, *, taxonomy: str, as_json: bool) -> None:
    from zhiyin.insight.queries import get_board
    from zhiyin.insight.rendering import render_board
    from zhiyin.people.scope import EVERYTHING
    from zhiyin.understand.taxonomy import load_taxonomy

    with facts.connect() as connection:
        board = get_board(connection, scope=EVERYTHING, unit_names=facts.unit_names)
    if as_json:
        print_json(board)
    else:
        names = load_taxonomy(taxonomy).names(language())
        results().print(render_board(board, language=language(), aspect_names=names))
