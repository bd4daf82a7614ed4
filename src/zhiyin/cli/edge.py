"""The edge of the process: every error becomes one line on standard error and an exit status, once."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from zhiyin.cli.exit_codes import ExitCode, exit_code_of
from zhiyin.cli.output import notices
from zhiyin.cli.sentences import join, message_of
from zhiyin.cli.words import say
from zhiyin.errors import ZhiyinError

_PACKAGE = Path(__file__).parents[1]


@contextmanager
def told_once() -> Iterator[None]:
    """Turns what the block raises into a line and `typer.Exit`; Typer's own faults of a call pass."""
    try:
        yield
    except ZhiyinError as error:
        _tell(message_of(error))
        raise typer.Exit(exit_code_of(error)) from None
    except (KeyboardInterrupt, typer.Abort):
        notices().print(say("已中断。", "Interrupted."), style="yellow")
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    except BrokenPipeError:
        _let_go_of_output()
        raise typer.Exit(ExitCode.OK) from None
    except (typer.Exit, typer.TyperException):
        raise
    except Exception as error:
        if is_debugging():
            raise
        raise typer.Exit(_tell_unexpected(error)) from None


def is_debugging() -> bool:
    """Whether the traceback of an unexpected error is wanted."""
    return bool(os.environ.get("ZHIYIN_DEBUG"))


def _tell(text: str) -> None:
    notices().print(say("出错：", "Error: ") + text, style="red", markup=False, soft_wrap=True)


def _tell_unexpected(error: Exception) -> ExitCode:
    if isinstance(error, OSError) and error.strerror:
        name = error.filename if isinstance(error.filename, str) else type(error).__name__
        text = f"The machine refuses: {error.strerror} ({name})."
        _tell(join(text, "Check permissions and free space, then try again."))
        return ExitCode.UNAVAILABLE
    if type(error).__module__ == "django.db.utils" and type(error).__name__ == "OperationalError":
        text = f"The database does not answer ({type(error.__cause__ or error).__name__})."
        _tell(join(text, "Check ZHIYIN_DATABASE_URL and that the server runs, then try again."))
        return ExitCode.UNAVAILABLE
    if type(error).__module__ == "django.db.utils" and type(error).__name__ == "DatabaseError":
        _tell(join("The database is damaged.", "Stop, keep a copy of the file, run `zhiyin restore`."))
        return ExitCode.UNAVAILABLE
    # The error's own words are left out: they may hold what a customer said.
    _tell(
        say(
            f"意外错误 {type(error).__name__}（{_place(error)}）。设置 ZHIYIN_DEBUG=1 再运行可看到详情。",
            f"Unexpected {type(error).__name__} at {_place(error)}. Set ZHIYIN_DEBUG=1 to see the traceback.",
        )
    )
    return ExitCode.UNEXPECTED


def _place(error: BaseException) -> str:
    """The last of our own lines that the error went through."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(_PACKAGE)
    ]
    if not frames:
        return "?"
    return f"{Path(frames[-1].filename).relative_to(_PACKAGE)}:{frames[-1].lineno}"


def _let_go_of_output() -> None:
    """The reader of our output has gone (`| head`): that is no error, but Python would flush once more."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
