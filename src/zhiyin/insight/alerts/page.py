"""What the page of one incident shows: its days, what explains it, the voices that tell best, its story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import duckdb
import msgspec
from django.urls import reverse
from django.utils.translation import gettext as _

from zhiyin.console.charts import Chart
from zhiyin.console.numbers import Language
from zhiyin.insight import dialect
from zhiyin.insight.alerts.explaining import Explanation, Part, explain
from zhiyin.insight.alerts.listing import IncidentLine
from zhiyin.insight.alerts.measures import Measure, aspect_measure, read_measure
from zhiyin.insight.alerts.saying import name_channel, name_measure, say_number
from zhiyin.insight.alerts.series_chart import draw_days, list_days
from zhiyin.insight.models import Incident
from zhiyin.insight.naming import aspect_name
from zhiyin.insight.selection import VoiceFilter, select
from zhiyin.insight.statements import run
from zhiyin.insight.wording import wording
from zhiyin.people.models import OrgUnit
from zhiyin.people.queries.units import list_subtree_ids
from zhiyin.people.scope import Scope

_MAX_ROWS = 6
Parameters = dict[str, str | list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of what explains it; `percent` is its share of all that moved that way."""

    name: str
    n: int
    expected: str
    more: str
    percent: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The lines of one dimension."""

    code: str
    title: str
    rows: Sequence[Row]


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """A voice in its masked words."""

    feedback_id: str
    occurred_at: datetime | None
    unit_id: int | None
    channel: str | None
    product: str | None
    stars: float | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks: what may be seen, in which language and zone."""

    scope: Scope
    language: Language
    zone: ZoneInfo


def window_of(incident: Incident, *, scope: Scope) -> VoiceFilter:
    """The voices of the window that showed it most, in the units that it touches and the asker sees."""
    ids = set(list_subtree_ids(incident.unit_id)) if incident.unit_id else set()
    is_whole = incident.unit is not None and incident.unit.parent_id is None
    own = None if is_whole and scope.unit_ids is None else frozenset(ids)
    return VoiceFilter(
        since=incident.peak_at - timedelta(hours=incident.window_hours),
        until=incident.peak_at,
        unit_ids=own,
        channels=frozenset({incident.channel} if incident.channel else ()),
    )


def read_explanation(
    connection: duckdb.DuckDBPyConnection, line: IncidentLine, *, asker: Asker
) -> Explanation:
    """As stored for who sees all of it; else made anew from the voices that the asker may see."""
    incident = line.incident
    if not line.is_part:
        return msgspec.convert(incident.explanation, Explanation)
    return explain(
        connection,
        scope=asker.scope,
        measure=read_measure(incident.measure),
        direction=incident.direction,
        within=window_of(incident, scope=asker.scope),
    )


def make_chart(connection: duckdb.DuckDBPyConnection, line: IncidentLine, *, asker: Asker) -> Chart:
    """The days of what it is about, with what was to be expected."""
    incident = line.incident
    about = _shown_measure(incident)
    points = list_days(
        connection,
        scope=asker.scope,
        measure=about,
        within=window_of(incident, scope=asker.scope),
        first=incident.started_at.astimezone(asker.zone).date(),
        last=incident.last_at.astimezone(asker.zone).date(),
        zone=asker.zone,
    )
    hrefs = {
        point.day: voices_url(incident, measure=about, first=point.day, last=point.day, changes={})
        for point in points
    }
    title = f"{line.where} · {name_measure(about, language=asker.language)}"
    return draw_days(points, title=title, language=asker.language, hrefs=hrefs)


def make_blocks(explanation: Explanation, line: IncidentLine, *, asker: Asker) -> list[Block]:
    """What explains it, by dimension; those without anything are left out."""
    maker = _Rows(line.incident, asker=asker)
    wanted = (
        Block(code="units", title=_("Where"), rows=maker.units(explanation.units)),
        Block(code="subjects", title=_("What they speak of"), rows=maker.subjects(explanation.subjects)),
        Block(code="channels", title=_("Through which channel"), rows=maker.channels(explanation.channels)),
        Block(code="products", title=_("Which product"), rows=maker.plain("product", explanation.products)),
        Block(
            code="touchpoints",
            title=_("At which touchpoint"),
            rows=maker.plain("touchpoint", explanation.touchpoints),
        ),
        Block(code="hours", title=_("At which hour"), rows=maker.hours(explanation.hours)),
    )
    return [block for block in wanted if block.rows]


