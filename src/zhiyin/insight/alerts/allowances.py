"""How many false findings a week each family of tests may claim; all together make less than one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from zhiyin.insight.alerts.tree import COMPANY, GROUP, UNIT

CHANNEL, TOGETHER = "channel", "together"
# A fall needs voices to be missed, which says less: it may claim so much of what the rise may.
FALL_SHARE = 0.25
_LEVELS = {"company": COMPANY, "group": GROUP, "unit": UNIT}
_OF_ASPECTS = {"negative": "blame", "positive": "praise"}


def family_of(measure: str) -> str:
    """The family that a measure's series belong to: a total by its own name, aspects by polarity.

    >>> family_of("voices"), family_of("aspect:negative:dish_taste"), family_of("signal:waited")
    ('voices', 'blame', 'signal')
    """
    head, _, rest = measure.partition(":")
    return _OF_ASPECTS.get(rest.partition(":")[0], head) if head == "aspect" else head


def allowances(*, hours: int) -> Mapping[tuple[int, str], float]:
    """By level and family: the sum of tail probabilities over a week for one false finding a week."""
    return _read()[hours]


@cache
def _read() -> Mapping[int, Mapping[tuple[int, str], float]]:
    text = files("zhiyin.insight.alerts").joinpath("allowances.toml").read_text(encoding="utf-8")
    return {
        int(hours): {
            (_LEVELS[level], family): float(value)
            for level, families in levels.items()
            for family, value in families.items()
        }
        for hours, levels in tomllib.loads(text).items()
    }
