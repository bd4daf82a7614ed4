"""The groups of a dimension: which rows belong to each, what it is called, and where its rows stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from zhiyin.insight.aspect_tree import read_aspect_tree
from zhiyin.insight.measures.contract import UNIT_LEVELS, Asker, Dimension
from zhiyin.insight.measures.counted import Ints
from zhiyin.insight.queries.columns import Columns
from zhiyin.insight.queries.unit_tree import list_rows, read_unit_tree
from zhiyin.insight.state import ViewState
from zhiyin.insight.voice_names import channel_names
from zhiyin.insight.wording import wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """Keys and names; `unit_places` says which group a unit belongs to, for dimensions of units."""

    dimension: Dimension
    keys: Sequence[str]
    names: Sequence[str]
    unit_places: Mapping[int, int] | None = None

    def places(self, found: Columns) -> Ints:
        """The number of the group of each row; −1 where it belongs to none."""
        keys = found["key"]
        if self.unit_places is not None:
            known = self.unit_places
            ids = np.nan_to_num(np.asarray(keys, dtype=np.float64), nan=-1).astype(np.int64)
            return np.array([known.get(one, -1) for one in ids.tolist()], dtype=np.int64)
        heirs = read_aspect_tree("zh").heirs if self.dimension is Dimension.ASPECT else {}
        place = {key: number for number, key in enumerate(self.keys)}
        return np.array([place.get(heirs.get(key, key), -1) for key in keys.tolist()], dtype=np.int64)


def make_groups(dimension: Dimension, *, asked: Asker, found: Sequence[Columns]) -> Groups:
    """The groups that the rows of these statements fall into."""
    if dimension in UNIT_LEVELS:
        return _of_units(dimension, asked=asked)
    keys = {key for one in found for key in one["key"].tolist() if isinstance(key, str) and key}
    if dimension is Dimension.ASPECT:
        tree = read_aspect_tree(asked.language)
        keys = {tree.heirs.get(key, key) for key in keys}
        names: Mapping[str, str] = {key: node.name for key, node in tree.nodes.items()}
    elif dimension is Dimension.CHANNEL:
        names = channel_names(asked.language)
    elif dimension is Dimension.TOUCHPOINT:
        words = wording(asked.language)
        names = {key: words.name(key) for key in keys}
    else:
        names = {}
    ordered = sorted(keys)
    return Groups(dimension=dimension, keys=ordered, names=[names.get(key, key) for key in ordered])


def _of_units(dimension: Dimension, *, asked: Asker) -> Groups:
    """Units of the level, or the next level below what is asked for, each with all below it."""
    wanted = asked.filter.unit_ids
    tree = read_unit_tree(scope=asked.scope if wanted is None else asked.scope.narrowed_to(wanted))
    rows = list_rows(tree, kind="" if dimension is Dimension.UNIT else dimension.value)
    unit_ids, numbers = tree.subtree_ids(rows)
    return Groups(
        dimension=dimension,
        keys=[row.code for row in rows],
        names=[row.name for row in rows],
        unit_places=dict(zip(unit_ids, numbers, strict=True)),
    )


def leaf_units(asked: Asker) -> frozenset[int]:
    """Ids of the units with nothing below them, as far as the asker sees."""
    return frozenset(node.id for node in read_unit_tree(scope=asked.scope).nodes if node.is_leaf)


def rows_url(
    asked: Asker,
    *,
    page: str,
    rows: Mapping[str, str | tuple[str, ...]],
    dimension: Dimension | None = None,
    key: str = "",
    days: tuple[date, date] | None = None,
) -> str:
    """Address of the rows behind a figure; empty where there is none."""
    if not isinstance(asked, ViewState) or not page:
        return ""
    where: dict[str, str | tuple[str, ...]] = dict(rows)
    if days is not None:
        where |= {"period": "custom", "since": days[0].isoformat(), "until": days[1].isoformat()}
    if dimension in UNIT_LEVELS:
        where["unit"] = key
    elif dimension is not None:
        where[dimension.value] = key
    if page == "cases":
        unit = key if dimension in UNIT_LEVELS else asked.unit.code if asked.unit else None
        kept = dict.fromkeys(asked.parameters)
        return asked.url("cases", **{**kept, "view": "ended", "unit": unit})
    return asked.url(page, **where)
