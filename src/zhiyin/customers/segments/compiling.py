"""A definition as one condition of DuckDB on the view `customers` of the roll-up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import singledispatchmethod

from zhiyin.customers.segments.definition import (
    Amount,
    Bought,
    Condition,
    Contacted,
    Did,
    Figure,
    Group,
    Last,
    Owns,
    Rated,
    SeenAt,
    Spoke,
    Trait,
    Visited,
    Wrote,
)

Value = str | int | float | datetime | date | list[int]
UnitsOf = Callable[[str], frozenset[int]]

_LAST = {
    "anything": "recency_days",
    "voice": "days_since_voice",
    "purchase": "days_since_purchase",
    "contact": "days_since_contact",
    "complaint": "days_since_complaint",
    "visit": "days_since_visit",
}
_SIGNS = {"at_least": ">=", "at_most": "<="}
_JOINTS = {"all": " AND ", "any": " OR ", "none": " OR "}


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A condition in SQL, true or false and never NULL, with the values that it names."""

    sql: str
    parameters: dict[str, Value] = field(default_factory=dict)


def compile_definition(definition: Group, *, now: datetime, units_of: UnitsOf) -> Compiled:
    """The condition; "the last n days" end at `now`. `units_of` gives the units of a code, with those
    below it, none for a code that nobody knows.
    """
    compiler = _Compiler(now=now, units_of=units_of)
    sql = compiler.group(definition)
    return Compiled(sql=sql or "TRUE", parameters=compiler.parameters)


class _Compiler:
    def __init__(self, *, now: datetime, units_of: UnitsOf) -> None:
        self.parameters: dict[str, Value] = {}
        self._now = now
        self._units_of = units_of

    def group(self, group: Group) -> str:
        """The parts joined; empty where there is nothing to ask."""
        parts = [
            self.group(part) if isinstance(part, Group) else self.condition(part) for part in group.parts
        ]
        joined = _JOINTS[group.op].join(f"({part})" for part in parts if part)
        return f"NOT ({joined})" if joined and group.op == "none" else joined

    @singledispatchmethod
    def condition(self, condition: Condition) -> str:
        """One condition."""
        raise TypeError(f"No SQL for a condition {type(condition).__name__}.")

    @condition.register
    def _(self, condition: Figure) -> str:
        sign = _SIGNS[condition.compare]
        return f"coalesce({condition.column} {sign} {self._name(condition.value)}, FALSE)"

    @condition.register
    def _(self, condition: Last) -> str:
        column = _LAST[condition.what]
        # Who did it less than a day ago did it 0 days ago.
        sql = f"{column} {_SIGNS[condition.compare]} {self._name(condition.days)}"
        return f"coalesce({sql}, {'TRUE' if condition.or_never else 'FALSE'})"

    @condition.register
    def _(self, condition: Spoke) -> str:
        where = [
            *self._equal("aspect", condition.aspect),
            *self._equal("polarity", condition.polarity),
            *self._since(condition.days),
        ]
        return self._counted("fact_opinions", where, compare=condition.compare, n=condition.n)

    @condition.register
    def _(self, condition: Wrote) -> str:
        where = [
            *self._equal("sentiment", condition.sentiment),
            *self._equal("channel", condition.channel),
            *self._equal("product", condition.product),
            *([f"list_contains(intents, {self._name(condition.intent)})"] if condition.intent else []),
            *self._since(condition.days),
        ]
        return self._counted("fact_voices", where, compare=condition.compare, n=condition.n)

    @condition.register
    def _(self, condition: Rated) -> str:
        column = "stars" if condition.scale == "stars" else "rating"
        where = [f"{column} {_SIGNS[condition.compare]} {self._name(condition.value)}"]
        if condition.scale == "nps":
            where.append("rating_scale = 10")
        return self._counted("fact_voices", [*where, *self._since(condition.days)], compare="at_least", n=1)

    @condition.register
    def _(self, condition: Bought) -> str:
        where = [
            *self._equal("product", condition.product),
            *self._equal("channel", condition.channel),
            *self._since(condition.days),
        ]
        of = "sum(amount)" if condition.measure == "amount" else "count(DISTINCT order_key)"
        return self._counted("fact_purchases", where, compare=condition.compare, n=condition.n, of=of)

    @condition.register
    def _(self, condition: Contacted) -> str:
        where = [
            *self._equal("channel", condition.channel),
            *(["is_resolved IS FALSE"] if condition.is_unresolved else []),
            *self._since(condition.days),
        ]
        return self._counted("fact_contacts", where, compare=condition.compare, n=condition.n)

    @condition.register
    def _(self, condition: Visited) -> str:
        where = [
            *self._equal("purpose", condition.purpose),
            *self._equal("channel", condition.channel),
            *self._since(condition.days),
        ]
        return self._counted("fact_visits", where, compare=condition.compare, n=condition.n)

    @condition.register
    def _(self, condition: Did) -> str:
        where = [*self._equal("name", condition.name), *self._since(condition.days)]
        return self._counted("fact_events", where, compare=condition.compare, n=condition.n)

    @condition.register
    def _(self, condition: Owns) -> str:
        where = self._equal("product", condition.product)
        if condition.warranty_days is not None:
            end = self._name(self._now + timedelta(days=condition.warranty_days))
            where.append(f"warranty_until BETWEEN {self._name(self._now)} AND {end}")
        return self._counted("fact_owned", where, compare="at_least", n=1)

    @condition.register
    def _(self, condition: SeenAt) -> str:
        units = self._name(sorted(self._units_of(condition.unit)))
        return f"coalesce(list_has_any(units, CAST({units} AS BIGINT[])), FALSE)"

    @condition.register
    def _(self, condition: Trait) -> str:
        value = f"traits[{self._name(condition.name)}]"
        if condition.compare == "is_known":
            return f"({value} IS NOT NULL)"
        wanted = self._name(condition.value.strip())
        if condition.compare in _SIGNS:
            sign = _SIGNS[condition.compare]
            return f"coalesce(TRY_CAST({value} AS DOUBLE) {sign} CAST({wanted} AS DOUBLE), FALSE)"
        if condition.compare == "contains":
            return f"coalesce(contains(lower({value}), lower({wanted})), FALSE)"
        is_it = f"coalesce(lower({value}) = lower({wanted}), FALSE)"
        return is_it if condition.compare == "is" else f"NOT {is_it}"

    def _counted(
        self, view: str, where: list[str], *, compare: Amount, n: float, of: str = "count(*)"
    ) -> str:
        """Whether the facts that meet the conditions are at least `n`, or fewer."""
        named = " AND ".join(where) or "TRUE"
        facts = f"SELECT number FROM {view} WHERE {named}"  # noqa: S608 - values are parameters
        if n > 1 or of == "sum(amount)":
            facts += f" GROUP BY number HAVING {of} >= {self._name(n)}"
        return f"number {'IN' if compare == 'at_least' else 'NOT IN'} ({facts})"

    def _equal(self, column: str, value: str) -> list[str]:
        return [f"{column} = {self._name(value)}"] if value else []

    def _since(self, days: int | None) -> list[str]:
        return [f"occurred_at >= {self._name(self._now - timedelta(days=days))}"] if days else []

    def _name(self, value: Value) -> str:
        name = f"v{len(self.parameters)}"
        self.parameters[name] = value
        return f"${name}"
