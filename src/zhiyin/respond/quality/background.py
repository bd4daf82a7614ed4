"""What the worker does for quality: scores cases and robots, and draws the daily sample."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone

from zhiyin.engine import Engine
from zhiyin.listen.pipeline.worker import Chore
from zhiyin.respond.quality.reviewing import draw_yesterday
from zhiyin.respond.quality.robots import list_talks, score_talk
from zhiyin.respond.quality.rubric import list_items, read_rubric
from zhiyin.respond.quality.scoring import list_waiting, score_case

_MOST = 300
_SECONDS = 60.0


def make_quality_chore(engine: Engine) -> Chore:
    """A few hundred cases and conversations a minute at the most."""

    def run(should_stop: Callable[[], bool]) -> None:
        score_waiting(engine, should_stop=should_stop)

    return Chore(name="quality", every_seconds=_SECONDS, run=run)


def score_waiting(engine: Engine, *, should_stop: Callable[[], bool]) -> None:
    """One round. The sample is drawn once no case waits for its score, so that all have their chance."""
    now = timezone.now()
    cases, talks = list(list_waiting(now=now)[:_MOST]), list_talks(engine.lake, now=now)
    if not cases:
        draw_yesterday()
    if not (cases or talks):
        return
    rubric = read_rubric()
    items = list_items(rubric)
    for case in cases:
        if should_stop():
            return
        score_case(case, rubric=rubric, items=items)
    for talk in talks:
        if should_stop():
            return
        score_talk(talk, rubric=rubric, items=items)
