"""The voices whose labels people should look at: the machine is unsure, or something contradicts it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import duckdb
import msgspec

from zhiyin.insight import dialect
from zhiyin.insight.selection import VoiceFilter, select
from zhiyin.insight.statements import run
from zhiyin.people.scope import Scope

UNSURE_BELOW = 0.7
DOUBTS: Mapping[str, str] = {
    "disputed": "is_disputed",
    "stars": "is_against_stars",
    "opinions": "is_against_opinions",
    "unsure": "is_unsure",
}
"""Kinds of doubt, the strongest first, and the column that tells each."""


class _DoubtRow(msgspec.Struct, frozen=True, kw_only=True):
    feedback_id: str
    day: date
    confidence: float
    is_disputed: bool
    is_against_stars: bool
    is_against_opinions: bool
    is_unsure: bool
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """What is doubtful about a voice; `confidence` is that of its label, 0 to 1."""

    feedback_id: str
    day: date
    doubts: tuple[str, ...]
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubts:
    """The first of the `n` doubtful voices."""

    first: list[Doubt]
    n: int


def list_doubts(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    filter: VoiceFilter,
    disputed: Collection[str],
    settled: Collection[str],
    doubt: str = "",
    limit: int,
) -> Doubts:
    """The most doubtful voices of the filter that count; no text is touched.

    `disputed` are the ids on which people disagree, `settled` those that are left out; `doubt` is one of
    `DOUBTS`, empty for any. Opinions count by the filter as well.
    """
    chosen = select(scope, filter=filter)
    found = run(
        connection,
        "doubtful",
        row=_DoubtRow,
        parameters={
            **chosen.parameters,
            "disputed": sorted(disputed),
            "settled": sorted(settled),
            "unsure_below": UNSURE_BELOW,
            "n_rows": limit,
        },
        kept_voices=chosen.kept_voices,
        kept_opinions=chosen.kept_opinions,
        disputed=dialect.members("$disputed", kind="VARCHAR"),
        settled=dialect.members("$settled", kind="VARCHAR"),
        wanted=DOUBTS.get(doubt) or " OR ".join(DOUBTS.values()),
    )
    first = [
        Doubt(feedback_id=one.feedback_id, day=one.day, doubts=_doubts(one), confidence=one.confidence)
        for one in found
    ]
    return Doubts(first=first, n=found[0].n if found else 0)


def _doubts(one: _DoubtRow) -> tuple[str, ...]:
    return tuple(code for code, column in DOUBTS.items() if getattr(one, column))
