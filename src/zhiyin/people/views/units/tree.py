"""Pages: the tree of units, its branches, its search, its export."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from zhiyin.console.exports import stream_table, wanted_format
from zhiyin.console.pages import render_page
from zhiyin.console.templatetags.shell import count
from zhiyin.errors import NotFound
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.models import OrgUnit
from zhiyin.people.pages import page_number
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.queries import get_unit
from zhiyin.people.queries.unit_tree import (
    BRANCH_SIZE,
    SORTS,
    State,
    UnitFilter,
    count_in_review,
    get_branch,
    labels_of,
    list_kinds,
    list_trunk,
    search_units,
    select_units,
    stream_units,
    suggest_units,
)
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event
from zhiyin.people.unit_words import COLUMNS, column_name, kind_name

_STATES: tuple[State, ...] = ("", "review", "open", "closed")
_MAX_SHOWN = 2000


@requires(Permission.SUMMARY_READ)
def manage_units(request: HttpRequest) -> HttpResponse:
    """The tree, opened where the address says; or, with words or a state, the units that fit."""
    return show_units(request)


def show_units(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    """The page; with a `problem` above the list where something was refused."""
    scope = scope_of(request)
    wanted = read_filter(request, scope=scope)
    n_in_review, n_units = count_in_review(scope=scope), select_units(UnitFilter(), scope=scope).count()
    is_list = bool(wanted.words or wanted.state or wanted.kind or wanted.below)
    context: dict[str, object] = {
        "wanted": wanted,
        "is_list": is_list,
        "kinds": [(kind, kind_name(kind, language=get_language() or "zh")) for kind in list_kinds()],
        "n_in_review": n_in_review,
        "n_units": n_units,
        "lead": ngettext("%(n)s unit in all.", "%(n)s units in all.", n_units) % {"n": count(n_units)},
        "review_words": _review_words(n_in_review),
        "can_manage": visitor_of(request).may(Permission.UNITS_MANAGE),
        "export_url": f"{reverse('unit_tree_export')}?{request.GET.urlencode()}",
        "problem": problem,
    }
    if is_list:
        context["page"] = search_units(wanted, scope=scope, number=page_number(request.GET.get("page", "")))
    else:
        context["trunk"] = list_trunk(
            scope=scope, open_unit=_named(request, "open", scope=scope), n_children=_n_shown(request)
        )
    return render_page(
        request, "people/units.html", context, parts={"unit-list": "people/_unit_list.html"}, status=status
    )


@requires(Permission.SUMMARY_READ)
def unit_branch(request: HttpRequest, unit_id: int) -> HttpResponse:
    """One unit of the tree, open or closed, to be put in the place of itself."""
    scope = scope_of(request)
    try:
        unit = get_unit(unit_id, scope=scope)
    except NotFound:
        raise Http404 from None
    is_open = request.GET.get("open") == "1"
    branch = get_branch(unit, scope=scope, is_open=is_open, n_children=_n_shown(request))
    return render(request, "people/_branch.html", {"branch": branch})


@requires(Permission.SUMMARY_READ)
def find_units(request: HttpRequest) -> HttpResponse:
    """Options for a field in which a unit is named; its words come under the field's own name."""
    words = next((text for text in request.GET.dict().values() if isinstance(text, str)), "")[:200]
    labels = labels_of(suggest_units(words, scope=scope_of(request)))
    return render(request, "people/_unit_options.html", {"labels": labels})


@requires(Permission.SUMMARY_READ)
def export_units(request: HttpRequest) -> HttpResponseBase:
    """The units that fit, as a sheet that can be changed and taken in again."""
    scope, language = scope_of(request), get_language() or "zh"
    wanted = read_filter(request, scope=scope)
    n_units = select_units(wanted, scope=scope).count()
    rows = (
        (
            unit.code,
            unit.name,
            parent_code,
            kind_name(unit.kind, language=language),
            unit.time_zone,
            _("yes") if unit.is_active else _("no"),
        )
        for unit, parent_code in stream_units(wanted, scope=scope)
    )
    sent = stream_table(
        request,
        name=_("Units"),
        columns=[*(column_name(column, language=language) for column in COLUMNS), _("In operation")],
        rows=rows,
        form=wanted_format(request.GET.get("format", "")),
        n_rows=n_units,
    )
    record_event("units.exported", by=actor_of(request), target=("unit", ""), details={"rows": n_units})
    return sent


def read_filter(request: HttpRequest, *, scope: Scope) -> UnitFilter:
    """The filter that the address names; what it cannot mean is left out."""
    query = request.GET
    state = query.get("state", "")
    return UnitFilter(
        words=query.get("words", "")[:200].replace("\0", ""),
        state=next((known for known in _STATES if known == state), ""),
        kind=query.get("kind", "")[:32],
        below=_named(request, "below", scope=scope),
        sort=query.get("sort", "") if query.get("sort", "") in SORTS else "name",
    )


def _review_words(n_units: int) -> str:
    words = ngettext("%(n)s waits to be placed.", "%(n)s wait to be placed.", n_units)
    return words % {"n": count(n_units)}


def _named(request: HttpRequest, parameter: str, *, scope: Scope) -> OrgUnit | None:
    text = request.GET.get(parameter, "")
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        return None
    try:
        return get_unit(int(text), scope=scope)
    except NotFound:
        raise Http404 from None


def _n_shown(request: HttpRequest) -> int:
    """How many children of an open unit are shown."""
    return min(_MAX_SHOWN, page_number(request.GET.get("pieces", "")) * BRANCH_SIZE)
