"""The parts of Home, each asked for by itself, so that the first of them stands at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import duckdb

from zhiyin.insight.board import UnitLine
from zhiyin.insight.charts.trend import net_sentiment_line, sentiment_panels
from zhiyin.insight.queries.aspects import get_mentions, list_aspects
from zhiyin.insight.queries.attention import count_voices, list_urgent
from zhiyin.insight.queries.movements import list_movements
from zhiyin.insight.queries.overview import get_overview
from zhiyin.insight.queries.trends import list_trend
from zhiyin.insight.queries.units import get_units
from zhiyin.insight.queries.voices import find_answers, get_waits
from zhiyin.insight.state import ViewState
from zhiyin.insight.today.emptiness import explain_emptiness
from zhiyin.insight.today.figures import list_cards, list_service_cards
from zhiyin.insight.today.incidents import list_incident_notices
from zhiyin.insight.today.sentences import list_notices, say_answer
from zhiyin.insight.today.summary import get_summary
from zhiyin.listen.api import open_lake
from zhiyin.listen.queries import list_channels
from zhiyin.people.models import OrgUnit
from zhiyin.people.queries.units import unit_names

Context = Mapping[str, object]
N_ASPECTS = 6
N_URGENT = 5
N_UNITS = 5
_MIN_TREND = timedelta(days=2)


def make_answer(state: ViewState) -> Context:
    """The answer, what needs attention, and the figures; or why there is nothing."""
    with _connect() as connection:
        summary = get_summary(connection, state=state)
        emptiness = explain_emptiness(connection, state=state) if summary.is_empty else None
    return {
        "emptiness": emptiness,
        "answer": say_answer(summary, state=state),
        "notices": [*list_incident_notices(state), *list_notices(summary, state=state)],
        "cards": list_cards(summary, state=state),
    }


def make_urgent(state: ViewState) -> Context:
    """The latest urgent voices with their words."""
    names = unit_names(scope=state.scope)
    with _connect() as connection:
        voices = list_urgent(
            connection, scope=state.scope, filter=state.filter, unit_names=names, limit=N_URGENT
        )
    return {"urgent": voices, "channels": _channel_names(state)}


def make_aspects(state: ViewState) -> Context:
    """The most harmful aspects with the words people use, beside those that became worse."""
    scope, wanted = state.scope, state.filter
    with _connect() as connection:
        mentions = get_mentions(connection, scope=scope, filter=wanted)
        aspects = list_aspects(
            connection,
            scope=scope,
            filter=wanted,
            n_voices=count_voices(connection, scope=scope, filter=wanted),
            mentions=mentions,
            limit=N_ASPECTS,
        )
        movements = list_movements(connection, scope=scope, filter=wanted, mentions=mentions, limit=N_ASPECTS)
    return {"aspects": aspects, "movements": movements}


def make_service(state: ViewState) -> Context:
    """Waits and answers."""
    scope, wanted = state.scope, state.filter
    with _connect() as connection:
        n_voices = count_voices(connection, scope=scope, filter=wanted)
        waits = get_waits(connection, scope=scope, filter=wanted, n_voices=n_voices)
        answers = find_answers(connection, scope=scope, filter=wanted, n_voices=n_voices)
    return {"service_cards": list_service_cards(waits, answers, state=state)}


def make_trend(state: ViewState) -> Context:
    """Voices by sentiment and net sentiment, day by day; no charts where the period is too short."""
    scope, wanted = state.scope, state.filter
    with _connect() as connection:
        span = _span(connection, state=state)
        if span is None or span[1] - span[0] < _MIN_TREND:
            return {"trend": []}
        points = list_trend(
            connection, scope=scope, filter=wanted, zone=state.zone, since=span[0], until=span[1]
        )
    return {"trend": [sentiment_panels(points, state=state), net_sentiment_line(points, state=state)]}


def make_units(state: ViewState) -> Context:
    """Units that stand out, with what is spoken badly of there."""
    scope, wanted = state.scope, state.filter
    with _connect() as connection:
        mentions = get_mentions(connection, scope=scope, filter=wanted)
        units = get_units(
            connection,
            scope=scope,
            filter=wanted,
            unit_names=unit_names(scope=scope),
            aspects=mentions.now,
            limit=N_UNITS,
        )
    lines: list[UnitLine] = [*units.worse, *units.better]
    codes = OrgUnit.objects.filter(pk__in=[line.unit_id for line in lines]).values_list("pk", "code")
    return {"units": units, "unit_codes": dict(codes)}


def has_several_units(state: ViewState) -> bool:
    """Whether units can be compared: not for one store alone."""
    chosen, allowed = state.filter.unit_ids, state.scope.unit_ids
    if chosen is not None:
        return len(chosen if allowed is None else chosen & allowed) > 1
    return len(allowed) > 1 if allowed is not None else OrgUnit.objects.count() > 1


def _connect() -> duckdb.DuckDBPyConnection:
    # Some filters look into `replies` too (answered or not).
    return open_lake().connect("feedback", "opinions", "replies")


def _span(connection: duckdb.DuckDBPyConnection, *, state: ViewState) -> tuple[datetime, datetime] | None:
    """The period, or for all time that of the voices found; None without any."""
    since, until = state.filter.since, state.filter.until
    if since is not None and until is not None:
        return since, until
    found = get_overview(connection, scope=state.scope, filter=state.filter).period
    if found.oldest is None or found.newest is None:
        return None
    return found.oldest.astimezone(UTC), found.newest.astimezone(UTC) + timedelta(microseconds=1)


def _channel_names(state: ViewState) -> dict[str, str]:
    return {
        channel.code: channel.name_zh if state.language == "zh" else channel.name_en
        for channel in list_channels()
    }
