"""`zhiyin score-units`: scores of 0 to 5 for each unit, from its reviews alone."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from zhiyin.cli.localised import LocalisedCommand
from zhiyin.cli.output import print_notice, progress_bar
from zhiyin.cli.words import say
from zhiyin.errors import InvalidInput

if TYPE_CHECKING:
    from zhiyin.insight.unit_scores import FileOptions, Voices

_FILE_TAXONOMY = "hotels_sights"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "score-units",
        cls=LocalisedCommand,
        short_help=say(
            "只凭评论给每个组织打分（0 到 5）。", "Score each unit, 0 to 5, from its reviews alone."
        ),
        help=say(
            "只凭评论给每个组织打分（0 到 5）：总分，以及服务、位置、设施、卫生、性价比。"
            "给出文件就读文件，不入库；不给文件就用数据湖里的反馈。重复、垃圾和无关的评论不计入。",
            "Score each unit, 0 to 5, from its reviews alone: overall, service, location, facilities, "
            "hygiene, value. A file is read and not stored; without one the facts of the lake are used. "
            "Copies, spam and what is off the subject do not count.",
        ),
    )(score_units)


def score_units(
    file: Path = typer.Argument(
        None,
        metavar=say("文件", "FILE"),
        help=say(
            "CSV、TSV、XLSX、JSONL、Parquet 或它们的 zip；不填则用数据湖。",
            "CSV, TSV, XLSX, JSONL, Parquet or a zip of them; the lake if empty.",
        ),
    ),
    taxonomy: str = typer.Option(
        None,
        help=say(
            "理解文件用的分类体系：内置名字或 YAML 文件；默认 hotels_sights。",
            "Taxonomy to understand a file by: a built-in one or a YAML file; hotels_sights by default.",
        ),
    ),
    unit_column: str = typer.Option(
        None, help=say("组织所在的列；不填则自动判断。", "Column of the units; guessed if empty.")
    ),
    text_column: str = typer.Option(
        None, help=say("文字所在的列；不填则自动判断。", "Column of the texts; guessed if empty.")
    ),
    output: Path = typer.Option(
        None,
        help=say(
            "写入这个 CSV 文件；不填则输出到屏幕。", "Write to this CSV file; standard output if empty."
        ),
    ),
    workers: int = typer.Option(
        os.cpu_count() or 1, min=1, help=say("最多用几个进程。", "Processes to use at the most.")
    ),
) -> None:
    """Score the units of a file or of the lake."""
    from zhiyin.cli.model_in_use import find_model_in_use
    from zhiyin.insight.unit_scores import FileOptions, score_voices, write_file, write_lines

    if file is None:
        if taxonomy or unit_column or text_column:
            raise InvalidInput(
                "Facts of the lake are understood already.",
                next_step="Give --taxonomy, --unit-column and --text-column with a file only.",
            )
        voices = _facts()
    else:
        voices = _file(
            file,
            options=FileOptions(
                taxonomy=taxonomy or _FILE_TAXONOMY,
                unit_column=unit_column,
                text_column=text_column,
                n_workers=workers,
                model=find_model_in_use(),
            ),
        )
    lines = score_voices(voices)
    if output is None:
        write_lines(sys.stdout, lines)
    else:
        write_file(output, lines)
    _tell(voices, n_units=len(lines))


def _file(path: Path, *, options: FileOptions) -> Voices:
    from zhiyin.insight.unit_scores import Reading

    reading = Reading(path, options=options)
    with progress_bar() as progress:
        task = progress.add_task(say("理解", "Understanding"), total=None)
        for n_rows in reading:
            progress.advance(task, n_rows)
    return reading.voices()


def _facts() -> Voices:
    from zhiyin.cli.startup import start_django

    home = start_django()
    from zhiyin.engine import open_engine
    from zhiyin.insight.selection import VoiceFilter
    from zhiyin.insight.unit_scores.facts import read_facts
    from zhiyin.listen.pipeline.store import create_tables
    from zhiyin.listen.services.taxonomy import get_taxonomy
    from zhiyin.people.queries import unit_names
    from zhiyin.people.scope import EVERYTHING

    lake = open_engine(home).lake
    create_tables(lake)
    with lake.connect("feedback", "opinions") as connection:
        return read_facts(
            connection,
            scope=EVERYTHING,
            filter=VoiceFilter(),
            taxonomy=get_taxonomy().taxonomy,
            unit_names=unit_names(scope=EVERYTHING),
        )


def _tell(voices: Voices, *, n_units: int) -> None:
    n, n_out = len(voices.unit), voices.n_left_out
    print_notice(
        say(
            f"{n_units:,} 个组织，{n:,} 条评论计入，{n_out:,} 条未计入（重复、垃圾、无关或看不出态度）。",
            f"{n_units:,} units scored from {n:,} reviews; {n_out:,} left out (copies, spam, off the "
            "subject, or of no tone).",
        )
    )
