"""Your unit against the others, as a part of its page and of home, and as a file."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from zhiyin.console.exports import Cell, stream_table, wanted_format
from zhiyin.console.pages import render_page
from zhiyin.insight.peers.comparison import MIN_N, PeerLine, PeerMeasure, compare_with_peers
from zhiyin.insight.peers.quantiles import LEAST_OTHERS
from zhiyin.insight.scoreboard_page import open_tables
from zhiyin.insight.state import ViewState, read_state
from zhiyin.insight.views.aspects import export_url
from zhiyin.people.access import actor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.audit import record_event

NAMES = {
    "rating": _("Rating"),
    "net": _("Net sentiment"),
    "answers": _("Answer share"),
    "hours": _("Hours to answer (median)"),
    "waits": _("Minutes waited, as customers tell (mean)"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLine:
    """A measure with its name and the way to the unit's own voices."""

    line: PeerLine
    name: str
    url: str


@require_safe
@requires(Permission.SUMMARY_READ)
def peers(request: HttpRequest, code: str) -> HttpResponse:
    """Where the unit stands among those of its kind; the others stay unnamed."""
    state = _state(request, code=code)
    context = {
        "state": state,
        "lines": _compare(state),
        "least": LEAST_OTHERS,
        "min_n": MIN_N,
        "export_url": export_url(request, "peers_export", code),
    }
    return render_page(
        request, "insight/peers/page.html", context, parts={"peers": "insight/peers/_peers.html"}
    )


@require_safe
@requires(Permission.FEEDBACK_EXPORT)
def peers_export(request: HttpRequest, code: str) -> HttpResponseBase:
    """The comparison as a file."""
    lines = _compare(_state(request, code=code))
    record_event("peers.exported", by=actor_of(request), details={"rows": len(lines)})
    return stream_table(
        request,
        name="zhiyin-comparison",
        columns=[
            *(str(text) for text in (_("Measure"), _("Yours"), _("Yours, low"), _("Yours, high"), _("n"))),
            *(str(text) for text in (_("Others compared"), _("Share of the others that are behind"))),
            *(str(text) for text in (_("Lower quarter"), _("Middle"), _("Upper quarter"))),
        ],
        rows=(_row(shown) for shown in lines),
        form=wanted_format(request.GET.get("format", "")),
        n_rows=len(lines),
    )


def _state(request: HttpRequest, *, code: str) -> ViewState:
    given = request.GET.copy()
    given["unit"] = code
    state = read_state(request, given=given)
    if state.unit is None:
        raise Http404
    return state


def _compare(state: ViewState) -> list[ShownLine]:
    assert state.unit is not None
    with closing(open_tables()) as connection:
        lines = compare_with_peers(connection, unit_id=state.unit.pk, filter=state.filter)
    return [
        ShownLine(line=line, name=str(NAMES[line.measure]), url=_url(line.measure, state=state))
        for line in lines
    ]


def _url(measure: PeerMeasure, *, state: ViewState) -> str:
    match measure:
        case "rating":
            return state.url("voices", stars=("1", "2", "3", "4", "5"))
        case "net":
            return state.url("voices", polarity=("positive", "neutral", "negative"))
        case "answers" | "hours":
            return state.url("voices", answered="yes")
        case "waits":
            return state.url("voices", signal="waited")


def _row(shown: ShownLine) -> list[Cell]:
    own, among = shown.line.own, shown.line.among
    cells: list[Cell] = [shown.name, own.value, own.low, own.high, own.n]
    if among is None:
        return [*cells, None, None, None, None, None]
    return [*cells, among.n_others, among.share_behind, among.lower, among.middle, among.upper]
