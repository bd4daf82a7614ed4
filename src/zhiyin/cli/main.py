"""Builds the command from its parts and translates errors, once, at the edge."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import typer

from zhiyin import __version__
from zhiyin.cli import commands
from zhiyin.cli.edge import told_once
from zhiyin.cli.localised import LocalisedGroup, translate_frame
from zhiyin.cli.words import say


class RootGroup(LocalisedGroup):
    """The whole command: what any of its commands raises is told here."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was called."""
        with told_once():
            return super().invoke(ctx)


def build_app() -> typer.Typer:
    """The whole command; each module of `commands` registers what it holds."""
    translate_frame()
    app = typer.Typer(
        name="zhiyin",
        cls=RootGroup,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help=say(
            "知音：听见每一位客户，懂得他们，回应他们。", "Zhiyin: hear every customer, understand, answer."
        ),
        epilog=say(
            "退出码与每个命令的例子见 docs/commands.md。",
            "Exit codes and examples of every command: docs/commands.md.",
        ),
    )
    app.callback()(_version_option)
    for module in sorted(pkgutil.iter_modules(commands.__path__), key=lambda module: module.name):
        importlib.import_module(f"{commands.__name__}.{module.name}").register(app)
    return app


def _print_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(__version__)
        raise typer.Exit


def _version_option(
    version: bool = typer.Option(
        False,
        "--version",
        callback=_print_version,
        is_eager=True,
        help=say("显示版本后退出。", "Show the version and exit."),
    ),
) -> None:
    del version


def main() -> None:
    """Run the command."""
    build_app()(prog_name="zhiyin")
