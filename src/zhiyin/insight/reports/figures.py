"""The figures of a report, gathered once and kept as they were."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import msgspec
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.html import format_html

from zhiyin.console.numbers import Language
from zhiyin.insight.alerts.listing import list_incidents
from zhiyin.insight.board import AspectLine, Figure, Units, UrgentVoice
from zhiyin.insight.naming import aspect_name
from zhiyin.insight.queries.aspects import Mentions, get_mentions, list_aspects
from zhiyin.insight.queries.attention import UrgentCounts, count_urgent, list_urgent
from zhiyin.insight.queries.movements import Movements, list_movements
from zhiyin.insight.queries.net import overall_net_sentiment
from zhiyin.insight.queries.overview import Overview, get_overview
from zhiyin.insight.queries.trends import TrendPoint, list_trend
from zhiyin.insight.queries.units import get_units
from zhiyin.insight.queries.voices import find_answers, get_waits
from zhiyin.insight.state import ViewState, make_state
from zhiyin.insight.today.figures import Card, list_cards, list_service_cards
from zhiyin.insight.today.sentences import list_notices, say_answer
from zhiyin.insight.today.summary import Summary
from zhiyin.listen.api import open_lake
from zhiyin.measure.comparison import Change
from zhiyin.measure.counts import count_change
from zhiyin.people.models import OrgUnit
from zhiyin.people.queries.units import unit_names
from zhiyin.people.scope import Scope

PARTS = ("summary", "incidents", "aspects", "units", "service", "urgent")
_N_ASPECTS, _N_UNITS, _N_URGENT, _N_INCIDENTS = 8, 5, 5, 5
_TREND_BEFORE = timedelta(days=13)


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence as HTML with links to its rows; `tone` is `urgent`, `bad`, `good` or empty."""

    html: str
    tone: str = ""


class ReportFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a report says, in the words and with the names of its day.

    Parts that were not chosen are None.
    """

    version: int = 1
    overview: Overview
    net_sentiment: Figure
    voices_change: Change | None
    movements: Movements
    urgent_counts: UrgentCounts
    answer: list[Line]
    notices: list[Line]
    cards: list[Card]
    aspect_names: dict[str, str]
    unit_codes: dict[int, str]
    incidents: list[Line] | None = None
    aspects: list[AspectLine] | None = None
    units: Units | None = None
    urgent: list[UrgentVoice] | None = None
    trend: list[TrendPoint] | None = None


_decode = msgspec.json.Decoder(ReportFigures).decode


def pack(figures: ReportFigures) -> bytes:
    """The figures as they are kept."""
    return msgspec.json.encode(figures, enc_hook=_plain)


def unpack(packed: bytes) -> ReportFigures:
    """The figures as they were.

    Raises:
        msgspec.DecodeError: they are not ours.
    """
    return _decode(packed)


def _plain(value: object) -> str:
    """Words that Django marked as safe are a kind of `str` of their own."""
    if isinstance(value, str):
        return str.__str__(value)[:]
    raise NotImplementedError(f"A report holds a {type(value).__name__}.")


def make_report_state(
    *, first: date, last: date, unit: OrgUnit | None, scope: Scope, language: Language, zone: ZoneInfo
) -> ViewState:
    """The rows that a report of these days speaks of; its links name the days, so that they stay."""
    given = QueryDict(mutable=True)
    given.update({"period": "custom", "since": first.isoformat(), "until": last.isoformat()})
    if unit is not None:
        given["unit"] = unit.code
    with timezone.override(zone), translation.override("zh-hans" if language == "zh" else "en"):
        return make_state(given, scope=scope, customers=None)


def gather(state: ViewState, *, parts: Collection[str], language: Language) -> ReportFigures:
    """The figures of the state's rows. Some ten passes over its days."""
    with (
        timezone.override(state.zone),
        translation.override("zh-hans" if language == "zh" else "en"),
        open_lake().connect("feedback", "opinions", "replies") as connection,
    ):
        return _gather(connection, state=state, parts=parts, language=language)


