"""Builds the command from its parts and translates errors, once, at the edge."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import typer

from zhiyin import __version__
from zhiyin.cli import commands
from zhiyin.cli.exit_codes import ExitCode, exit_code_of
from zhiyin.cli.localised import LocalisedGroup, translate_frame
from zhiyin.cli.output import notices
from zhiyin.cli.words import say
from zhiyin.errors import ZhiyinError


def build_app() -> typer.Typer:
    """The whole command; each module of `commands` registers what it holds."""
    translate_frame()
    app = typer.Typer(
        name="zhiyin",
        cls=LocalisedGroup,
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
    """Run the command; a `ZhiyinError` becomes one line and its exit code."""
    try:
        build_app()()
    except ZhiyinError as error:
        notices().print(say("出错：", "Error: ") + str(error), style="red", markup=False, soft_wrap=True)
        sys.exit(exit_code_of(error))
    except KeyboardInterrupt:
        notices().print(say("已中断。", "Interrupted."), style="yellow")
        sys.exit(ExitCode.INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): that is not an error of ours.
        sys.stderr.close()
        sys.exit(ExitCode.OK)
