"""The portrait of a customer, drawn from facts: cares, mood, habits, value and health."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from zhiyin.customers.profile.portrait_facts import AspectCount, Bought, Facts, NeedCount
from zhiyin.customers.profile.star_sources import Star
from zhiyin.measure.health import Health, HealthChange, Observed, change_of, health

COMPARED_DAYS = 30
_A_DAY = timedelta(days=1)
_YEAR_DAYS = 365
_N_ASPECTS, _N_PRODUCTS = 6, 6
_HOURS_SHOWN, _MIN_HABIT = 3, 5
_HOURS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class MoodPoint:
    """A month: mean sentiment (−1 to 1, None without voices), stars of staff (mean), and how many of each."""

    month: date
    mood: float | None
    n: int
    stars: float | None
    n_stars: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """A channel, hour span or product, how often, and the share (0 to 1) of all."""

    name: str
    n: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """Recency (days since the last order), frequency (orders) and money, of all time and of 365 days."""

    recency_days: int | None
    n_orders: int
    n_orders_year: int
    amount: float | None
    amount_year: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """What is known of a customer within the asker's scope, at `now`."""

    first_at: datetime | None
    last_at: datetime | None
    n_voices: int
    n_contacts: int
    liked: Sequence[AspectCount]
    disliked: Sequence[AspectCount]
    needs: Sequence[NeedCount]
    moods: Sequence[MoodPoint]
    channels: Sequence[Habit]
    hours: Habit | None
    worth: Worth
    products: Sequence[Habit]
    first_order_at: datetime | None
    health: Health | None
    health_before: Health | None
    change: HealthChange | None


def draw_portrait(facts: Facts, *, stars: Sequence[Star], now: datetime, zone: ZoneInfo) -> Portrait:
    """The portrait; `zone` is that of months and hours."""
    here = health(observe(facts, stars=stars, at=now))
    before = health(observe(facts, stars=stars, at=now - COMPARED_DAYS * _A_DAY))
    times = sorted(_times(facts))
    return Portrait(
        first_at=times[0] if times else None,
        last_at=times[-1] if times else None,
        n_voices=len(facts.said),
        n_contacts=len(facts.met),
        liked=_most(facts.aspects, by="n_positive"),
        disliked=_most(facts.aspects, by="n_negative"),
        needs=facts.needs,
        moods=list(_moods(facts, stars=stars, zone=zone)),
        channels=_habits(_channels(facts)),
        hours=_hours(times, zone=zone),
        worth=_worth(facts.bought, now=now),
        products=_habits(one.product for one in facts.bought if one.product)[:_N_PRODUCTS],
        first_order_at=min((one.at for one in facts.bought), default=None),
        health=here,
        health_before=before,
        change=change_of(here, before=before) if here and before else None,
    )


def observe(facts: Facts, *, stars: Sequence[Star], at: datetime) -> Observed:
    """What was known at that moment, as `measure.health` takes it."""
    orders: dict[str, tuple[datetime, float]] = {}
    for one in facts.bought:
        orders[one.order_id] = (one.at, orders.get(one.order_id, (one.at, 0.0))[1] + (one.amount or 0.0))
    moods = [(one.at, one.score) for one in facts.said if one.score is not None]
    moods += [(star.at, (star.stars - 3) / 2) for star in stars]
    troubles = [one.at for one in facts.said if one.is_complaint]
    troubles += [one.at for one in facts.met if one.is_resolved is False]
    return Observed(
        moods=[(_age(when, at=at), mood) for when, mood in moods if when <= at],
        troubles=[_age(when, at=at) for when in troubles if when <= at],
        active=[_age(when, at=at) for when in _times(facts) if when <= at],
        orders=[(_age(when, at=at), amount) for when, amount in orders.values() if when <= at],
    )


def _age(when: datetime, *, at: datetime) -> float:
    return (at - when) / _A_DAY


def _times(facts: Facts) -> Iterator[datetime]:
    yield from (one.at for one in facts.said)
    yield from (one.at for one in facts.met)
    yield from (one.at for one in facts.bought)


def _most(aspects: Sequence[AspectCount], *, by: str) -> list[AspectCount]:
    def count(one: AspectCount) -> int:
        return one.n_positive if by == "n_positive" else one.n_negative

    return sorted((one for one in aspects if count(one)), key=count, reverse=True)[:_N_ASPECTS]


def _moods(facts: Facts, *, stars: Sequence[Star], zone: ZoneInfo) -> Iterator[MoodPoint]:
    scores: dict[date, list[float]] = {}
    given: dict[date, list[int]] = {}
    for said in facts.said:
        if said.score is not None:
            scores.setdefault(_month(said.at, zone=zone), []).append(said.score)
    for star in stars:
        given.setdefault(_month(star.at, zone=zone), []).append(star.stars)
    for month in sorted({*scores, *given}):
        felt, seen = scores.get(month, []), given.get(month, [])
        yield MoodPoint(
            month=month,
            mood=sum(felt) / len(felt) if felt else None,
            n=len(felt),
            stars=sum(seen) / len(seen) if seen else None,
            n_stars=len(seen),
        )


def _month(at: datetime, *, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date().replace(day=1)


def _channels(facts: Facts) -> Iterator[str]:
    yield from (one.channel for one in facts.said)
    yield from (one.channel for one in facts.met if one.channel)


def _habits(names: Iterator[str] | Sequence[str]) -> list[Habit]:
    counted = Counter(names)
    total = counted.total()
    return [Habit(name=name, n=n, share=n / total) for name, n in counted.most_common()]


def _hours(times: Sequence[datetime], *, zone: ZoneInfo) -> Habit | None:
    """The three hours in a row with most of what the customer did; None where that is too little to say."""
    if len(times) < _MIN_HABIT:
        return None
    counted = Counter(at.astimezone(zone).hour for at in times)

    def within(start: int) -> int:
        return sum(counted[(start + step) % _HOURS] for step in range(_HOURS_SHOWN))

    start = max(range(_HOURS), key=within)
    name = f"{start:02d}:00–{(start + _HOURS_SHOWN) % _HOURS:02d}:00"
    return Habit(name=name, n=within(start), share=within(start) / len(times))


def _worth(bought: Sequence[Bought], *, now: datetime) -> Worth:
    since = now - _YEAR_DAYS * _A_DAY
    amounts = [one.amount for one in bought if one.amount is not None]
    last = max((one.at for one in bought), default=None)
    return Worth(
        recency_days=max(0, (now - last).days) if last else None,
        n_orders=len({one.order_id for one in bought}),
        n_orders_year=len({one.order_id for one in bought if one.at >= since}),
        amount=sum(amounts) if amounts else None,
        amount_year=sum(one.amount for one in bought if one.amount is not None and one.at >= since),
    )
