"""`zhiyin check-text`: whether a text to customers is plain, short, trustworthy and respectful."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import typer

from zhiyin.cli.localised import LocalisedCommand
from zhiyin.cli.output import print_json, print_notice, results
from zhiyin.cli.words import language as language_here
from zhiyin.cli.words import say

if TYPE_CHECKING:
    from zhiyin.knowledge.plain import Kind, PlainReport


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "check-text",
        cls=LocalisedCommand,
        short_help=say(
            "检查一段给客户的文字：好懂、简短、可信、尊重。",
            "Check a text to customers: plain, short, trustworthy, respectful.",
        ),
        help=say(
            "检查一个文件或标准输入里给客户的文字：长句、行话、没有解释的缩写、套话、推责、说教、没有时间的承诺、"
            "没有回答所问、要求改评价；给出位置和更好的说法。不保存任何内容。有不得发送的话时退出码为 8。",
            "Check a text to customers from a file or standard input: long sentences, jargon, unexplained "
            "abbreviations, officialese, shifted blame, lecturing, promises without a date, questions not "
            "answered, asking to change a review; with places and better words. Nothing is kept. Words that "
            "must not be sent give exit status 8.",
        ),
    )(check_text)


def check_text(
    file: Path = typer.Argument(
        None,
        metavar=say("文件", "FILE"),
        help=say("UTF-8 文本文件；不填或 - 为标准输入。", "Text in UTF-8; standard input if empty or -."),
    ),
    question: str = typer.Option(None, help=say("客户问了什么。", "What the customer asked.")),
    kind: str = typer.Option(
        "answer",
        help=say(
            "文字的种类：answer、review、message、article、staff_article。",
            "What it is: answer, review, message, article or staff_article.",
        ),
    ),
    as_json: bool = typer.Option(
        False, "--json", help=say("以 JSON 输出结果。", "Print the result as JSON.")
    ),
) -> None:
    """Check a text."""
    from zhiyin.cli.exit_codes import ExitCode
    from zhiyin.knowledge.plain import check_text as check
    from zhiyin.knowledge.plain import language_of

    text = _read(file)
    report = check(text, language=language_of(text), question=question, kind=_kind(kind))
    if as_json:
        print_json(report)
    else:
        _print(report)
    if report.is_forbidden:
        raise typer.Exit(ExitCode.DONE_WITH_FINDINGS)


def _kind(kind: str) -> Kind:
    from typing import get_args

    from zhiyin.errors import InvalidInput
    from zhiyin.knowledge.plain import Kind as Known

    if kind not in get_args(Known):
        raise InvalidInput(
            f"There is no kind of text '{kind}'.", next_step=f"Choose one of {', '.join(get_args(Known))}."
        )
    return cast("Kind", kind)


def _read(file: Path | None) -> str:
    from zhiyin.errors import InvalidInput, NotFound

    if file is None or str(file) == "-":
        if sys.stdin.isatty():
            print_notice(say("输入文字，Ctrl-D 结束。", "Reading the terminal; Ctrl-D ends it."))
        content = sys.stdin.buffer.read()
    elif file.is_file():
        content = file.read_bytes()
    else:
        raise NotFound(f"There is no file '{file}'.", next_step="Check the path.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput("The text is not in UTF-8.", next_step="Save it as UTF-8.") from None


def _print(report: PlainReport) -> None:
    from zhiyin.knowledge.plain.lists import name_of

    here = language_here()
    scores = report.scores
    for one in report.remarks:
        print_at = f"{one.start + 1}: " if one.end else ""
        results().print(
            f"{print_at}{name_of(one.code, language=here)}: {one.words} → {one.better}",
            markup=False,
            soft_wrap=True,
        )
    results().print(
        say(
            f"好懂 {scores.plain} · 简短 {scores.short} · 可信 {scores.trustworthy} · "
            f"尊重 {scores.respectful}",
            f"plain {scores.plain} · short {scores.short} · trustworthy {scores.trustworthy} · "
            f"respectful {scores.respectful}",
        ),
        markup=False,
    )
