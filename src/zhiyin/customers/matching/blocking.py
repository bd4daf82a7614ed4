"""Chooses which pairs are compared at all: those that agree in one rare thing or in two common ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product
from zlib import crc32

import duckdb

from zhiyin.customers.matching.kinds import BESIDE, Field, Kind

_WHOLE = "{}"
_HEADS = {
    Kind.FAMILY: ("substr({}, 1, 3)", "right({}, 4)"),
    Kind.GIVEN: ("substr({}, 1, 3)", "right({}, 4)"),
    Kind.BIRTH: ("substr({}, 1, 4)", "substr({}, 5, 4)"),
    Kind.PHONE: ("substr({}, 1, 4)", "right({}, 4)"),
    Kind.NUMBER: ("substr({}, 1, 4)", "right({}, 4)"),
    Kind.EMAIL: ("split_part({}, '@', 1)",),
    Kind.POST: ("left({}, greatest(length({}) - 3, 2))",),
    Kind.PLACE: ("substr({}, 1, 4)",),
    Kind.STREET: ("substr({}, 1, 4)",),
    Kind.WORDS: ("substr({}, 1, 4)",),
}
"""Parts of a field that survive an error elsewhere in it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """Something to agree in: `form` is SQL over the field `code`, whose column stands where `{}` does."""

    code: str
    form: str = _WHOLE

    def sql(self, side: str = "") -> str:
        """The expression, of the record `side` ("l" or "r")."""
        return self.form.replace("{}", f'{side}."{self.code}"' if side else f'"{self.code}"')

    @property
    def column(self) -> str:
        """The column of numbers that `add_keys` makes of it."""
        part = "" if self.form == _WHOLE else f"_{crc32(self.form.encode()):x}"
        return f"agree_{self.code}{part}"

    def implies(self, other: Key) -> bool:
        """Whether whoever agrees in this agrees in `other`: it is the same thing or a part of it."""
        return self == other or (self.code == other.code and self.form == _WHOLE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """Keys that a pair has to agree in together, and how many pairs do."""

    keys: tuple[Key, ...]
    n_pairs: int

    @property
    def sql(self) -> str:
        """The rule over the records l and r."""
        return " and ".join(f"{key.sql('l')} = {key.sql('r')}" for key in self.keys)

    @property
    def columns_sql(self) -> str:
        """The same rule over the columns of numbers."""
        return " and ".join(f'l."{key.column}" = r."{key.column}"' for key in self.keys)

    @property
    def codes(self) -> frozenset[str]:
        """The fields that the rule looks at."""
        return frozenset(key.code for key in self.keys)

    def implies(self, other: Rule) -> bool:
        """Whether every pair of this rule is one of `other` too."""
        return all(any(key.implies(wider) for key in self.keys) for wider in other.keys)


def keys_of(fields: Sequence[Field]) -> list[Key]:
    """What pairs may agree in, from every field that tells people apart."""
    keys = []
    for field in fields:
        if field.kind in (Kind.CATEGORY, Kind.HOUSE, Kind.SURNAME, *BESIDE):
            continue
        if field.kind is Kind.TAIL:
            keys += _of_list(field)
            continue
        keys.append(Key(code=field.code))
        keys += [Key(code=field.code, form=form) for form in _HEADS.get(field.kind, ())]
    return keys


def keys_beside(fields: Sequence[Field]) -> list[Key]:
    """What a pair may agree in beside last digits, which many share in a large company."""
    if not any(field.kind is Kind.TAIL for field in fields):
        return []
    surnames = [key for field in fields if field.kind is Kind.SURNAME for key in _of_list(field)]
    return [*surnames, *(Key(code=field.code) for field in fields if field.kind is Kind.USUAL)]


def _of_list(field: Field) -> list[Key]:
    """Of several the first and the last: most people have one or two."""
    return [Key(code=field.code, form=form) for form in ("list_extract({}, 1)", "list_extract({}, -1)")]


def add_keys(connection: duckdb.DuckDBPyConnection, *, table: str, keys: Sequence[Key]) -> None:
    """Give `table` a column of numbers for each key: they are counted and compared faster than text."""
    made = "".join(
        f', case when {key.sql()} is not null then hash({key.sql()}) end as "{key.column}"' for key in keys
    )
    connection.execute(f"create or replace table {table} as select *{made} from {table}")  # noqa: S608 - own names


def choose_rules(
    connection: duckdb.DuckDBPyConnection, *, table: str, fields: Sequence[Field], n_rows: int
) -> list[Rule]:
    """Rules over `table`, which gets their columns, within the budget of pairs, the most telling first."""
    keys, beside = keys_of(fields), keys_beside(fields)
    add_keys(connection, table=table, keys=[*keys, *beside])
    per_rule = max(200_000, min(40 * n_rows, max(1_000_000, n_rows)))
    singles = [_counted(connection, table, (key,)) for key in keys]
    accepted = [rule for rule in singles if 0 < rule.n_pairs <= per_rule]
    alone = {rule.keys[0].sql() for rule in accepted}
    common = [key for key in keys if key.sql() not in alone]
    tails = {field.code for field in fields if field.kind is Kind.TAIL}
    pairs = [*combinations(common, 2), *product((key for key in common if key.code in tails), beside)]
    doubles = [_counted(connection, table, pair) for pair in pairs if pair[0].code != pair[1].code]
    accepted += [rule for rule in doubles if 0 < rule.n_pairs <= per_rule]
    return _within(accepted, budget=5 * per_rule)


def widest(rules: Sequence[Rule]) -> list[Rule]:
    """Those that choose all the pairs which `rules` do: what another one covers is left out.

    >>> name, head = Key(code="family"), Key(code="family", form="substr({}, 1, 3)")
    >>> [rule.n_pairs for rule in widest([Rule(keys=(name,), n_pairs=4), Rule(keys=(head,), n_pairs=9)])]
    [9]
    """
    return [
        rule
        for n, rule in enumerate(rules)
        if not any(
            rule.implies(other) and (m < n or not other.implies(rule))
            for m, other in enumerate(rules)
            if m != n
        )
    ]


def _within(rules: Sequence[Rule], *, budget: int) -> list[Rule]:
    chosen: list[Rule] = []
    for rule in sorted(rules, key=lambda rule: rule.n_pairs):
        budget -= rule.n_pairs
        if budget < 0:
            break
        chosen.append(rule)
    return chosen


def _counted(connection: duckdb.DuckDBPyConnection, table: str, keys: tuple[Key, ...]) -> Rule:
    told = " and ".join(f'"{key.column}" is not null' for key in keys)
    together = ", ".join(f'"{key.column}"' for key in keys)
    groups = f"select count(*)::double n from {table} where {told} group by {together}"  # noqa: S608 - own codes
    row = connection.execute(f"select coalesce(sum(n * (n - 1) / 2), 0) from ({groups})").fetchone()  # noqa: S608
    assert row is not None
    return Rule(keys=keys, n_pairs=int(row[0]))
