"""The index of an installation: where it lies, what it covers now, and the chore that keeps it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path

from django.conf import settings

from zhiyin.engine import Engine
from zhiyin.engine.home import Home
from zhiyin.engine.protocols import Lake
from zhiyin.errors import NotFound
from zhiyin.insight.search.index.catalogue import Coverage, SearchIndex
from zhiyin.insight.search.index.keeping import IndexKeeper, forget_days
from zhiyin.listen.facts import FEEDBACK
from zhiyin.listen.pipeline.worker import Chore
from zhiyin.listen.queries.feedback import day_in

EVERY_SECONDS = 20.0
_log = logging.getLogger(__name__)


def folder_of(home: Home) -> Path:
    """Where the index lies; it can be deleted at any time, and is made again."""
    return home.path / "search"


def cover_voices(lake: Lake) -> Coverage:
    """What the index covers of the lake as it is now. Ask before connecting to the lake."""
    return _open(folder_of(settings.HOME)).cover(lake.files(FEEDBACK.name))


def make_index_chore(engine: Engine) -> Chore:
    """Takes in days that have settled, and drops what the lake no longer has, within a minute."""
    keeper = IndexKeeper(folder_of(engine.home))

    def run(should_stop: Callable[[], bool]) -> None:
        if FEEDBACK.name not in engine.lake.tables():
            return
        n_rows = keeper.update(engine.lake.files(FEEDBACK.name), should_stop=should_stop)
        if n_rows:
            _log.info("The index of words took in %d voices.", n_rows)

    return Chore(name="index of words", every_seconds=EVERY_SECONDS, run=run)


def erase_from_index(feedback_ids: Sequence[str]) -> None:
    """What is about to be erased leaves the index before it leaves the lake, with the rest of its days."""
    days: set[date] = set()
    for one in feedback_ids:
        with suppress(NotFound):
            days.add(day_in(one))
    forget_days(folder_of(settings.HOME), days=days)


@cache
def _open(folder: Path) -> SearchIndex:
    return SearchIndex(folder)
