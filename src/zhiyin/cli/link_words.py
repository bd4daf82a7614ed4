"""What `zhiyin link` prints: its steps, the answer in a sentence, the columns and the curve."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from zhiyin.cli.words import say
from zhiyin.customers.matching.files import Summary


def step_name(code: str) -> str:
    """What begins now."""
    return {
        "read": say("读取文件…", "Reading …"),
        "prepare": say("整理各列…", "Making values comparable …"),
        "rules": say("挑选要比较的行对…", "Choosing pairs to compare …"),
        "chance": say("估计偶然吻合的可能…", "Estimating agreement by chance …"),
        "agreement": say("拟合模型…", "Fitting the model …"),
        "pairs": say("给行对打分…", "Weighing pairs …"),
        "people": say("归并到人…", "Joining pairs to people …"),
        "write": say("写入…", "Writing …"),
    }[code]


def render_summary(summary: Summary) -> RenderableType:
    """The whole answer for a terminal."""
    headline = say(
        f"{summary.n_rows:,} 行里有 {summary.n_persons:,} 个人，写入 {summary.n_pairs:,} 对；"
        f"阈值 {summary.threshold:.2f}，用时 {summary.seconds:.1f} 秒。",
        f"{summary.n_rows:,} rows are {summary.n_persons:,} people; {summary.n_pairs:,} pairs written. "
        f"Threshold {summary.threshold:.2f}, {summary.seconds:.1f} s.",
    )
    return Group(Text(headline), Text(""), _columns(summary), Text(""), _curve(summary))


def _columns(summary: Summary) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(say("列", "column"), overflow="fold")
    table.add_column(say("当作", "taken for"))
    for name, kind in summary.columns.items():
        table.add_row(name, kind)
    return table


def _curve(summary: Summary) -> Table:
    title = (
        say("在人工看过的行对上实测", "measured on reviewed pairs")
        if summary.measured
        else say("模型自己的预期", "as the model expects")
    )
    table = Table(box=None, pad_edge=False, title=title, title_justify="left")
    for heading in (
        say("阈值", "threshold"),
        say("行对", "pairs"),
        say("查准率", "precision"),
        say("查全率", "recall"),
        "F1",
    ):
        table.add_column(heading, justify="right")
    for point in summary.measured or summary.curve:
        table.add_row(
            f"{point.threshold:g}",
            f"{point.n_pairs:,}",
            f"{point.precision:.3f}",
            f"{point.recall:.3f}",
            f"{point.f1:.3f}",
        )
    return table
