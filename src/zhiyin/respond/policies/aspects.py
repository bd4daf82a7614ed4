"""For which aspects a policy is suggested: chosen by name from the tree, kept by code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zhiyin.console.templatetags.shell import page_language
from zhiyin.errors import InvalidInput
from zhiyin.insight.aspect_tree import read_aspect_tree
from zhiyin.insight.naming import aspect_name

MAX_SIGNS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class AspectChoice:
    """One aspect that can be chosen; `level` counts from 1."""

    code: str
    name: str
    level: int
    is_chosen: bool


def split_codes(aspects: str) -> list[str]:
    """The codes that a policy keeps."""
    return [one.strip() for one in aspects.replace("，", ",").split(",") if one.strip()]


def list_choices(aspects: str) -> list[AspectChoice]:
    """All of the tree by name, parents before children; what was chosen and is not in it stands last."""
    chosen, tree = split_codes(aspects), read_aspect_tree(page_language())
    known = [
        AspectChoice(code=one.id, name=one.name, level=one.level, is_chosen=one.id in chosen)
        for one in tree.nodes.values()
    ]
    others = dict.fromkeys(one for one in chosen if one not in tree.nodes)
    return [
        *known,
        *(
            AspectChoice(code=one, name=aspect_name(one, language=page_language()), level=1, is_chosen=True)
            for one in others
        ),
    ]


def join_codes(given: Sequence[str], *, before: str) -> str:
    """What was chosen, as a policy keeps it. `before`: its codes until now, which may stay.

    Raises:
        InvalidInput: one is no aspect, or they are too many to be kept.
    """
    allowed = {one.code for one in list_choices(before)}
    codes = list(dict.fromkeys(filter(None, given)))
    joined = ",".join(codes)
    if len(joined) > MAX_SIGNS or not allowed.issuperset(codes):
        raise InvalidInput(
            "These aspects cannot be kept.",
            next_step="Choose fewer: a parent stands for all.",
            field="aspects",
        )
    return joined


def is_about(aspects: str, *, aspect: str) -> bool:
    """Whether an aspect is one of those chosen, or stands below one."""
    chosen = split_codes(aspects)
    if not chosen or not aspect:
        return False
    tree = read_aspect_tree("zh")
    node = tree.find(aspect)
    way = {aspect} if node is None else {aspect, node.id, *(one.id for one in tree.steps_down(node))}
    # Codes of another taxonomy are not in the tree: there a child begins with its parent's code.
    return any(one in way or aspect.startswith(f"{one}_") for one in chosen)
