"""What will happen by itself on a case, should nobody take a step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from zhiyin.respond.ladders.queries import Ladder, choose_ladder
from zhiyin.respond.ladders.words import say_what
from zhiyin.respond.models import Case, Clock, LadderRung, RungTaken


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """A rung that the clock has not taken: when it comes, and what it does, in the words of the page."""

    rung: LadderRung
    at: datetime
    what: str


def list_ahead(
    clock: Clock, *, case: Case, ladders: Iterable[Ladder], taken: Iterable[RungTaken]
) -> list[Ahead]:
    """The rungs to come of a clock that runs, in order; those that were past when they were made are none."""
    ladder = choose_ladder(ladders, kind=clock.kind, unit=case.unit)
    if ladder is None:
        return []
    done = {one.rung_id for one in taken if one.due_at == clock.due_at}
    found = [
        Ahead(rung=rung, at=clock.due_at + timedelta(minutes=rung.minutes), what=say_what(rung))
        for rung in ladder.rungs
        if rung.pk not in done
    ]
    return [one for one in found if one.at >= one.rung.made_at]
