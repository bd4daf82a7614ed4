"""The page "now" for the incident room, and the rows behind its figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing

import duckdb
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhiyin.console.exports import stream_table, wanted_format
from zhiyin.console.pages import render_page, wanted_part
from zhiyin.insight.headings import with_parameters
from zhiyin.insight.now.alerts import list_alerts
from zhiyin.insight.now.chart import minutes_chart
from zhiyin.insight.now.counts import read_minutes, read_usual
from zhiyin.insight.now.figures import make_glance
from zhiyin.insight.now.units import list_unit_lines
from zhiyin.insight.now.window import Window, make_rows_state, make_window
from zhiyin.insight.now.words import list_rising
from zhiyin.insight.queries.attention import list_urgent
from zhiyin.insight.queries.rows import TABLES, count_rows, iterate_rows, list_rows
from zhiyin.insight.today.parts import has_several_units
from zhiyin.insight.unit_choices import list_unit_choices
from zhiyin.insight.voice_files import VoiceTable, counted
from zhiyin.insight.voice_list import make_lines, read_number
from zhiyin.insight.voice_names import channel_names
from zhiyin.listen.api import open_lake
from zhiyin.people.access import actor_of, scope_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.queries.units import unit_names
from zhiyin.people.services.audit import record_event

Context = Mapping[str, object]
N_URGENT = 6


def _glance(window: Window) -> Context:
    with closing(_connect()) as connection:
        minutes = read_minutes(connection, window=window)
        usual = read_usual(connection, window=window)
    return {
        "glance": make_glance(minutes, usual=usual, window=window),
        "chart": minutes_chart(minutes, usual=usual, window=window),
    }


def _alerts(window: Window) -> Context:
    return {"alerts": list_alerts(window.state)}


def _urgent(window: Window) -> Context:
    state = window.state
    with closing(_connect()) as connection:
        voices = list_urgent(
            connection,
            scope=state.scope,
            filter=state.filter,
            unit_names=unit_names(scope=state.scope),
            limit=N_URGENT,
        )
    return {"urgent": voices, "channels": channel_names(state.language), "urgent_url": window.url(urgency=2)}


def _units(window: Window) -> Context:
    with closing(_connect()) as connection:
        return {"units": list_unit_lines(connection, window=window)}


def _words(window: Window) -> Context:
    with closing(_connect()) as connection:
        return {"words": list_rising(connection, window=window)}


_PARTS: dict[str, Callable[[Window], Context]] = {
    "glance": _glance,
    "alerts": _alerts,
    "urgent": _urgent,
    "units": _units,
    "words": _words,
}
_TEMPLATES = {f"now-{name}": f"insight/now/_{name}.html" for name in _PARTS}


@require_safe
@requires(Permission.SUMMARY_READ)
def now(request: HttpRequest) -> HttpResponse:
    """The last sixty minutes; each part is also asked for alone, as voices come."""
    window = make_window(request.GET, scope=scope_of(request))
    asked = wanted_part(request).removeprefix("now-")
    names = [asked] if asked in _PARTS else [name for name in _PARTS if name != "words"]
    context: dict[str, object] = {
        "state": window.state,
        "window": window,
        "has_units": has_several_units(window.state),
        "unit_choices": []
        if asked in _PARTS
        else list_unit_choices(window.state.scope, chosen=window.state.unit),
    }
    for name in names if asked in _PARTS or request.GET.get("show") != "words" else _PARTS:
        context |= _PARTS[name](window)
    return render_page(request, "insight/now/now.html", context, parts=_TEMPLATES)


@require_safe
@requires(Permission.FEEDBACK_READ)
def now_voices(request: HttpRequest) -> HttpResponse:
    """The voices behind a figure of "now", to the second."""
    window = make_rows_state(request.GET, scope=scope_of(request))
    state = window.state
    with closing(_connect()) as connection:
        page = list_rows(connection, scope=state.scope, filter=state.filter, number=read_number(request))
    context = {
        "state": state,
        "window": window,
        "page": page,
        "lines": make_lines(request, page.rows, state=state),
        "export_query": with_parameters(request.GET, page=None),
    }
    return render_page(request, "insight/now/voices.html", context)


@require_safe
@requires(Permission.FEEDBACK_EXPORT)
def now_voices_export(request: HttpRequest) -> HttpResponseBase:
    """These voices as a file."""
    window = make_rows_state(request.GET, scope=scope_of(request))
    state = window.state
    connection = _connect()
    try:
        n_rows = count_rows(connection, scope=state.scope, filter=state.filter)
        voices = iterate_rows(connection, scope=state.scope, filter=state.filter)
        table = VoiceTable(scope=state.scope, language=state.language)
        sent = stream_table(
            request,
            name=f"{_('voices')}-{timezone.localdate().isoformat()}",
            columns=table.columns(),
            rows=counted(table.rows(voices), n_rows=n_rows, connection=connection),
            form=wanted_format(request.GET.get("format", "")),
            n_rows=n_rows,
        )
        record_event(
            "feedback.exported", by=actor_of(request), target=("feedback", ""), details={"rows": n_rows}
        )
        return sent
    except BaseException:
        connection.close()
        raise


def _connect() -> duckdb.DuckDBPyConnection:
    return open_lake().connect(*TABLES)
