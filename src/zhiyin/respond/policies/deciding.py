"""Asks a table: the engine compiles each once, and every answer tells which rows fitted."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec
import zen

from zhiyin.respond.policies.kinds import Answer, GrantKind
from zhiyin.respond.policies.tables import Row, Table, read_jdm

Value = float | int | str | bool | None
_engine = zen.ZenEngine()
_STRICTNESS = (Answer.YES, Answer.YES_IF, Answer.NEEDS_APPROVAL, Answer.INSTEAD)
MAX_CENTS = 10_000_000_00


class Fired(msgspec.Struct, frozen=True, kw_only=True):
    """A row that fitted: its number from 1 on, its note, and each condition with the value it met."""

    row: int
    note: str
    met: tuple[tuple[str, str, Value], ...]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What the table says. `fired` is empty where no row fits; then somebody above decides."""

    answer: Answer
    fired: tuple[Fired, ...] = ()
    kind: GrantKind = GrantKind.NONE
    amount_cents: int = 0
    points: int = 0
    reason_zh: str = ""
    reason_en: str = ""
    condition_zh: str = ""
    condition_en: str = ""
    approvers: str = ""


NOTHING_FITS = Outcome(
    answer=Answer.UNKNOWN,
    reason_zh="您的情况比较特殊，我们请主管来看，{due}前答复您。",
    reason_en="Your matter is unusual: a manager looks at it, and we answer you by {due}.",
    approvers="above",
)


class _Compiled:
    """A table with what the engine made of it."""

    def __init__(self, jdm: str) -> None:
        self.table = read_jdm(jdm)
        self.decision = _engine.create_decision(jdm)


@lru_cache(maxsize=256)
def _compile(jdm: str) -> _Compiled:
    return _Compiled(jdm)


def table_of(jdm: str) -> Table:
    """The table of a version, read once."""
    return _compile(jdm).table


def decide(jdm: str, given: Mapping[str, Value]) -> Outcome:
    """What the table says to these figures; well below a millisecond once it is compiled."""
    compiled = _compile(jdm)
    found: Any = compiled.decision.evaluate(json.dumps(dict(given)), {"trace": True})
    trace = found["trace"]["table"]
    hits, results = trace["traceData"], found["result"]
    if not hits:
        return NOTHING_FITS
    if not isinstance(hits, list):
        hits, results = [hits], [results]
    return _sum_up(compiled.table, [int(hit["index"]) for hit in hits], results=results, given=given)


def _sum_up(
    table: Table, indexes: Sequence[int], *, results: Sequence[Mapping[str, Any]], given: Mapping[str, Value]
) -> Outcome:
    rows = [table.rows[i] for i in indexes]
    answer = max((Answer(row.answer) for row in rows), key=_STRICTNESS.index)
    is_given = answer is not Answer.INSTEAD
    return Outcome(
        answer=answer,
        fired=tuple(_fired(table, i, given=given) for i in indexes),
        kind=GrantKind(next((row.kind for row in rows if row.kind), "")) if is_given else GrantKind.NONE,
        amount_cents=min(sum(_figure(one, "amount", times=100) for one in results), MAX_CENTS)
        if is_given
        else 0,
        points=min(sum(_figure(one, "points") for one in results), MAX_CENTS) if is_given else 0,
        approvers=" > ".join(dict.fromkeys(row.approvers for row in rows if row.approvers)),
        reason_zh=_join(rows, "reason_zh", sign=""),
        reason_en=_join(rows, "reason_en", sign=" "),
        condition_zh=_join(rows, "condition_zh", sign="；"),
        condition_en=_join(rows, "condition_en", sign="; "),
    )


def _fired(table: Table, index: int, *, given: Mapping[str, Value]) -> Fired:
    row = table.rows[index]
    met = tuple(
        (column.field, cell, given.get(column.field))
        for column, cell in zip(table.columns, row.cells, strict=False)
        if cell
    )
    return Fired(row=index + 1, note=row.note, met=met)


def _figure(result: Mapping[str, Any], name: str, *, times: int = 1) -> int:
    value = result.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return 0
    return max(0, int(value * times + 0.5))


def _join(rows: Sequence[Row], name: str, *, sign: str) -> str:
    return sign.join(dict.fromkeys(filter(None, (getattr(row, name) for row in rows))))
