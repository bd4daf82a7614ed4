"""How the intake is doing as a whole: what waits, what could not be processed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum

from zhiyin.engine import Engine
from zhiyin.listen.models import SetAsideItem


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeState:
    """`n_waiting` items are taken in and not understood yet, the oldest since `waiting_seconds`.

    `n_set_aside` could not be processed; the last at `last_set_aside_at`, for `last_reason`.
    """

    n_waiting: int
    waiting_seconds: float
    n_set_aside: int
    last_set_aside_at: datetime | None
    last_reason: str


def read_intake_state(engine: Engine) -> IntakeState:
    """The state of this moment. It concerns the whole installation and has no scope."""
    lag = engine.log.lag()
    last = SetAsideItem.objects.order_by("-set_aside_at").first()
    n_set_aside = SetAsideItem.objects.aggregate(n=Sum("n_items"))["n"] or 0
    return IntakeState(
        n_waiting=lag.n_items,
        waiting_seconds=lag.oldest_seconds,
        n_set_aside=n_set_aside,
        last_set_aside_at=last.set_aside_at if last else None,
        last_reason=last.reason if last else "",
    )
