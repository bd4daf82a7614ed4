"""The aspects that stand as columns of the scoreboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from zhiyin.insight.aspect_tree import GROUP_NAMES, AspectTree

MAX_COLUMNS = 6
_GROUP = "group."
_N_HARMFUL = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class AspectColumn:
    """A column: an aspect with all below it, or a whole group such as service (code `group.service`)."""

    code: str
    name: str
    members: tuple[str, ...]
    level: int = 1
    is_chosen: bool = False


def list_column_choices(tree: AspectTree, *, chosen: Sequence[str] = ()) -> list[AspectColumn]:
    """What can be chosen: the groups, then all aspects in the order of the tree."""
    groups = [
        AspectColumn(
            code=f"{_GROUP}{group}",
            name=str(GROUP_NAMES[group]),
            members=members,
            is_chosen=f"{_GROUP}{group}" in chosen,
        )
        for group, members in tree.groups().items()
    ]
    aspects = [
        AspectColumn(
            code=node.id, name=node.name, members=node.members, level=node.level, is_chosen=node.id in chosen
        )
        for node in tree.nodes.values()
    ]
    return [*groups, *aspects]


def choose_columns(
    codes: Sequence[str], *, tree: AspectTree, find_harmful: Callable[[], Mapping[str, str]]
) -> list[AspectColumn]:
    """The columns of these codes; without any the groups, where the taxonomy has two or more of them.

    Else the aspects of `find_harmful` (id → stored name, the worst first), which is asked only then.
    """
    choices = {column.code: column for column in list_column_choices(tree)}
    chosen = [choices[code] for code in dict.fromkeys(codes) if code in choices][:MAX_COLUMNS]
    if chosen:
        return chosen
    groups = [column for column in choices.values() if column.code.startswith(_GROUP)]
    if len(groups) > 1:
        return groups
    harmful = dict(islice(find_harmful().items(), _N_HARMFUL))
    whole = tree.with_others(harmful)
    # Aspects that were merged are one column.
    nodes = dict.fromkeys(node for aspect in harmful if (node := whole.find(aspect)) is not None)
    return [AspectColumn(code=node.id, name=node.name, members=node.members) for node in nodes]
