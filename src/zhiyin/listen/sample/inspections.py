"""Monthly inspections of every store: quality, service, cleanliness, near to what customers say, not it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from zhiyin.listen.items import UnitIn
from zhiyin.listen.records.items import InspectionIn
from zhiyin.listen.sample.company import Company, Store
from zhiyin.listen.sample.datafiles import record_plan
from zhiyin.listen.sample.dice import Dice
from zhiyin.listen.sample.options import BEIJING

MAX_SCORE = 10.0
_FIRST_HOUR, _LAST_HOUR = 9, 20


def make_inspections(company: Company) -> Iterator[InspectionIn]:
    """An inspection a store and month, on a day of the company's window that chance chooses."""
    dice = Dice(company.options.seed, "inspections")
    for first, last in _months(company):
        for store in company.stores:
            day = first + timedelta(days=dice.whole(0, (last - first).days))
            at = datetime(day.year, day.month, day.day, dice.whole(_FIRST_HOUR, _LAST_HOUR), tzinfo=BEIJING)
            yield from _inspect(store, at=at, dice=dice)


def _inspect(store: Store, *, at: datetime, dice: Dice) -> Iterator[InspectionIn]:
    inspector = f"INS{dice.whole(1, 12):02d}"
    mood = 0.25 * dice.bell()
    for dimension, plan in record_plan().inspections.items():
        lean = sum(store.leans.get(aspect, 0.0) for aspect in plan.aspects)
        for number, name in enumerate(plan.items, start=1):
            score = 8.3 + 7.0 * store.quality + 5.0 * lean + mood + 0.7 * dice.bell()
            yield InspectionIn(
                external_id=f"QSC-{at:%Y%m}-{store.code}-{dimension}-{number}",
                occurred_at=at,
                unit=UnitIn(code=store.code),
                dimension=dimension,
                item=name,
                score=round(min(MAX_SCORE, max(0.0, score)), 1),
                max_score=MAX_SCORE,
                inspector=inspector,
            )


def _months(company: Company) -> Iterator[tuple[date, date]]:
    """First and last day of each month of the window, or of the part of it that lies in the window."""
    first, end = company.options.first_day, company.options.last_day
    while first <= end:
        after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        yield first, min(end, after - timedelta(days=1))
        first = after
