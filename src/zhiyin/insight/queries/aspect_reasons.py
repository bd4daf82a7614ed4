"""Why people speak of an aspect as they do: their words, the causes, and what goes with it."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import msgspec

from zhiyin.insight import dialect
from zhiyin.insight.selection import VoiceFilter, select
from zhiyin.insight.statements import run
from zhiyin.people.scope import Scope

_VOICE = dialect.hash64("feedback_id")


class WordPair(msgspec.Struct, frozen=True, kw_only=True):
    """Term with judgement (either may be empty), in `n` mentions of `n_voices` voices."""

    polarity: str
    term: str
    word: str
    n: int
    n_voices: int


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """How many voices have something, such as a cause."""

    name: str
    n: int


class Together(msgspec.Struct, frozen=True, kw_only=True):
    """Another aspect that `n` of the same voices speak badly of."""

    aspect: str
    aspect_name: str | None
    n: int


def list_word_pairs(
    connection: duckdb.DuckDBPyConnection, *, scope: Scope, filter: VoiceFilter, limit: int = 12
) -> list[WordPair]:
    """The most frequent words said of it, `limit` against and `limit` in favour, by voices."""
    chosen = select(scope, filter=filter)
    return run(
        connection,
        "opinion_words",
        row=WordPair,
        parameters={**chosen.parameters, "n_words": limit},
        kept_opinions=chosen.kept_opinions,
        voice=_VOICE,
    )


def list_causes(connection: duckdb.DuckDBPyConnection, *, scope: Scope, filter: VoiceFilter) -> list[Counted]:
    """Causes of the complaints among those who speak badly of it, the commonest first."""
    chosen = select(scope, filter=replace(filter, polarities=frozenset({"negative"})))
    return run(
        connection,
        "voice_causes",
        row=Counted,
        parameters=chosen.parameters,
        kept_voices=chosen.kept_voices,
    )


def list_together(
    connection: duckdb.DuckDBPyConnection, *, scope: Scope, filter: VoiceFilter, limit: int = 12
) -> tuple[int, list[Together]]:
    """How many voices speak badly of it, and what else they speak badly of, the commonest first."""
    of_aspect = select(scope, filter=replace(filter, polarities=frozenset({"negative"})))
    anything = select(scope, filter=replace(filter, aspects=frozenset(), polarities=frozenset()))
    rows = run(
        connection,
        "aspects_together",
        row=Together,
        parameters={**of_aspect.parameters, **anything.parameters, "members": sorted(filter.aspects)},
        kept_opinions=anything.kept_opinions,
        of_aspect=of_aspect.kept_opinions,
        members=dialect.members("$members", kind="VARCHAR"),
        voice=_VOICE,
    )
    n_unhappy = next((row.n for row in rows if not row.aspect), 0)
    return n_unhappy, [row for row in rows if row.aspect][:limit]
