"""The page of paths: what customers do next, how often again, and after what nothing is heard of them."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

import duckdb
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhiyin.console import numbers
from zhiyin.console.exports import Cell, stream_table, wanted_format
from zhiyin.console.pages import render_page
from zhiyin.insight.headings import with_parameters
from zhiyin.insight.journeys.asking import read_place
from zhiyin.insight.journeys.paths import CONTACT, PURCHASE, By, Paths, Step, Way, find_paths
from zhiyin.insight.state import ViewState
from zhiyin.insight.views.aspects import export_url
from zhiyin.insight.voice_names import channel_names
from zhiyin.insight.wording import wording
from zhiyin.listen.api import open_lake
from zhiyin.people.access import actor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.audit import record_event

_N_WAYS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLine:
    """One step with its name; `url` lists its voices, empty for contacts and purchases."""

    step: Step
    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WayLine:
    """One way with the names of its ends, and the median time in words."""

    way: Way
    name: str
    next_name: str
    url: str
    time: str


@require_safe
@requires(Permission.SUMMARY_READ)
def journey_paths(request: HttpRequest) -> HttpResponse:
    """Steps and ways of customers who can be told apart."""
    state, by = read_place(request), _read_by(request)
    found = _find(state, by=by)
    names = _Names(state)
    ways = [_way_line(one, by=by, names=names, state=state) for one in found.ways[:_N_WAYS]]
    context = {
        "state": state,
        "found": found,
        "steps": [
            StepLine(step=one, name=names.name(one.code, by=by), url=_url(one.code, by=by, state=state))
            for one in found.steps
        ],
        "ways": ways,
        "first": ways[0] if ways else None,
        "n_more": max(0, len(found.ways) - _N_WAYS),
        "is_channel": by is By.CHANNEL,
        "touchpoint_url": with_parameters(request.GET, by=None),
        "channel_url": with_parameters(request.GET, by=By.CHANNEL.value),
        "all_time_url": with_parameters(request.GET, period="all", since=None, until=None),
        "export_url": export_url(request, "journey_paths_export"),
    }
    return render_page(request, "insight/journeys/paths.html", context)


@require_safe
@requires(Permission.FEEDBACK_EXPORT)
def journey_paths_export(request: HttpRequest) -> HttpResponseBase:
    """Every way as a file."""
    state, by = read_place(request), _read_by(request)
    found, names = _find(state, by=by), _Names(state)
    rows: list[list[Cell]] = [
        [
            *(names.name(one.step, by=by), names.name(one.next_step, by=by), one.n, one.n_customers),
            *(one.share.value, one.share.low, one.share.high, one.median_hours),
        ]
        for one in found.ways
    ]
    record_event("journey.exported", by=actor_of(request), details={"rows": len(rows)})
    return stream_table(
        request,
        name="zhiyin-paths",
        columns=[
            *(_("From"), _("To the next"), _("Times"), _("Customers")),
            *(_("Share"), _("low"), _("high"), _("Hours between, median")),
        ],
        rows=rows,
        form=wanted_format(request.GET.get("format", "")),
        n_rows=len(rows),
    )


def _read_by(request: HttpRequest) -> By:
    return By.CHANNEL if request.GET.get("by") == By.CHANNEL else By.TOUCHPOINT


def _find(state: ViewState, *, by: By) -> Paths:
    with closing(_open()) as connection:
        return find_paths(connection, scope=state.scope, filter=state.filter, by=by, now=state.now)


def _open() -> duckdb.DuckDBPyConnection:
    """Voices, and the records that were brought in."""
    lake = open_lake()
    there = set(lake.tables())
    return lake.connect(
        "feedback", "opinions", *(name for name in ("contacts", "purchases") if name in there)
    )


class _Names:
    """Names steps in the page's language."""

    def __init__(self, state: ViewState) -> None:
        self._channels = channel_names(state.language)
        self._words = wording(state.language)

    def name(self, code: str, *, by: By) -> str:
        """What people call the step."""
        if code == PURCHASE:
            return _("Purchase")
        if code.startswith(CONTACT):
            channel = code.removeprefix(CONTACT)
            return _("Contact: %(channel)s") % {"channel": self._channels.get(channel, channel)}
        return self._channels.get(code, code) if by is By.CHANNEL else self._words.name(code)


def _url(code: str, *, by: By, state: ViewState) -> str:
    is_record = code == PURCHASE or code.startswith(CONTACT)
    return "" if is_record else state.url("voices", **{by.value: code})


def _way_line(way: Way, *, by: By, names: _Names, state: ViewState) -> WayLine:
    return WayLine(
        way=way,
        name=names.name(way.step, by=by),
        next_name=names.name(way.next_step, by=by),
        url=_url(way.step, by=by, state=state),
        time=_time(way.median_hours),
    )


def _time(hours: float) -> str:
    if hours < 48:
        return _("%(n)s h") % {"n": numbers.plain(hours)}
    return _("%(n)s days") % {"n": numbers.plain(hours / 24)}
