"""What customers do one after the other: ways between steps, time between them, repetition and silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import duckdb
import msgspec

from zhiyin.insight import dialect
from zhiyin.insight.selection import Parameter, VoiceFilter, select
from zhiyin.insight.statements import has_rows, has_table, run
from zhiyin.measure.estimate import SMALL_N, Estimate
from zhiyin.measure.proportions import proportion
from zhiyin.people.scope import Scope

REPEAT = timedelta(days=7)
"""The same step of the same customer within this time is a repetition."""
SILENCE = timedelta(days=30)
"""Nothing of a customer for longer than this is silence."""
CONTACT, PURCHASE = "contact:", "purchase"
"""Steps that are no voices: contacts by channel, and purchases."""


class By(StrEnum):
    """What a voice counts as: its touchpoint, or its channel."""

    TOUCHPOINT = "touchpoint"
    CHANNEL = "channel"


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    step: str
    next_step: str | None
    n: int
    n_customers: int
    median_hours: float | None
    n_judged_repeat: int
    n_repeat: int
    n_judged_silence: int
    n_silent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: `repeats` and `silences` are shares of those that lie far enough back to be judged."""

    code: str
    n: int
    repeats: Estimate
    silences: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """From one step to the next: `share` of the steps that had a next one; hours between, the median."""

    step: str
    next_step: str
    n: int
    n_customers: int
    share: Estimate
    median_hours: float

    @property
    def is_small(self) -> bool:
        """Whether the share rests on few."""
        return self.share.n < SMALL_N


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """Steps and ways, the most frequent first; `sources` says what was looked at beside voices."""

    steps: tuple[Step, ...]
    ways: tuple[Way, ...]
    has_contacts: bool
    has_purchases: bool


def find_paths(
    connection: duckdb.DuckDBPyConnection, *, scope: Scope, filter: VoiceFilter, by: By, now: datetime
) -> Paths:
    """The paths of customers who can be told apart. Period, unit and scope hold for every source.

    What follows after the period's end is not known, so a step counts as judged for repetition or silence
    only if it lies 7 or 30 days before it.
    """
    chosen = select(scope, filter=filter)
    shared = select(
        scope, filter=VoiceFilter(since=filter.since, until=filter.until, unit_ids=filter.unit_ids)
    )
    extra = [name for name in ("contacts", "purchases") if _has(connection, name)]
    end = min(filter.until or now, now)
    parameters: dict[str, Parameter] = {
        **shared.parameters,
        **chosen.parameters,
        "repeat_until": end - REPEAT,
        "silence_until": end - SILENCE,
        "repeat_hours": REPEAT / timedelta(hours=1),
        "silence_hours": SILENCE / timedelta(hours=1),
    }
    hours = dialect.hours_between("moment", "next_moment")
    rows = run(
        connection,
        "journey_steps",
        row=_Row,
        parameters=parameters,
        sources=_sources(by, kept_voices=chosen.kept_voices, all_rows=shared.all_voices, extra=extra),
        hours=hours,
        median_hours=dialect.percentile(hours, share=0.5),
    )
    return Paths(
        steps=_steps(rows),
        ways=_ways(rows),
        has_contacts="contacts" in extra,
        has_purchases="purchases" in extra,
    )


def _has(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    return has_table(connection, name) and has_rows(connection, name)


def _sources(by: By, *, kept_voices: str, all_rows: str, extra: Sequence[str]) -> str:
    """One row a step: customer, step, moment; an order is one step, however many lines it has."""
    parts = [
        f"SELECT author_key AS customer, {by.value} AS step, occurred_at AS moment FROM feedback "  # noqa: S608 - fixed
        f"WHERE {kept_voices} AND author_key IS NOT NULL AND {by.value} IS NOT NULL"
    ]
    if "contacts" in extra:
        parts.append(
            f"SELECT customer_key, '{CONTACT}' || coalesce(channel, ''), occurred_at FROM contacts "  # noqa: S608
            f"WHERE {all_rows} AND customer_key IS NOT NULL"
        )
    if "purchases" in extra:
        parts.append(
            f"SELECT DISTINCT customer_key, '{PURCHASE}', occurred_at FROM purchases "  # noqa: S608
            # An order by itself, which names nobody, goes no way.
            f"WHERE {all_rows} AND customer_key IS DISTINCT FROM order_key"
        )
    return " UNION ALL ".join(parts)


def _steps(rows: Sequence[_Row]) -> tuple[Step, ...]:
    found = []
    for code in dict.fromkeys(row.step for row in rows):
        own = [row for row in rows if row.step == code]
        repeats = proportion(sum(row.n_repeat for row in own), sum(row.n_judged_repeat for row in own))
        silences = proportion(sum(row.n_silent for row in own), sum(row.n_judged_silence for row in own))
        n = sum(row.n for row in own)
        found.append(Step(code=code, n=n, repeats=repeats.one(), silences=silences.one()))
    return tuple(sorted(found, key=lambda one: (-one.n, one.code)))


def _ways(rows: Sequence[_Row]) -> tuple[Way, ...]:
    n_going_on: dict[str, int] = {}
    for row in rows:
        if row.next_step is not None:
            n_going_on[row.step] = n_going_on.get(row.step, 0) + row.n
    found = [
        Way(
            step=row.step,
            next_step=row.next_step,
            n=row.n,
            n_customers=row.n_customers,
            share=proportion(row.n, n_going_on[row.step]).one(),
            median_hours=row.median_hours or 0.0,
        )
        for row in rows
        if row.next_step is not None
    ]
    return tuple(sorted(found, key=lambda one: (-one.n, one.step, one.next_step)))
