"""The whole board in one call."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from zhiyin.insight.board import Board
from zhiyin.insight.queries.aspects import get_mentions, list_aspects
from zhiyin.insight.queries.net import overall_net_sentiment
from zhiyin.insight.queries.overview import get_overview
from zhiyin.insight.queries.units import get_units
from zhiyin.insight.queries.voices import find_answers, get_urgent, get_waits, list_named
from zhiyin.insight.selection import VoiceFilter
from zhiyin.people.scope import Scope


def get_board(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    filter: VoiceFilter | None = None,
    unit_names: Mapping[int, str] | None = None,
    n_aspects: int = 8,
    n_units: int = 5,
    n_urgent: int = 5,
) -> Board:
    """Everything the first board shows, within the asker's scope; zeros and empty lists without voices.

    About a dozen queries: over ten million facts one to two seconds on two cores for all time, a tenth
    of that for a month.

    Raises:
        TypeError: no scope was given.
    """
    wanted = filter or VoiceFilter()
    overview = get_overview(connection, scope=scope, filter=wanted)
    mentions = get_mentions(connection, scope=scope, filter=wanted)
    n = overview.voices.n
    return Board(
        period=overview.period,
        voices=overview.voices,
        rating=overview.rating,
        sentiments=overview.sentiments,
        net_sentiment=overall_net_sentiment(overview, mentions=mentions),
        aspects=list_aspects(
            connection, scope=scope, filter=wanted, n_voices=n, mentions=mentions, limit=n_aspects
        ),
        units=get_units(
            connection,
            scope=scope,
            filter=wanted,
            unit_names=unit_names,
            aspects=mentions.now,
            limit=n_units,
        ),
        waits=get_waits(connection, scope=scope, filter=wanted, n_voices=n),
        signals=list_named(connection, scope=scope, filter=wanted, kind="signals", n_voices=n),
        intents=list_named(connection, scope=scope, filter=wanted, kind="intents", n_voices=n),
        emotions=list_named(connection, scope=scope, filter=wanted, kind="emotions", n_voices=n),
        needs_unmet=list_named(connection, scope=scope, filter=wanted, kind="needs_unmet", n_voices=n),
        urgent=get_urgent(connection, scope=scope, filter=wanted, unit_names=unit_names, limit=n_urgent),
        answers=find_answers(connection, scope=scope, filter=wanted, n_voices=n),
    )
