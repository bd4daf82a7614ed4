"""The model of agreement: fitted to the table itself by Splink, then every chosen pair is weighed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import numpy.typing as npt

from zhiyin.customers.matching.blocking import Rule, widest
from zhiyin.customers.matching.comparing import Level, as_comparison, levels_of
from zhiyin.customers.matching.fitting import Model, fit, weights_of
from zhiyin.customers.matching.kinds import Field, Kind

if TYPE_CHECKING:
    from splink import Linker

_LOWEST = -8.0
_NEW_YEAR = 0.02
_ROUNDS = 50
_CLOSE = 1e-9

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Scored:
    """Pairs that may be one person: rows `left` < `right`, `weight` is log2 of the odds that they are.

    `agreements` has for each field the code of the level that a pair meets, as a number into `levels`
    of that field (-1: not told by both); `parts` how many bits the field adds. `n_expected` is how many
    pairs of one person the model expects.
    """

    left: Rows
    right: Rows
    weight: Floats
    agreements: dict[str, npt.NDArray[np.int8]]
    parts: dict[str, npt.NDArray[np.float32]]
    levels: dict[str, tuple[str, ...]]
    n_expected: float

    @property
    def probability(self) -> Floats:
        """0 to 1 for each pair."""
        return 1.0 / (1.0 + np.exp2(-self.weight))


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """What is compared: `table` in the connection with `fields`, the pairs that `rules` choose.

    `n_rows` are all rows; `n_possible` the pairs that there would be without rules.
    """

    table: str
    fields: Sequence[Field]
    rules: Sequence[Rule]
    n_rows: int
    n_possible: float
    is_two_sided: bool
    levels: dict[str, list[Level]]


def fit_and_score(
    connection: duckdb.DuckDBPyConnection, *, task: Task, tell: Callable[[str], None] = lambda _: None
) -> Scored:
    """Fit the model to the table (no truth is looked at) and weigh the pairs.

    `tell` hears which step begins: "chance", "agreement", "pairs".
    """
    prior = min(0.01, 2.0 / max(task.n_rows, 2))
    make = _maker(connection, task=task)
    model = fit(make, _settings(task, prior=prior), rules=task.rules, n_rows=task.n_rows, tell=tell)
    tell("pairs")
    found = make(model).inference.predict(threshold_match_weight=_LOWEST, warning_mode="never")
    return _scored(connection, table=found.physical_name, task=task, model=model)


def _maker(connection: duckdb.DuckDBPyConnection, *, task: Task) -> Callable[[Model], Linker]:
    """Makes linkers over the task's table, or its two sides."""
    from splink import DuckDBAPI, Linker

    logging.getLogger("splink").setLevel(logging.ERROR)
    api = DuckDBAPI(connection=connection)
    if not task.is_two_sided:
        table = api.register(task.table)
        return lambda settings: Linker(table, settings, log_level=None)
    tables = []
    for side in ("a", "b"):
        connection.execute(
            f"create or replace table {task.table}_{side} as "  # noqa: S608 - own table name
            f"select * exclude (side) from {task.table} where side = '{side}'"
        )
        tables.append(api.register(f"{task.table}_{side}", dataset_display_name=side))
    return lambda settings: Linker(tables, settings, log_level=None)


def _settings(task: Task, *, prior: float) -> Model:
    return {
        "link_type": "link_only" if task.is_two_sided else "dedupe_only",
        "unique_id_column_name": "unique_id",
        "probability_two_random_records_match": prior,
        "comparisons": [as_comparison(f, levels=task.levels[f.code]) for f in task.fields],
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": rule.columns_sql, "sql_dialect": "duckdb"} for rule in widest(task.rules)
        ],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": True,
    }


def find_levels(
    connection: duckdb.DuckDBPyConnection, *, table: str, fields: Sequence[Field]
) -> dict[str, list[Level]]:
    """The levels that each field of the table is compared by."""
    return {f.code: levels_of(f, has_new_year=_has_new_year(connection, table, f)) for f in fields}


def _has_new_year(connection: duckdb.DuckDBPyConnection, table: str, field: Field) -> bool:
    """Whether birthdays stand on 1 January far more often than a 365th: there only the year is known."""
    if field.kind is not Kind.BIRTH:
        return False
    row = connection.execute(
        f"select avg((substr(\"{field.code}\", 5, 4) = '0101')::int) from {table}"  # noqa: S608 - own codes
    ).fetchone()
    return row is not None and (row[0] or 0.0) > _NEW_YEAR


def _scored(connection: duckdb.DuckDBPyConnection, *, table: str, task: Task, model: Model) -> Scored:
    prior = model["probability_two_random_records_match"]
    columns = ", ".join(name for code in task.levels for name in _weights_of(code, task=task))
    found = connection.execute(
        f"select unique_id_l as l, unique_id_r as r, match_weight as w, {columns} from {table} order by l, r"  # noqa: S608 - own names
    ).fetchnumpy()
    evidence = found["w"].astype(np.float64) - np.log2(prior / (1 - prior))
    rate = fitted_rate(evidence, n_possible=task.n_possible)
    fitted = {code: np.array(bits) for code, bits in weights_of(model).items()}
    return Scored(
        left=np.minimum(found["l"], found["r"]),
        right=np.maximum(found["l"], found["r"]),
        weight=evidence + np.log2(rate / (1 - rate)),
        agreements={f.code: _levels_met(found[f"mw_{f.code}"], fitted=fitted[f.code]) for f in task.fields},
        parts={
            f.code: np.add.reduce([found[name] for name in _weights_of(f.code, task=task)]).astype(np.float32)
            for f in task.fields
        },
        levels={
            code: (*(level.code for level in levels), "different") for code, levels in task.levels.items()
        },
        n_expected=rate * task.n_possible,
    )


def _weights_of(code: str, *, task: Task) -> list[str]:
    """Splink's columns of a field's bits: of its level and, where values are compared, of their rarity."""
    has_values = any(level.is_exact for level in task.levels[code])
    return [f"mw_{code}", f"mw_tf_adj_{code}"] if has_values else [f"mw_{code}"]


def _levels_met(weights: Floats, *, fitted: Floats) -> npt.NDArray[np.int8]:
    """Which level gave each pair its bits: the number of the nearest; -1 where the field told nothing."""
    values, places = np.unique(weights, return_inverse=True)
    nearest = np.abs(values[:, None] - fitted[None, :]).argmin(axis=1)
    return np.where(values == 0.0, -1, nearest).astype(np.int8)[places]


def fitted_rate(evidence: Floats, *, n_possible: float) -> float:
    """How many of all possible pairs are one person: the fixed point of the model's own expectation."""
    rate = float(1.0 / max(n_possible, 2.0) ** 0.5)
    for _ in range(_ROUNDS):
        odds = np.log2(rate / (1 - rate))
        expected = float(np.sum(1.0 / (1.0 + np.exp2(-(evidence + odds))))) / n_possible
        expected = min(max(expected, 0.5 / n_possible), 0.5)
        if abs(expected - rate) < _CLOSE * rate:
            break
        rate = expected
    return rate
