"""How well things stand with one customer, 0 to 100, part by part, so that the reasons can be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Literal

from zhiyin.errors import InvalidInput

Part = Literal["mood", "trouble", "rhythm", "spending"]

WEIGHTS: Mapping[Part, float] = {"mood": 0.35, "trouble": 0.25, "rhythm": 0.25, "spending": 0.15}
"""How much each part counts; parts without data are left out and the others share their weight."""
HALF_LIFE_DAYS = 90.0
"""After so many days a word, a star or a trouble counts half."""
PERIOD_DAYS = 180
GOOD_FROM, WATCH_FROM = 70.0, 40.0
_PSEUDO_WORDS = 2.0
_MIN_GAPS = 2
_BEST = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What is known of a customer at one moment; all ages are days before it, none negative.

    `moods`: age and sentiment (−1 to 1) of each voice, and of each star that staff gave ((stars − 3) / 2).
    `troubles`: age of each complaint and of each contact that ended unsolved. `active`: age of each day
    on which the customer bought, spoke or was in contact. `orders`: age and amount of each order.
    """

    moods: Sequence[tuple[float, float]] = ()
    troubles: Sequence[float] = ()
    active: Sequence[float] = ()
    orders: Sequence[tuple[float, float]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The score and its parts, 0 to 100 each; `weights` sum to 1 over the parts that are there."""

    score: float
    parts: Mapping[Part, float]
    weights: Mapping[Part, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthChange:
    """By how many points each part moved the score between two moments; they sum to `points`."""

    points: float
    parts: Mapping[Part, float]


def health(seen: Observed) -> Health | None:
    """The customer's health; None where nothing at all is known.

    Formula: Σ weight × part over the parts with data, weights brought to sum 1. With w = 0.5^(age / 90
    days):
    mood = 50 + 50 × Σ w·sentiment / (Σ w + 2);
    trouble = 100 × 0.5^(Σ w over complaints and unsolved contacts);
    rhythm = 100 × 0.5^max(0, age of the last active day / usual gap − 1), the usual gap being the median
    gap between active days;
    spending = 100 × (a + m) / (a + b + 2m), a the amount of the last 180 days, b that of the 180 before,
    m the mean order: 50 is "as before".
    Valid range: 0 to 100. Small samples: two made-up neutral voices keep a single word from deciding the
    mood; rhythm needs two gaps, spending an order; trouble needs any voice or contact.
    Source: own definition: a weighted mean of parts, each with exponential decay or shrunk to its middle.

    >>> found = health(Observed(moods=[(0, -1.0), (90, 1.0)], troubles=[0.0]))
    >>> round(found.parts["mood"], 1), found.parts["trouble"], round(found.score, 1)
    (42.9, 50.0, 45.8)
    >>> health(Observed()) is None
    True

    Raises:
        InvalidInput: a negative age.
    """
    ages = [*(age for age, _ in seen.moods), *seen.troubles, *seen.active, *(age for age, _ in seen.orders)]
    if any(age < 0 for age in ages):
        raise InvalidInput("An age in days cannot be negative.", field="age")
    parts = {part: value for part, value in _parts(seen).items() if value is not None}
    if not parts:
        return None
    total = sum(WEIGHTS[part] for part in parts)
    weights = {part: WEIGHTS[part] / total for part in parts}
    return Health(
        score=sum(weights[part] * value for part, value in parts.items()), parts=parts, weights=weights
    )


def change_of(now: Health, *, before: Health) -> HealthChange:
    """What moved the score; a part that was not known before moves it by its distance from the old score.

    Formula: points of a part = weight now × (part now − part before), where a part that is lacking in
    one of the two stands at the score of that moment; what reweighting moves is spread by weight.
    """
    parts: dict[Part, float] = {}
    for part in WEIGHTS:
        if part in now.parts or part in before.parts:
            here = now.weights.get(part, 0.0) * (now.parts.get(part, now.score) - now.score)
            there = before.weights.get(part, 0.0) * (before.parts.get(part, before.score) - before.score)
            parts[part] = here - there
    points = now.score - before.score
    for part in now.weights:
        parts[part] += points * now.weights[part]
    return HealthChange(points=points, parts=parts)


def _parts(seen: Observed) -> Mapping[Part, float | None]:
    return {
        "mood": _mood(seen.moods),
        "trouble": _trouble(seen),
        "rhythm": _rhythm(seen.active),
        "spending": _spending(seen.orders),
    }


def _decay(age: float) -> float:
    return float(0.5 ** (age / HALF_LIFE_DAYS))


def _mood(moods: Sequence[tuple[float, float]]) -> float | None:
    if not moods:
        return None
    felt = sum(_decay(age) * sentiment for age, sentiment in moods)
    return 50.0 + 50.0 * felt / (sum(_decay(age) for age, _ in moods) + _PSEUDO_WORDS)


def _trouble(seen: Observed) -> float | None:
    if not (seen.moods or seen.troubles):
        return None
    return float(_BEST * 0.5 ** sum(_decay(age) for age in seen.troubles))


def _rhythm(active: Sequence[float]) -> float | None:
    days = sorted({int(age) for age in active})
    gaps = [after - before for before, after in pairwise(days)]
    if len(gaps) < _MIN_GAPS:
        return None
    late = max(0.0, days[0] / median(gaps) - 1.0)
    return float(_BEST * 0.5**late)


def _spending(orders: Sequence[tuple[float, float]]) -> float | None:
    paid = [(age, amount) for age, amount in orders if amount > 0]
    if not paid:
        return None
    mean = sum(amount for _, amount in paid) / len(paid)
    lately = sum(amount for age, amount in paid if age < PERIOD_DAYS)
    before = sum(amount for age, amount in paid if PERIOD_DAYS <= age < 2 * PERIOD_DAYS)
    return _BEST * (lately + mean) / (lately + before + 2 * mean)
