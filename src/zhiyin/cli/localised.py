"""Typer's own words in Chinese: panels, usage line, help option."""

from __future__ import annotations

from collections.abc import Iterable

import typer.rich_utils
from rich.console import RenderableType
from rich.text import Text
from typer.core import TyperCommand, TyperGroup, TyperOption

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


def _fold(items: Iterable[RenderableType], **_: object) -> RenderableType:
    """The pieces of a help text in one line that folds.

    Typer lays them out in columns, in which Rich cuts off what has no spaces: Chinese sentences.
    """
    pieces = [item if isinstance(item, Text) else Text(str(item)) for item in items]
    folded = Text(" ").join(pieces)
    folded.overflow = "fold"
    return folded


def translate_frame() -> None:
    """Give Typer's frame Chinese titles and unbroken sentences; once, before the first help page."""
    typer.rich_utils.Columns = _fold  # type: ignore[attr-defined]
    if language() == "zh":
        for name, text in _PANELS.items():
            setattr(typer.rich_utils, name, text)


class LocalisedCommand(TyperCommand):
    """A command whose usage line and help option speak the process's language."""

    def get_usage(self, ctx: typer.Context) -> str:  # type: ignore[override]
        """The usage line."""
        return super().get_usage(ctx).replace("Usage: ", say("用法：", "Usage: "), 1)

    def get_help_option(self, ctx: typer.Context) -> TyperOption | None:  # type: ignore[override]
        """The `--help` option."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = say("显示这页帮助后退出。", "Show this help and exit.")
        return option


class LocalisedGroup(TyperGroup):
    """A group of commands, likewise."""

    def get_usage(self, ctx: typer.Context) -> str:  # type: ignore[override]
        """The usage line."""
        return super().get_usage(ctx).replace("Usage: ", say("用法：", "Usage: "), 1)

    def get_help_option(self, ctx: typer.Context) -> TyperOption | None:  # type: ignore[override]
        """The `--help` option."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = say("显示这页帮助后退出。", "Show this help and exit.")
        return option