def _gather(
    connection: duckdb.DuckDBPyConnection, *, state: ViewState, parts: Collection[str], language: Language
) -> ReportFigures:
    scope, wanted = state.scope, state.filter
    overview = get_overview(connection, scope=scope, filter=wanted)
    mentions = get_mentions(connection, scope=scope, filter=wanted)
    n = overview.voices.n
    aspects = list_aspects(
        connection, scope=scope, filter=wanted, n_voices=n, mentions=mentions, limit=_N_ASPECTS
    )
    movements = list_movements(connection, scope=scope, filter=wanted, mentions=mentions, limit=3)
    units = _units(connection, state=state, mentions=mentions) if "units" in parts else None
    before = overview.voices.n_before
    summary = Summary(
        overview=overview,
        net_sentiment=overall_net_sentiment(overview, mentions=mentions),
        voices_change=None if before is None else count_change(n, before),
        worst=aspects[0] if aspects else None,
        movements=movements,
        urgent=count_urgent(connection, scope=scope, filter=wanted),
    )
    return ReportFigures(
        overview=overview,
        net_sentiment=summary.net_sentiment,
        voices_change=summary.voices_change,
        movements=movements,
        urgent_counts=summary.urgent,
        answer=[Line(html=str(line)) for line in say_answer(summary, state=state)],
        notices=[Line(html=str(one.text), tone=one.tone) for one in list_notices(summary, state=state)],
        cards=[
            *list_cards(summary, state=state),
            *(_service(connection, state=state, n=n) if "service" in parts else []),
        ],
        aspect_names=_names(aspects, movements=movements, units=units, language=language),
        unit_codes=_codes(units),
        incidents=_incidents(state) if "incidents" in parts else None,
        aspects=aspects if "aspects" in parts else None,
        units=units,
        urgent=_urgent(connection, state=state) if "urgent" in parts else None,
        trend=_trend(connection, state=state) if "summary" in parts else None,
    )


def _incidents(state: ViewState) -> list[Line]:
    """What goes on in the units of the report, the most urgent first, each with its page."""
    units = state.filter.unit_ids
    scope = state.scope if units is None else state.scope.narrowed_to(units)
    found, _n = list_incidents(scope=scope, language=state.language, now=state.now)
    return [
        Line(html=str(format_html('<a href="/alerts/{}/">{}</a>', one.incident.pk, one.headline)))
        for one in found[:_N_INCIDENTS]
    ]


def _service(connection: duckdb.DuckDBPyConnection, *, state: ViewState, n: int) -> list[Card]:
    waits = get_waits(connection, scope=state.scope, filter=state.filter, n_voices=n)
    answers = find_answers(connection, scope=state.scope, filter=state.filter, n_voices=n)
    return list_service_cards(waits, answers, state=state)


def _units(connection: duckdb.DuckDBPyConnection, *, state: ViewState, mentions: Mentions) -> Units:
    return get_units(
        connection,
        scope=state.scope,
        filter=state.filter,
        unit_names=unit_names(scope=state.scope),
        aspects=mentions.now,
        limit=_N_UNITS,
    )


def _urgent(connection: duckdb.DuckDBPyConnection, *, state: ViewState) -> list[UrgentVoice]:
    names = unit_names(scope=state.scope)
    return list_urgent(connection, scope=state.scope, filter=state.filter, unit_names=names, limit=_N_URGENT)


def _trend(connection: duckdb.DuckDBPyConnection, *, state: ViewState) -> list[TrendPoint]:
    """The days of the report; of a single day the two weeks that end with it."""
    since, until = state.filter.since, state.filter.until
    if since is None or until is None:
        return []
    if until - since < timedelta(days=2):
        since = _midnight(since.astimezone(state.zone).date() - _TREND_BEFORE, zone=state.zone)
    return list_trend(
        connection,
        scope=state.scope,
        filter=replace(state.filter, since=since),
        zone=state.zone,
        since=since,
        until=until,
    )


def _midnight(day: date, *, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _names(
    aspects: list[AspectLine], *, movements: Movements, units: Units | None, language: Language
) -> dict[str, str]:
    stored: dict[str, str | None] = {line.aspect: line.aspect_name for line in aspects}
    stored |= {move.aspect: move.aspect_name for move in [*movements.worsened, *movements.improved]}
    for unit in [*units.worse, *units.better] if units else []:
        if unit.main_aspect is not None:
            stored[unit.main_aspect] = unit.main_aspect_name
    return {code: aspect_name(code, language=language, stored=name) for code, name in stored.items()}


def _codes(units: Units | None) -> dict[int, str]:
    ids = [line.unit_id for line in [*units.worse, *units.better]] if units else []
    return dict(OrgUnit.objects.filter(pk__in=ids).values_list("pk", "code"))
