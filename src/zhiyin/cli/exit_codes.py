"""What the command's exit status means; the table stands in docs/commands.md."""

from __future__ import annotations

from enum import IntEnum

from zhiyin.errors import Conflict, Forbidden, InvalidInput, NotFound, Unavailable, ZhiyinError


class ExitCode(IntEnum):
    """Exit statuses; 2 is Typer's own for a wrong call."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    INVALID_INPUT = 3
    NOT_FOUND = 4
    FORBIDDEN = 5
    CONFLICT = 6
    UNAVAILABLE = 7
    DONE_WITH_FINDINGS = 8
    INTERRUPTED = 130


_BY_ERROR: dict[type[ZhiyinError], ExitCode] = {
    InvalidInput: ExitCode.INVALID_INPUT,
    NotFound: ExitCode.NOT_FOUND,
    Forbidden: ExitCode.FORBIDDEN,
    Conflict: ExitCode.CONFLICT,
    Unavailable: ExitCode.UNAVAILABLE,
}


def exit_code_of(error: ZhiyinError) -> ExitCode:
    """The exit status of an error, by its place in the tree."""
    for kind, code in _BY_ERROR.items():
        if isinstance(error, kind):
            return code
    return ExitCode.UNEXPECTED
