"""The full service time of a visit: waiting, travelling, arriving, being served."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from zhiyin.respond.models import Visit
from zhiyin.respond.visits.kinds import VisitResult


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTime:
    """Seconds of each part; the sum is from the request to the end."""

    waiting_s: float
    travelling_s: float
    arriving_s: float
    served_s: float

    @property
    def total_s(self) -> float:
        """From the request to the end."""
        return self.waiting_s + self.travelling_s + self.arriving_s + self.served_s


def split_time(visit: Visit) -> ServiceTime | None:
    """The parts, as the measure “full service time” counts them; None before the end, or without service.

    A moment that was noted before the one it follows counts as that one, so that no part is negative.
    """
    if visit.done_at is None or visit.arrived_at is None or visit.result == VisitResult.NOBODY_HOME:
        return None
    moments = [visit.asked_at]
    for moment in (
        visit.on_way_at or visit.arrived_at,
        visit.arrived_at,
        visit.began_at or visit.arrived_at,
        visit.done_at,
    ):
        moments.append(max(moment, moments[-1]))
    waiting, travelling, arriving, served = (_seconds(start, end) for start, end in pairwise(moments))
    return ServiceTime(waiting_s=waiting, travelling_s=travelling, arriving_s=arriving, served_s=served)


def _seconds(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds()
