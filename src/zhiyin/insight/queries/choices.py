"""What the filters of the list of voices can be set to: the values that the data hold, with counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal, get_args

import duckdb
import msgspec
from msgspec import structs

from zhiyin.insight import dialect
from zhiyin.insight.selection import Selection, VoiceFilter, select
from zhiyin.insight.statements import run
from zhiyin.people.scope import Scope

Plain = Literal["channel", "source", "touchpoint", "product", "sentiment", "cause", "stars", "urgency"]
Listed = Literal["emotion", "intent", "signal", "need"]
MAX_VALUES = 40
LONG_PERIOD = timedelta(days=92)
UNCOUNTED = -1
_COLUMNS: tuple[Plain, ...] = get_args(Plain)


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One value and how many voices have it, `UNCOUNTED` where unknown; `name` is the stored one."""

    value: str
    n: int
    name: str | None = None


class _PlainRow(msgspec.Struct, frozen=True, kw_only=True):
    kind: Plain
    value: str
    n: int


def list_choices(
    connection: duckdb.DuckDBPyConnection, *, scope: Scope, filter: VoiceFilter, now: datetime
) -> Mapping[str, list[Choice]]:
    """By parameter of the address, the values among the voices of the period and unit, most frequent first.

    Other conditions of the filter are left aside, so that a choice can be widened again. Of a period
    longer than `LONG_PERIOD` its end alone is looked at, and nothing is counted (`n` is `UNCOUNTED`):
    counting years for a list of choices would take seconds. Six statements.
    """
    around = VoiceFilter(
        since=filter.since,
        until=filter.until,
        unit_ids=filter.unit_ids,
        include_excluded=filter.include_excluded,
    )
    start = (filter.until or now) - LONG_PERIOD
    if filter.since is not None and filter.since >= start:
        return _count_choices(connection, chosen=select(scope, filter=around))
    of_end = _count_choices(connection, chosen=select(scope, filter=replace(around, since=start)))
    if not any(of_end.values()):  # whoever looks at old data alone waits for it
        return _count_choices(connection, chosen=select(scope, filter=around))
    return {name: [structs.replace(one, n=UNCOUNTED) for one in values] for name, values in of_end.items()}


def _count_choices(connection: duckdb.DuckDBPyConnection, *, chosen: Selection) -> dict[str, list[Choice]]:
    found: dict[str, list[Choice]] = {name: [] for name in _COLUMNS}
    for row in _list_plain(connection, chosen=chosen):
        found[row.kind].append(Choice(value=row.value, n=row.n))
    for kind in get_args(Listed):
        found[kind] = _list_named(connection, chosen=chosen, kind=kind)
    found["aspect"] = run(
        connection,
        "choices_aspects",
        row=Choice,
        parameters=chosen.parameters,
        kept_opinions=chosen.kept_opinions,
    )
    return found


def _list_plain(connection: duckdb.DuckDBPyConnection, *, chosen: Selection) -> list[_PlainRow]:
    kinds = " ".join(f"WHEN grouping({name}) = 0 THEN '{name}'" for name in _COLUMNS)
    return run(
        connection,
        "choices",
        row=_PlainRow,
        parameters={**chosen.parameters, "n_values": MAX_VALUES},
        kept_voices=chosen.kept_voices,
        kind=f"CASE {kinds} END",
        columns=", ".join(_COLUMNS),
        sets=", ".join(f"({name})" for name in _COLUMNS),
    )


def _list_named(connection: duckdb.DuckDBPyConnection, *, chosen: Selection, kind: Listed) -> list[Choice]:
    column = f"{kind}s"
    field = "kind" if kind == "signal" else "name"
    names = (
        dialect.fields_where(column, field=field, condition="NOT member.met")
        if kind == "need"
        else dialect.field_once(column, field=field)
    )
    return run(
        connection,
        "choices_named",
        row=Choice,
        parameters=chosen.parameters,
        kept_voices=chosen.kept_voices,
        each_name=dialect.each(names),
        has_members=dialect.has_members(column),
    )
