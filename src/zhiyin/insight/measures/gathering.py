"""Runs one statement for each kind of facts and puts what it counted into cells, measure by measure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np

from zhiyin.insight.measures.contract import Asker, MeasureOptions
from zhiyin.insight.measures.counted import Counted, Ints, Spread
from zhiyin.insight.measures.facts_sql import NO_KEY, Cut, has_dimension, pieces_of, same_as
from zhiyin.insight.measures.groups import leaf_units
from zhiyin.insight.measures.recipes import RECIPES, Facts, Part
from zhiyin.insight.queries.columns import Columns, run_columns
from zhiyin.measure.estimate import Floats

Places = Callable[[Columns], Ints]
_NO_VALUE = "CAST(NULL AS BIGINT)"
_FIXED = frozenset({"TRUE", NO_KEY, "0", _NO_VALUE})
_COLUMNS = ("is_now", "key", "day_number")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One statement: the sums it takes, by their SQL, with their column; `value` tells values apart.

    `narrowed` is a condition that all of them share.
    """

    facts: Facts
    value: str
    sums: Mapping[str, str]
    narrowed: str


class Gathered:
    """What the statements found, and how each measure finds its part in it."""

    def __init__(
        self,
        *,
        found: Mapping[_Key, tuple[_Asked, Columns]],
        homes: Mapping[_Key, _Key],
        asked: Asker,
        cut: Cut,
    ) -> None:
        self._found = found
        self._homes = homes
        self._asked = asked
        self._cut = cut

    def columns_with_key(self) -> list[Columns]:
        """Columns of the statements that are cut by the dimension themselves."""
        return [columns for one, columns in self._found.values() if self._has_key(one.facts)]

    def day_numbers(self) -> Ints:
        """Every day that has a row."""
        days = [np.asarray(columns["day_number"], dtype=np.int64) for _, columns in self._found.values()]
        return np.concatenate(days) if days else np.zeros(0, dtype=np.int64)

    def counted(self, code: str, places: Places, *, n: int) -> Counted:
        """Sums of the measure: `n` cells of now, then `n` of the period before if it was asked for."""
        n_cells = 2 * n if self._cut.with_before or not self._cut.by_day else n
        sums: dict[str, Floats] = {}
        spread: Spread | None = None
        for part in RECIPES[code].parts:
            statement, columns = self._found[self._homes[_key_of(part, asked=self._asked)]]
            has_key = self._has_key(part.facts)
            cell = _cells(columns, places(columns) if has_key else None, n=n)
            for name, sql in part.sums.items():
                values = np.nan_to_num(_floats(columns[statement.sums[sql]]))
                sums[name] = _fold(cell, values, n=n, n_cells=n_cells, is_shared=not has_key)
            if part.value:
                spread = _spread(part, columns, statement=statement, cell=cell, asked=self._asked)
        return Counted(n_cells=n_cells, sums=sums, spread=spread)

    def _has_key(self, facts: Facts) -> bool:
        return self._cut.dimension is None or has_dimension(facts, self._cut.dimension)


_Key = tuple[Facts, str]


def gather(
    connection: duckdb.DuckDBPyConnection,
    *,
    codes: Sequence[str],
    asked: Asker,
    cut: Cut,
    options: MeasureOptions,
) -> Gathered:
    """One statement for each kind of facts; another where two measures tell different values apart."""
    parts = [part for code in codes for part in RECIPES[code].parts]
    wanted: dict[_Key, list[Part]] = {}
    for part in parts:
        wanted.setdefault(_key_of(part, asked=asked), []).append(part)
    homes = _join(wanted)
    found = {}
    for (facts, value), members in wanted.items():
        texts = dict.fromkeys(sql for part in members for sql in part.sums.values())
        only = {part.only for part in members}
        statement = _Asked(
            facts=facts,
            value=value,
            sums={sql: f"sum_{place}" for place, sql in enumerate(texts)},
            narrowed=(only.pop() if len(only) == 1 else "") or "TRUE",
        )
        found[facts, value] = (
            statement,
            _run(connection, statement, asked=asked, cut=cut, options=options),
        )
    return Gathered(found=found, homes=homes, asked=asked, cut=cut)


def _join(wanted: dict[_Key, list[Part]]) -> dict[_Key, _Key]:
    """Puts plain sums into a statement that tells values apart, but for voices: those are too many."""
    homes = {key: key for key in wanted}
    for key in list(wanted):
        facts, value = key
        home = next((other for other in wanted if other[0] is facts and other[1]), None)
        if not value and home is not None and facts is not Facts.VOICES:
            wanted[home] += wanted.pop(key)
            homes[key] = home
    return homes


def _key_of(part: Part, *, asked: Asker) -> _Key:
    return same_as(part.facts, asked.filter), part.value


def _run(
    connection: duckdb.DuckDBPyConnection,
    statement: _Asked,
    *,
    asked: Asker,
    cut: Cut,
    options: MeasureOptions,
) -> Columns:
    name, pieces, parameters = pieces_of(statement.facts, asked=asked, cut=cut, options=options)
    value = statement.value or _NO_VALUE
    columns = [pieces["is_now"], pieces["key"], pieces["day_number"], value]
    # Grouping by what does not vary costs as much as by what does.
    varied = [place for place, column in enumerate(columns) if column not in _FIXED]
    outer = [name if place in varied else columns[place] for place, name in enumerate(_COLUMNS)]
    return run_columns(
        connection,
        name,
        parameters=parameters,
        **pieces,
        value=value,
        narrowed=statement.narrowed,
        grouped=f"GROUP BY {', '.join(str(place + 1) for place in varied)}" if varied else "",
        inner_places=", ".join(str(place + 1) for place in (*(one for one in varied if one < 3), 3)),
        outer_is_now=outer[0],
        outer_key=outer[1],
        outer_day=outer[2],
        sums=", ".join(f"{sql} AS {column}" for sql, column in statement.sums.items()),
    )


def _cells(columns: Columns, place: Ints | None, *, n: int) -> Ints:
    """The cell of each row, −1 for none; rows that all groups share have that of their side, 0 or 1."""
    side = np.where(np.asarray(columns["is_now"], dtype=bool), 0, 1)
    if place is None:
        return side.astype(np.int64)
    return np.where(place >= 0, side * n + place, -1)


def _fold(cell: Ints, values: Floats, *, n: int, n_cells: int, is_shared: bool) -> Floats:
    is_in = cell >= 0
    if not is_shared:
        return np.bincount(cell[is_in], weights=values[is_in], minlength=n_cells).astype(np.float64)
    sides = np.bincount(cell[is_in], weights=values[is_in], minlength=2)
    return np.repeat(sides[: n_cells // n if n else 0], n).astype(np.float64)


def _spread(part: Part, columns: Columns, *, statement: _Asked, cell: Ints, asked: Asker) -> Spread:
    value = _floats(columns["value"])
    if part.value == "unit_id":  # regions have no rating of their own
        leaves = leaf_units(asked)
        value = np.array([one if one in leaves else np.nan for one in value.tolist()], dtype=np.float64)
    is_in = cell >= 0
    return Spread(
        cell=cell[is_in],
        value=value[is_in],
        n={name: _floats(columns[statement.sums[sql]])[is_in] for name, sql in part.sums.items()},
    )


def _floats(column: object) -> Floats:
    return np.asarray(column, dtype=np.float64)