class _Rows:
    """Makes lines with links to the voices behind them."""

    def __init__(self, incident: Incident, *, asker: Asker) -> None:
        start = incident.peak_at - timedelta(hours=incident.window_hours)
        self._incident, self._language = incident, asker.language
        self._first = start.astimezone(asker.zone).date()
        self._last = incident.peak_at.astimezone(asker.zone).date()
        self._about = read_measure(incident.measure)

    def units(self, parts: Sequence[Part]) -> list[Row]:
        rows = OrgUnit.objects.filter(pk__in=[int(part.name) for part in parts])
        known = {str(pk): (name, code) for pk, name, code in rows.values_list("pk", "name", "code")}
        shown = [part for part in parts if part.name in known][:_MAX_ROWS]
        return [self._row(part, known[part.name][0], {"unit": known[part.name][1]}) for part in shown]

    def subjects(self, parts: Sequence[Part]) -> list[Row]:
        found = []
        for part in parts[:_MAX_ROWS]:
            measure = aspect_measure(part.name, part.polarity or "negative")
            found.append(self._row(part, name_measure(measure, language=self._language), {}, measure=measure))
        return found

    def channels(self, parts: Sequence[Part]) -> list[Row]:
        return [
            self._row(part, name_channel(part.name, language=self._language), {"channel": part.name})
            for part in parts[:_MAX_ROWS]
        ]

    def plain(self, parameter: str, parts: Sequence[Part]) -> list[Row]:
        return [
            self._row(part, self._named(parameter, part.name), {parameter: part.name})
            for part in parts[:_MAX_ROWS]
        ]

    def _named(self, parameter: str, code: str) -> str:
        return wording(self._language).name(code) if parameter == "touchpoint" else code

    def hours(self, parts: Sequence[Part]) -> list[Row]:
        return [
            _line(part, name=f"{int(part.name):02d}:00 – {int(part.name):02d}:59", url="")
            for part in parts[:_MAX_ROWS]
        ]

    def _row(self, part: Part, name: str, changes: Parameters, *, measure: Measure | None = None) -> Row:
        url = voices_url(
            self._incident,
            measure=measure or self._about,
            first=self._first,
            last=self._last,
            changes=changes,
        )
        return _line(part, name=name, url=url)


def read_examples(
    connection: duckdb.DuckDBPyConnection, ids: Sequence[str], line: IncidentLine, *, asker: Asker
) -> list[Example]:
    """The voices with these ids that the asker may see."""
    if not ids:
        return []
    within = window_of(line.incident, scope=asker.scope)
    chosen = select(asker.scope, filter=within)
    return run(
        connection,
        "incident_examples",
        row=Example,
        parameters={**chosen.parameters, "ids": list(ids)},
        all_voices=chosen.kept_voices,
        ids=dialect.members("$ids", kind="VARCHAR"),
    )


def voices_url(incident: Incident, *, measure: Measure, first: date, last: date, changes: Parameters) -> str:
    """Address of the voices behind a figure of the incident."""
    parameters: dict[str, str | list[str]] = {
        "period": "custom",
        "since": first.isoformat(),
        "until": last.isoformat(),
        **{name: list(v) if isinstance(v, tuple) else v for name, v in measure.parameters().items()},
    }
    if incident.unit is not None and incident.unit.parent_id is not None:
        parameters["unit"] = incident.unit.code
    if incident.channel:
        parameters["channel"] = incident.channel
    return f"{reverse('voices')}?{urlencode(parameters | changes, doseq=True)}"


def subject_url(incident: Incident, *, asker: Asker) -> str:
    """Address of all voices of the incident."""
    first = incident.started_at.astimezone(asker.zone).date()
    last = incident.last_at.astimezone(asker.zone).date()
    return voices_url(incident, measure=_shown_measure(incident), first=first, last=last, changes={})


def subject_name(incident: Incident, *, language: Language) -> str:
    """The aspect that it is about, in words; empty where it is a mere number."""
    aspect = read_measure(incident.subject).aspect
    return aspect_name(aspect, language=language) if aspect else ""


def _shown_measure(incident: Incident) -> Measure:
    """The aspect where voices speak of one; a fall is drawn by what fell."""
    subject = read_measure(incident.subject)
    return subject if subject.kind == "aspect" and incident.direction > 0 else read_measure(incident.measure)


def _line(part: Part, *, name: str, url: str) -> Row:
    more = f"{'+' if part.excess > 0 else '−'}{say_number(abs(part.excess))}"
    return Row(
        name=name,
        n=part.n,
        expected=say_number(part.expected),
        more=more,
        percent=round(100 * part.share),
        url=url,
    )
