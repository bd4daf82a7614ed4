"""Which aspects count for quality, service or cleanliness: shipped, and as the installation changed it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from django.utils.translation import gettext_lazy as _

from zhiyin.insight.aspect_tree import AspectNode, AspectTree

DIMENSIONS = ("quality", "service", "cleanliness")
NONE = "none"
NAMES = {
    "quality": _("Quality"),
    "service": _("Service"),
    "cleanliness": _("Cleanliness"),
    NONE: _("counts for none"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """An aspect, the dimension it counts for (or `none`), and the one that holds without changes here."""

    node: AspectNode
    dimension: str
    shipped: str

    @property
    def is_changed(self) -> bool:
        """Whether the installation differs from what is shipped."""
        return self.dimension != self.shipped


def assign(tree: AspectTree, *, taxonomy: str, changed: Mapping[str, str]) -> list[Assigned]:
    """Every aspect of the tree; what is said of an aspect holds for those below it too.

    The nearest word holds: the installation's (`changed`: id → dimension), what is shipped for the
    `taxonomy` of that name, the group that the taxonomy itself gives the aspect, then `none`.
    """
    shipped_words = _shipped().get(taxonomy, {})
    found: dict[str, Assigned] = {}
    for node in tree.nodes.values():  # parents before children
        above = found.get(node.parent or "")
        own_group = node.group if above is None or node.group != above.node.group else None
        shipped = shipped_words.get(node.id) or own_group or (above.shipped if above else NONE)
        below_change = above.dimension if above is not None and above.is_changed else None
        dimension = changed.get(node.id) or below_change or shipped
        found[node.id] = Assigned(node=node, dimension=dimension, shipped=shipped)
    return list(found.values())


def members(assigned: Sequence[Assigned]) -> dict[str, tuple[str, ...]]:
    """Dimension → ids of its aspects as facts hold them, with those of aspects that were merged into them."""
    below: dict[str, set[str]] = {}
    for one in assigned:
        below.setdefault(one.node.parent or "", set()).update(one.node.members)
    return {
        dimension: tuple(
            member
            for one in assigned
            if one.dimension == dimension
            for member in one.node.members
            # Those below it count where they are assigned themselves.
            if member not in below.get(one.node.id, ())
        )
        for dimension in DIMENSIONS
    }


@cache
def _shipped() -> Mapping[str, Mapping[str, str]]:
    text = files("zhiyin.insight").joinpath("qsc", "data", "dimensions.toml").read_text(encoding="utf-8")
    return {
        taxonomy: {aspect: dimension for dimension, aspects in words.items() for aspect in aspects}
        for taxonomy, words in tomllib.loads(text).items()
    }
