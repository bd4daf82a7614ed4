"""The tree of aspects in the page's language: parents stand for all below them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from zhiyin.console.numbers import Language
from zhiyin.errors import InvalidInput
from zhiyin.listen.services.taxonomy import get_taxonomy
from zhiyin.people.caches import forgets
from zhiyin.understand.taxonomy import GROUPS, Aspect

# Reading the tree takes 15 ms; a change may be seen half a minute late.
_SECONDS_REMEMBERED = 30
GROUP_NAMES = {"quality": _("Quality"), "service": _("Service"), "cleanliness": _("Cleanliness")}


@dataclass(frozen=True, slots=True, kw_only=True)
class AspectNode:
    """One aspect; `level` counts from 1.

    `members` are its own id and those of all below it, with those of aspects that were merged into them:
    facts from before hold these.
    """

    id: str
    name: str
    level: int
    parent: str | None
    group: str | None
    members: tuple[str, ...]
    is_parent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AspectTree:
    """All aspects, parents before children; those that facts hold and the taxonomy does not stand last.

    `heirs` gives the aspect that one which was merged away went into, by the id that it had.
    """

    nodes: Mapping[str, AspectNode] = field(default_factory=dict)
    heirs: Mapping[str, str] = field(default_factory=dict)

    def find(self, aspect: str) -> AspectNode | None:
        """The node of that id, or of what it was merged into."""
        return self.nodes.get(self.heirs.get(aspect, aspect))

    def children_of(self, node: AspectNode) -> list[AspectNode]:
        """The aspects right below it."""
        return [one for one in self.nodes.values() if one.parent == node.id]

    def steps_down(self, node: AspectNode) -> list[AspectNode]:
        """The aspects above it, the highest first."""
        found: list[AspectNode] = []
        while node.parent is not None and (above := self.nodes.get(node.parent)) is not None:
            found.insert(0, above)
            node = above
        return found

    def groups(self) -> dict[str, tuple[str, ...]]:
        """Members of the groups quality, service and cleanliness, as far as the taxonomy has them."""
        found = {
            group: tuple(node.id for node in self.nodes.values() if node.group == group) for group in GROUPS
        }
        return {group: members for group, members in found.items() if members}

    def with_others(self, names: Mapping[str, str]) -> AspectTree:
        """This tree and, beside it, the aspects (id → stored name) that are not in it."""
        others = {
            aspect: AspectNode(
                id=aspect, name=name or aspect, level=1, parent=None, group=None, members=(aspect,)
            )
            for aspect, name in sorted(names.items())
            if self.find(aspect) is None
        }
        return AspectTree(nodes={**self.nodes, **others}, heirs=self.heirs) if others else self


_remembered: dict[Language, tuple[float, AspectTree]] = {}


def read_aspect_tree(language: Language) -> AspectTree:
    """The tree of the taxonomy in use; empty where that cannot be read."""
    found = _remembered.get(language)
    if found is None or time.monotonic() - found[0] > _SECONDS_REMEMBERED:
        found = (time.monotonic(), _read(language))
        _remembered[language] = found
    return found[1]


def make_aspect_tree(aspects: tuple[Aspect, ...], *, language: Language) -> AspectTree:
    """The tree of these aspects (parents before children)."""
    members: dict[str, list[str]] = {one.id: [one.id, *one.was] for one in aspects}
    parents = {one.parent for one in aspects}
    for one in reversed(aspects):  # children before parents, so that each hands up all it has
        if one.parent is not None:
            members[one.parent][1:1] = members[one.id]
    return AspectTree(
        nodes={
            one.id: AspectNode(
                id=one.id,
                name=one.zh if language == "zh" else one.en,
                level=one.level,
                parent=one.parent,
                group=one.group,
                members=tuple(members[one.id]),
                is_parent=one.id in parents,
            )
            for one in aspects
        },
        heirs={old: one.id for one in aspects for old in one.was},
    )


def _read(language: Language) -> AspectTree:
    try:
        return make_aspect_tree(get_taxonomy().taxonomy.aspects, language=language)
    except InvalidInput:  # `zhiyin doctor` says so; figures are still there under the stored names
        return AspectTree()


@forgets
def _forget() -> None:
    _remembered.clear()
