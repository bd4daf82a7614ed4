"""What voices tell beyond aspects: waits, signals, urgency, and whether they were answered."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import msgspec

from zhiyin.insight import dialect
from zhiyin.insight.board import Answers, Figure, Kind, Named, Urgent, Waits
from zhiyin.insight.queries.urgent import read_urgent
from zhiyin.insight.selection import Selection, VoiceFilter, select
from zhiyin.insight.statements import has_rows, has_table, run
from zhiyin.measure.proportions import proportion
from zhiyin.people.scope import Scope


class _WaitRow(msgspec.Struct, frozen=True, kw_only=True):
    n: int
    n_timed: int
    median_minutes: float | None
    p90_minutes: float | None
    n_long: int


class _NameRow(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    n: int


class _CountRow(msgspec.Struct, frozen=True, kw_only=True):
    n: int


class _AnswerRow(msgspec.Struct, frozen=True, kw_only=True):
    n: int
    median_hours: float | None


def get_waits(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    filter: VoiceFilter | None = None,
    n_voices: int,
) -> Waits:
    """How many of the `n_voices` tell of waiting and how long; over 10 minutes is long."""
    chosen = select(scope, filter=filter or VoiceFilter())
    waits = dialect.fields_where("signals", field="value", condition="member.kind = 'waited'")
    row = run(
        connection,
        "waits",
        row=_WaitRow,
        parameters=chosen.parameters,
        kept_voices=chosen.kept_voices,
        has_signals=dialect.has_members("signals"),
        has_waited=dialect.contains(dialect.field_of("signals", field="kind"), value="'waited'"),
        longest=dialect.highest(waits),
        median=dialect.percentile("minutes", share=0.5),
        p90=dialect.percentile("minutes", share=0.9),
    )[0]
    return Waits(
        share=Figure.of(proportion(row.n, n_voices).one()),
        n=row.n,
        n_timed=row.n_timed,
        median_minutes=row.median_minutes,
        p90_minutes=row.p90_minutes,
        long_share=Figure.of(proportion(row.n_long, row.n_timed).one()),
    )


def list_named(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    filter: VoiceFilter | None = None,
    kind: Kind,
    n_voices: int,
    limit: int = 6,
) -> list[Named]:
    """The most frequent signals, intents, emotions or unmet needs among the `n_voices`, each voice once."""
    chosen = select(scope, filter=filter or VoiceFilter())
    rows = (
        _count_signals(connection, chosen=chosen)
        if kind == "signals"
        else _count_names(connection, chosen=chosen, kind=kind)
    )
    return [
        Named(name=row.name, n=row.n, share=Figure.of(proportion(row.n, n_voices).one()))
        for row in rows[:limit]
    ]


def _count_signals(connection: duckdb.DuckDBPyConnection, *, chosen: Selection) -> list[_NameRow]:
    return run(
        connection,
        "signals",
        row=_NameRow,
        parameters=chosen.parameters,
        kept_voices=chosen.kept_voices,
        each_kind=dialect.each(dialect.field_once("signals", field="kind")),
        has_members=dialect.has_members("signals"),
    )


def _count_names(connection: duckdb.DuckDBPyConnection, *, chosen: Selection, kind: Kind) -> list[_NameRow]:
    column = kind.removesuffix("_unmet")
    return run(
        connection,
        "names",
        row=_NameRow,
        parameters=chosen.parameters,
        kept_voices=chosen.kept_voices,
        each_member=dialect.each(column),
        has_members=dialect.has_members(column),
        condition="TRUE" if kind == column else "NOT member.met",
    )


def get_urgent(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    filter: VoiceFilter | None = None,
    unit_names: Mapping[int, str] | None = None,
    limit: int = 5,
) -> Urgent:
    """The newest voices to be read today or now, with masked words.

    Solicited voices are not left out here. The texts of only these few rows are read.
    """
    chosen = select(scope, filter=filter or VoiceFilter())
    n = run(
        connection,
        "urgent_count",
        row=_CountRow,
        parameters=chosen.parameters,
        all_voices=chosen.all_voices,
    )[0].n
    if not n:
        return Urgent(n=0, newest=[])
    newest = read_urgent(
        connection,
        condition=chosen.all_voices,
        parameters=chosen.parameters,
        unit_names=unit_names or {},
        limit=limit,
    )
    return Urgent(n=n, newest=newest)


def find_answers(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    filter: VoiceFilter | None = None,
    n_voices: int,
) -> Answers | None:
    """Share of the `n_voices` that count with an answer, as the scoreboard has it.

    None where no source carries answers at all: then their absence says nothing.
    """
    if not has_table(connection, "replies") or not has_rows(connection, "replies"):
        return None
    chosen = select(scope, filter=filter or VoiceFilter())
    row = run(
        connection,
        "answers",
        row=_AnswerRow,
        parameters=chosen.parameters,
        all_replies=chosen.all_replies,
        kept_voices=chosen.kept_voices,
        voice=dialect.hash64("feedback_id"),
        hours=dialect.hours_between("occurred_at", "replied_at"),
        median=dialect.percentile("hours", share=0.5),
    )[0]
    # A reply can be stored a moment before its voice: never more answers than voices.
    share = proportion(min(row.n, n_voices), n_voices).one()
    return Answers(share=Figure.of(share), median_hours=row.median_hours)
