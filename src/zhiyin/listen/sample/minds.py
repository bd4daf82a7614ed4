"""Decides what a customer speaks of, and how kindly."""

from __future__ import annotations

from zhiyin.listen.sample.datafiles import aspect_plans
from zhiyin.listen.sample.dice import Dice, Wheel
from zhiyin.listen.sample.drafting import Draft, Occasion
from zhiyin.listen.sample.grammar import Clause, clauses, english

_PLANS = aspect_plans()
_LIKELY = tuple((plan.aspect, plan.share_positive, plan.share_neutral) for plan in _PLANS)
_STORE = Wheel([plan.store_weight for plan in _PLANS])
_TAKEAWAY = Wheel([plan.takeaway_weight for plan in _PLANS])
_TRIES = 6
# Who likes a drink recommends it: these go together more than by the mood alone.
_SHARE_KIN_AGREES = 0.88
_KIN = {
    "dish_taste": "dish_recommendation",
    "dish_recommendation": "dish_taste",
    "service_wait_time": "service_serving_speed",
    "service_serving_speed": "service_wait_time",
    "price_level": "price_cost_effective",
    "price_cost_effective": "price_level",
}
# In the middle of an incident the rest is seen in its light.
_SHADOW = {"negative": -0.3, "positive": 0.15}


def choose_opinions(occasion: Occasion, *, n_wanted: int, dice: Dice) -> list[tuple[str, str]]:
    """At most `n_wanted` different aspects with polarities, the incident's own one not among them."""
    wheel = _TAKEAWAY if occasion.is_takeaway else _STORE
    incident = occasion.incident
    taken = {incident.aspect} if incident else set()
    mood = occasion.mood + (_SHADOW[incident.polarity] if incident else 0.0)
    leans = occasion.store.leans
    chosen: list[tuple[str, str]] = []
    for _ in range(n_wanted * _TRIES):
        if len(chosen) >= n_wanted:
            break
        aspect, share, share_neutral = _LIKELY[wheel.spin(dice)]
        if aspect in taken:
            continue
        taken.add(aspect)
        share += mood + leans.get(aspect, 0.0)
        if aspect == "dish_taste":
            share += occasion.product.quality
        kin = _KIN.get(aspect)
        said = next((polarity for other, polarity in chosen if other == kin), None)
        if said is None or dice.roll() > _SHARE_KIN_AGREES:
            said = _polarity(share, share_neutral, dice=dice)
        chosen.append((aspect, said))
    return chosen


def _polarity(share_positive: float, share_neutral: float, *, dice: Dice) -> str:
    roll = dice.roll()
    share = min(0.97, max(0.03, share_positive))
    if roll < share:
        return "positive"
    return "neutral" if roll < share + share_neutral else "negative"


def choose_clauses(draft: Draft, *, opinions: list[tuple[str, str]]) -> list[Clause]:
    """A clause for each opinion that somebody with this way of buying can voice."""
    table, where = clauses(), int(draft.occasion.is_takeaway)
    found = (table[opinion][where] for opinion in opinions)
    return [draft.choose(options) for options in found if options]


def choose_english(occasion: Occasion, *, opinions: list[tuple[str, str]], dice: Dice) -> list[Clause]:
    """The same in English, which knows fewer aspects."""
    table, where = english()[0], int(occasion.is_takeaway)
    found = (table[opinion][where] for opinion in opinions if opinion in table)
    return [dice.pick(options) for options in found if options]
