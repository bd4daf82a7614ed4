"""Plays all stories at once, step by step in order of time, as they would have happened side by side."""

from __future__ import annotations

import heapq
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation

from zhiyin.errors import ZhiyinError
from zhiyin.respond.callbacks.missing import mark_missed as mark_calls_missed
from zhiyin.respond.flow.waiting import resume_due
from zhiyin.respond.moment import current_moment, telling_of
from zhiyin.respond.sample.stories import Story
from zhiyin.respond.solved.asking import ask_due

# A commit costs as much as several steps.
_STEPS_A_COMMIT = 40
_LANGUAGE = "zh-hans"
_log = logging.getLogger(__name__)


def play(stories: Iterable[Story], *, since: datetime, until: datetime) -> int:
    """Take every step that comes before `until`; the rest is never told. Returns how many stories broke off.

    A step that is refused ends its story and leaves the others alone.
    """
    stage = _Stage(until=until)
    for story in (_chores(since), *stories):
        stage.go_on(story, at=since)
    with translation.override(_LANGUAGE):
        while stage.waiting:
            with transaction.atomic():
                stage.play(_STEPS_A_COMMIT)
    return stage.n_broken


class _Stage:
    """Which story comes when."""

    def __init__(self, *, until: datetime) -> None:
        self._until = until
        self.waiting: list[tuple[datetime, int, Story]] = []
        self.n_broken = self._n = 0

    def play(self, n_steps: int) -> None:
        """The next steps of whichever stories they are."""
        for _ in range(n_steps):
            if not self.waiting:
                return
            at, _, story = heapq.heappop(self.waiting)
            self.go_on(story, at=at)

    def go_on(self, story: Story, *, at: datetime) -> None:
        """One step, then the story waits for its next."""
        try:
            with telling_of(at), transaction.atomic():
                following = next(story, None)
        except ZhiyinError as error:
            self.n_broken += 1
            _log.info("A case of the sample stays as it is: %s", error)
            return
        if following is not None and max(following, at) <= self._until:
            self._n += 1
            heapq.heappush(self.waiting, (max(following, at), self._n, story))


def _chores(since: datetime) -> Story:
    """What the worker does by itself: every few hours, as long as anything is told."""
    at = since
    while True:
        at += timedelta(hours=6)
        yield at
        now = current_moment()
        resume_due(now=now)
        mark_calls_missed(now=now)
        ask_due(now=now)
