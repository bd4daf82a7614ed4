"""Puts voices near in words in the order of what they mean: the same aspects, judged in the same way."""

from __future__ import annotations

from collections.abc import Collection

# Chosen on one half of public reviews, measured on the other: see docs/search.md.
MEANING_WEIGHT = 0.5

Judgement = tuple[str, str]
"""An aspect and a polarity."""


def rank_by(nearness: float, *, said: Collection[Judgement], asked: Collection[Judgement]) -> float:
    """Nearness in words and in meaning together; higher is nearer.

    Meaning: judgements in common of all that either makes (Jaccard); half of that where both speak of the
    same aspect and judge it differently.
    """
    mine, theirs = set(asked), set(said)
    if not mine or not theirs:
        return nearness
    same = len(mine & theirs) / len(mine | theirs)
    my_aspects, their_aspects = {one for one, _ in mine}, {one for one, _ in theirs}
    spoken = len(my_aspects & their_aspects) / len(my_aspects | their_aspects)
    return nearness + MEANING_WEIGHT * (same + spoken) / 2
