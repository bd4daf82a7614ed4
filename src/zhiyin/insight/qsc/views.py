"""The QSC scoreboard, its file, and what its scores are made of."""

from __future__ import annotations

from contextlib import closing

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhiyin.console.exports import stream_table, wanted_format
from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.errors import InvalidInput
from zhiyin.insight.headings import make_headings, with_parameters
from zhiyin.insight.qsc.dimensions import DIMENSIONS, NAMES, NONE, Assigned
from zhiyin.insight.qsc.exports import export_columns, export_rows
from zhiyin.insight.qsc.page import QscTable, draw_rows, make_qsc_table, open_qsc_tables, read_assigned
from zhiyin.insight.qsc.settings import MAX_WEIGHT, Made, change_settings, read_settings, undo_change
from zhiyin.insight.queries.unit_tree import list_kinds
from zhiyin.insight.state import read_state
from zhiyin.insight.unit_kinds import kind_name
from zhiyin.insight.views.aspects import export_url
from zhiyin.people.access import actor_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.audit import record_event

_N_NAMED = 3


@require_safe
@requires(Permission.SUMMARY_READ)
def qsc(request: HttpRequest) -> HttpResponse:
    """Quality, service and cleanliness of every unit, as customers and as inspections see them."""
    state, given = read_state(request), request.GET
    with closing(open_qsc_tables()) as connection:
        table = make_qsc_table(connection, state=state, given=given)
    rows, page = draw_rows(table, state=state, page_text=given.get("page", ""))
    context = {
        "state": state,
        "table": table,
        "rows": rows,
        "page": page,
        "headings": make_headings(table.headings, sort=table.sort, given=given),
        "dimensions": DIMENSIONS,
        "names": NAMES,
        "weights": [(NAMES[name], w) for name, w in zip(DIMENSIONS, table.made.weights, strict=True)],
        "kinds": [
            (kind, kind_name(kind), with_parameters(given, kind=kind, page=None))
            for kind in list_kinds(table.tree)
        ],
        "level_url": with_parameters(given, kind=None, page=None),
        "export_url": export_url(request, "qsc_export"),
        "may_change": visitor_of(request).may(Permission.CHANNELS_MANAGE),
        "may_import": visitor_of(request).may(Permission.FEEDBACK_IMPORT),
        **_lead(table),
    }
    return render_page(
        request, "insight/qsc/qsc.html", context, parts={"qsc-table": "insight/qsc/_rows.html"}
    )


@require_safe
@requires(Permission.FEEDBACK_EXPORT)
def qsc_export(request: HttpRequest) -> HttpResponseBase:
    """The scoreboard of this address as a file, all its rows."""
    state = read_state(request)
    with closing(open_qsc_tables()) as connection:
        table = make_qsc_table(connection, state=state, given=request.GET)
    record_event("qsc.exported", by=actor_of(request), details={"rows": len(table.order)})
    return stream_table(
        request,
        name="zhiyin-qsc",
        columns=export_columns(table),
        rows=export_rows(table),
        form=wanted_format(request.GET.get("format", "")),
        n_rows=len(table.order),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CHANNELS_MANAGE)
def qsc_settings(request: HttpRequest) -> HttpResponse:
    """Weights, the part of inspections, and which aspect counts for which dimension."""
    state, made = read_state(request), read_settings()
    assigned = read_assigned(state, made=made)
    status, problem = 200, ""
    if request.method == "POST":
        try:
            made = _read_wanted(request, assigned=assigned, made=made)
            version = change_settings(made, by=actor_of(request))
        except (InvalidInput, ValueError):
            status = 422
            problem = _("Weights and the part are whole numbers from 0 to 100, one weight at least above 0.")
        else:
            undo = reverse("qsc_undo", args=[version]) if version else ""
            tell(request, _("Saved. Scores are made up this way from now on."), undo_url=undo)
            return redirect("qsc_settings")
    given = request.POST if problem else None
    context = {
        "state": state,
        "assigned": assigned,
        "names": NAMES,
        "choices": [(name, NAMES[name]) for name in (*DIMENSIONS, NONE)],
        "weights": [
            (name, NAMES[name], given.get(name, "") if given else getattr(made, name)) for name in DIMENSIONS
        ],
        "percent": given.get("inspection_percent", "") if given else made.inspection_percent,
        "max_weight": MAX_WEIGHT,
        "problem": problem,
    }
    return render(request, "insight/qsc/settings.html", context, status=status)


@require_POST
@requires(Permission.CHANNELS_MANAGE)
def qsc_undo(request: HttpRequest, version: int) -> HttpResponse:
    """Takes the change back, if nobody has changed anything since."""
    if version < 1:
        raise Http404
    if undo_change(version, by=actor_of(request)):
        tell(request, _("Taken back. Scores are made up as before."))
    else:
        tell(request, _("Somebody changed it since. See what holds now."), tone="bad")
    return redirect("qsc_settings")


def _read_wanted(request: HttpRequest, *, assigned: list[Assigned], made: Made) -> Made:
    """What the form says. Choices that agree with the aspect above, or with what is shipped, are not kept."""
    given = request.POST
    quality, service, cleanliness = (int(given.get(name, "")) for name in DIMENSIONS)
    chosen = {one.node.id: given.get(f"aspect.{one.node.id}", one.dimension) for one in assigned}
    kept: dict[str, str] = {aspect: d for aspect, d in made.aspects.items() if aspect not in chosen}
    holding: dict[str, tuple[str, bool]] = {}
    for one in assigned:
        above, is_above_changed = holding.get(one.node.parent or "", ("", False))
        natural = above if is_above_changed else one.shipped
        is_changed = chosen[one.node.id] != natural
        if is_changed:
            kept[one.node.id] = chosen[one.node.id]
        holding[one.node.id] = (chosen[one.node.id], chosen[one.node.id] != one.shipped)
    return Made(
        quality=quality,
        service=service,
        cleanliness=cleanliness,
        inspection_percent=int(given.get("inspection_percent", "")),
        aspects=kept,
    )


def _lead(table: QscTable) -> dict[str, object]:
    """What the sentence above the table says."""
    lines = [table.board.line(place) for place in table.order]
    known = sorted((line for line in lines if line.place), key=lambda line: line.place)
    apart = [line for line in lines if line.gap is not None and line.gap.verdict in ("rise", "fall")]
    return {
        "n_ranked": len(known),
        "is_told_apart": any((line.first, line.last) != (1, len(known)) for line in known),
        "best": known[0] if len(known) > 1 else None,
        "worst": known[-1] if len(known) > 1 else None,
        "kinder": [line for line in apart if line.gap is not None and line.gap.verdict == "rise"][:_N_NAMED],
        "n_apart": len(apart),
        "correlation": table.board.correlation,
    }
