"""Shows how a file will be understood before it is taken in."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from zhiyin.cli.output import notices, print_notice
from zhiyin.cli.sentences import localise
from zhiyin.cli.words import language, say
from zhiyin.listen.importers.mapping import ColumnUse
from zhiyin.listen.importers.reasons import problem_text
from zhiyin.listen.services.imports import ImportPreview, TablePreview

_ORIGINS = {
    "given": ("按你给的", "as you said"),
    "saved": ("沿用上次确认的", "as confirmed last time"),
    "guessed": ("自动判断", "guessed"),
    "native": ("文件自带", "named by the file"),
}
_SAMPLE_CHARACTERS = 24


def show_preview(file: Path, preview: ImportPreview, *, is_short: bool) -> None:
    """Print each table's mapping, and unless `is_short` its first rows."""
    for table in preview.tables:
        zh, en = _ORIGINS[table.plan.origin]
        name = file.name if len(preview.tables) == 1 else f"{file.name} · {table.plan.name}"
        print_notice(say(f"{name}（{zh}）", f"{name} ({en})"))
        if is_short:
            used = [use for use in table.plan.mapping.columns if use.field not in ("attribute", "ignore")]
            print_notice("  " + ", ".join(f"{use.column} → {use.field}" for use in used))
        else:
            notices().print(_mapping_table(table))
        for code in table.plan.problems:
            print_notice(say("  注意：", "  Note: ") + problem_text(code, language=language()))
        for reason in table.rejected:
            print_notice(say("  会被拒收：", "  Would be rejected: ") + localise(reason))
    for reason in preview.unusable:
        print_notice(say("  不能导入：", "  Cannot be imported: ") + localise(reason))


def _mapping_table(preview: TablePreview) -> Table:
    table = Table(
        say("列", "column"),
        say("当作", "taken for"),
        say("把握", "confidence"),
        say("前几行", "first rows"),
        box=SIMPLE_HEAD,
    )
    for position, use in enumerate(preview.plan.mapping.columns):
        samples = [row[position][:_SAMPLE_CHARACTERS] for row in preview.rows[:3] if position < len(row)]
        shown = " ┊ ".join(escape(sample.replace("\n", " ")) for sample in samples)
        table.add_row(escape(use.column), _meaning(use), f"{use.confidence:.0%}", shown)
    return table


def _meaning(use: ColumnUse) -> str:
    """The field's name as `--map` takes it, and in words; for a rating its scale."""
    scale = f" {use.worst:g}..{use.best:g}" if use.field == "rating" else ""
    return f"{use.field}{scale}\n{_field_names().get(use.field, '')}"


@cache
def _field_names() -> dict[str, str]:
    text = files("zhiyin.cli").joinpath("data/fields.tsv").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    return {field: say(zh, en) for field, zh, en in lines}
