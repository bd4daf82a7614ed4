"""The scale of unit scores, from `scale.yaml`, and which aspects make up each group of a taxonomy."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec

from zhiyin.understand.taxonomy import Taxonomy

GROUPS = ("service", "location", "facilities", "hygiene", "value")
BEST = 5.0


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """The score of a voice that praises as much as it blames, and what a point of sentiment adds."""

    at_zero: float
    a_point: float


class Scale(msgspec.Struct, frozen=True, kw_only=True):
    """Steps by sentiment and polarity, weights, and aspects by group by taxonomy."""

    sentiment: dict[str, float]
    balance: Balance
    opinion: dict[str, float]
    least_weight: float
    trust: float
    groups: dict[str, dict[str, list[str]]]


@cache
def scale() -> Scale:
    """The shipped scale."""
    content = files("zhiyin.insight.unit_scores").joinpath("scale.yaml").read_bytes()
    return msgspec.yaml.decode(content, type=Scale)


def group_of_aspects(taxonomy: Taxonomy) -> Mapping[str, int]:
    """The place in `GROUPS` of each aspect that belongs to one; an aspect belongs where its parent does."""
    by_group = scale().groups.get(taxonomy.name, scale().groups["own"])
    found = {aspect: GROUPS.index(name) for name, aspects in by_group.items() for aspect in aspects}
    for aspect in taxonomy.aspects:  # parents stand before children
        if aspect.id not in found and aspect.parent in found:
            found[aspect.id] = found[aspect.parent]
    return {aspect.id: found[aspect.id] for aspect in taxonomy.aspects if aspect.id in found}
