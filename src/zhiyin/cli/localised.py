"""Typer's own words in the language of the process: panels, usage line, kinds of values, faults of a call."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import typer.rich_utils
from rich.console import RenderableType
from rich.text import Text
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from zhiyin.cli.sentences import localise
from zhiyin.cli.words import language, say

_PANELS = {
    "ARGUMENTS_PANEL_TITLE": "参数",
    "OPTIONS_PANEL_TITLE": "选项",
    "COMMANDS_PANEL_TITLE": "命令",
    "ERRORS_PANEL_TITLE": "出错了",
    "ABORTED_TEXT": "已中止。",
    "DEFAULT_STRING": "[默认：{}]",
    "REQUIRED_LONG_STRING": "[必填]",
    "ENVVAR_STRING": "[环境变量：{}]",
    "RICH_HELP": "用 [blue]'{command_path} {help_option}'[/] 查看帮助。",
}
_KINDS = {"int": ("数字", "NUMBER"), "Path": ("文件", "FILE"), "datetime": ("日期", "DATE")}


def _fold(items: Iterable[RenderableType], **_: object) -> RenderableType:
    """The pieces of a help text in one line that folds.

    Typer lays them out in columns, in which Rich cuts off what has no spaces: Chinese sentences.
    """
    pieces = [item if isinstance(item, Text) else Text(str(item)) for item in items]
    folded = Text(" ").join(pieces)
    folded.overflow = "fold"
    return folded


def _kind_of_option(option: TyperOption, ctx: typer.Context) -> str:
    """What an option takes; nothing for a switch, where Typer would write `<bool>`."""
    del ctx
    if option.is_flag:
        return ""
    kind = option.bare_type().removeprefix("list[").removesuffix("]")
    return say(*_KINDS.get(kind, ("文字", "TEXT")))


def _no_kind(argument: TyperArgument, ctx: typer.Context) -> str:
    """An argument's name says already what it takes."""
    del argument, ctx
    return ""


def translate_frame() -> None:
    """Give Typer's frame our words and unbroken sentences; once, before the first help page."""
    # They are no part of Typer's interface; tests walk every help page, so that a change there is noticed.
    setattr(typer.rich_utils, "Columns", _fold)  # noqa: B010
    setattr(TyperOption, "display_type_rich", _kind_of_option)  # noqa: B010
    setattr(TyperArgument, "display_type_rich", _no_kind)  # noqa: B010
    if language() != "zh":
        return
    for name, text in _PANELS.items():
        setattr(typer.rich_utils, name, text)
    _translate_faults()


def _translate_faults() -> None:
    """A wrong call is told by Typer; its sentences stand in our list beside those of the rooms."""
    show = typer.rich_utils.rich_format_error
    if show.__name__ == "_show_localised":
        return

    def _show_localised(fault: Any) -> None:
        text = localise(fault.format_message())
        fault.format_message = lambda: text
        show(fault)

    setattr(typer.rich_utils, "rich_format_error", _show_localised)  # noqa: B010


def _localise_usage(usage: str) -> str:
    if language() != "zh":
        return usage
    for english, chinese in (
        ("Usage: ", "用法："),
        ("[OPTIONS]", "[选项]"),
        ("COMMAND [ARGS]...", "命令 [参数]..."),
    ):
        usage = usage.replace(english, chinese, 1)
    return usage


class _Localised:
    """Lets usage line and help option of a Typer command speak the process's language."""

    def get_usage(self, ctx: Any) -> str:
        """The usage line."""
        usage: str = super().get_usage(ctx)  # type: ignore[misc]
        return _localise_usage(usage)

    def get_help_option(self, ctx: Any) -> Any:
        """The `--help` option."""
        option: TyperOption | None = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = say("显示这页帮助后退出。", "Show this help and exit.")
        return option


class LocalisedCommand(_Localised, TyperCommand):
    """A command in the process's language."""


class LocalisedGroup(_Localised, TyperGroup):
    """A group of commands, likewise."""
