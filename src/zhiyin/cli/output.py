"""Results go to standard output, all else to standard error."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from zhiyin.cli.words import say


def results() -> Console:
    """Where results are printed."""
    return Console(file=sys.stdout, highlight=False)


def notices() -> Console:
    """Where progress, notices and errors are printed."""
    return Console(file=sys.stderr, highlight=False)


def print_json(value: object) -> None:
    """Print one JSON document and a newline; paths as text."""
    encoded = msgspec.json.encode(value, enc_hook=_as_json)
    sys.stdout.write(msgspec.json.format(encoded, indent=2).decode() + "\n")


def _as_json(value: object) -> str:
    if isinstance(value, Path):
        return str(value)
    raise NotImplementedError(f"{type(value).__name__} is nothing that JSON has.")


def print_notice(text: str) -> None:
    """Tell the person at the terminal something that is not a result."""
    notices().print(text, markup=False, soft_wrap=True)


class _Count(ProgressColumn):
    """How many of how many."""

    def render(self, task: Task) -> Text:
        total = f"/{task.total:,.0f}" if task.total is not None else ""
        return Text(f"{task.completed:,.0f}{total}")


def _per_second(task: Task) -> float:
    # Rich forgets its own measure whenever the total is estimated anew, as that of a file being read is.
    return task.completed / task.elapsed if task.elapsed else 0.0


class _Rate(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{_per_second(task):,.0f}/s")


class _TimeLeft(ProgressColumn):
    """How long it will take still."""

    def render(self, task: Task) -> Text:
        speed = _per_second(task)
        if task.total is None or not speed or task.finished:
            return Text("")
        left = timedelta(seconds=math.ceil((task.total - task.completed) / speed))
        return Text(say(f"还要 {left}", f"{left} left"))


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A progress bar with count, rate, time passed and time left; silent where nobody watches."""
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        _Count(),
        _Rate(),
        TimeElapsedColumn(),
        _TimeLeft(),
        console=notices(),
        disable=not sys.stderr.isatty(),
    ) as progress:
        yield progress
