"""How a case did on the three concerns: solved, quick, kind. Rooms above add what customers say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from zhiyin.respond.clocks.kinds import ClockKind
from zhiyin.respond.models import Case, Clock, SolvedQuestion


class Concern(StrEnum):
    """What matters to whoever complains."""

    SOLVED = "solved"
    SPEED = "speed"
    ATTITUDE = "attitude"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stars:
    """What the customer said of one concern, 1 to 5, for the `round`-th reopening."""

    concern: Concern
    stars: int
    round: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A concern of a case. `stars` None where the customer gave none; `is_good` by what we know ourselves.

    `is_good` is for solved the customer's last word, for speed whether no clock was late; None where
    nothing is known, as always for attitude.
    """

    concern: Concern
    stars: int | None
    is_good: bool | None

    @property
    def is_known(self) -> bool:
        """Whether there is anything to show."""
        return self.stars is not None or self.is_good is not None


StarSource = Callable[[Case], list[Stars]]
_sources: dict[str, StarSource] = {}


def register_stars(name: str, source: StarSource) -> None:
    """Adds where stars of a case come from. The same name again replaces what was there."""
    _sources[name] = source


StarsOfMany = Mapping[int, Mapping[Concern, int]]
"""By id of the case, the latest stars of each concern."""
StarReader = Callable[[Sequence[int]], StarsOfMany]
_readers: dict[str, StarReader] = {}


def register_star_reader(name: str, reader: StarReader) -> None:
    """Adds where the stars of many cases come from at once. The same name again replaces what was there."""
    _readers[name] = reader


def read_stars_of(case_ids: Sequence[int]) -> dict[int, dict[Concern, int]]:
    """What the customers of these cases said last; a case or concern that is not there: nothing. A query
    for each reader.
    """
    found: dict[int, dict[Concern, int]] = {}
    for reader in _readers.values():
        for case_id, stars in reader(case_ids).items():
            found.setdefault(case_id, {}).update(stars)
    return found


def score_case(case: Case) -> list[Score]:
    """The three concerns, with the stars of the latest round that has any. Two queries, and the sources'."""
    given = [one for source in _sources.values() for one in source(case) if 1 <= one.stars <= 5]
    latest = {one.concern: one.stars for one in sorted(given, key=lambda one: one.round)}
    known = {Concern.SOLVED: _is_solved(case), Concern.SPEED: _was_quick(case), Concern.ATTITUDE: None}
    return [Score(concern=concern, stars=latest.get(concern), is_good=known[concern]) for concern in Concern]


def _is_solved(case: Case) -> bool | None:
    said = SolvedQuestion.objects.filter(case=case, answered_at__isnull=False).order_by("-round").first()
    return None if said is None else said.is_solved


def _was_quick(case: Case) -> bool | None:
    aside = [ClockKind.STATUTORY.value, ClockKind.CALL_BACK.value]
    clocks = Clock.objects.filter(case=case).exclude(kind__in=aside)
    late = [clock.breached_at is not None for clock in clocks]
    return not any(late) if late else None
