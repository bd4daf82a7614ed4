"""What customers say of competitors, beside what they say of us; and the list of competitors."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhiyin.console.exports import Cell, stream_table, wanted_format
from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.insight.aspect_tree import read_aspect_tree
from zhiyin.insight.competitors.facts import CompetitorLine, Named, Naming, Score, read_named
from zhiyin.insight.competitors.imported import list_against
from zhiyin.insight.competitors.managing import (
    get_competitor,
    list_competitors,
    names_of,
    remove_competitor,
    restore_competitor,
    save_competitor,
)
from zhiyin.insight.models import Competitor
from zhiyin.insight.queries.rows import count_rows
from zhiyin.insight.scoreboard_page import open_tables
from zhiyin.insight.state import ViewState, read_state
from zhiyin.insight.steps import Steps, choose_steps
from zhiyin.insight.views.aspects import export_url
from zhiyin.people.access import actor_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.queries.units import list_subtree_ids
from zhiyin.people.services.audit import record_event

OUTCOMES = {
    "better": gettext_lazy("we are better"),
    "worse": gettext_lazy("they are better"),
    "alike": gettext_lazy("alike"),
}
_N_QUOTES = 10
_MAX_SEARCH = 190  # signs that an address of voices takes


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLine:
    """A competitor with the ways to its rows; `unit_url` to what its own customers say."""

    line: CompetitorLine
    url: str
    own_url: str
    unit_url: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A voice that sets us beside a competitor."""

    naming: Naming
    competitor: str
    outcome: str


@require_safe
@requires(Permission.FEEDBACK_READ)
def competitors(request: HttpRequest) -> HttpResponse:
    """Share of voice, who is better at what, imported voices beside ours, and the words."""
    state, listed = read_state(request), list_competitors()
    chosen = _chosen(request, listed)
    shown = [chosen] if chosen else listed
    with closing(open_tables()) as connection:
        named = read_named(
            connection, scope=state.scope, filter=state.filter, competitors=listed, steps=_steps(state)
        )
        n_all = count_rows(connection, scope=state.scope, filter=state.filter)
        against = list_against(
            connection,
            scope=state.scope,
            filter=state.filter,
            tree=read_aspect_tree(state.language),
            unit_ids=_unit_ids(shown) if chosen else None,
        )
    context = {
        "state": state,
        "named": named,
        "lines": [_shown(line, state=state, chosen=chosen) for line in named.lines],
        "n_all": n_all,
        "named_share": named.n_voices / n_all if n_all else None,
        "first": next((line for line in named.lines if line.n), None),
        "aspects": named.aspects,
        "against": against,
        "quotes": _quotes(named, shown=shown),
        "chosen": chosen,
        "may_change": visitor_of(request).may(Permission.CHANNELS_MANAGE),
        "export_url": export_url(request, "competitors_export") if named.lines else "",
    }
    return render(request, "insight/competitors/competitors.html", context)


@require_safe
@requires(Permission.FEEDBACK_EXPORT)
def competitors_export(request: HttpRequest) -> HttpResponseBase:
    """Competitors, and aspects compared, as a file."""
    state = read_state(request)
    with closing(open_tables()) as connection:
        named = read_named(
            connection,
            scope=state.scope,
            filter=state.filter,
            competitors=list_competitors(),
            steps=_steps(state),
        )
    rows = [
        _row(_("Competitor"), line.competitor.name, n=line.n, share=line.share.value, score=line.score)
        for line in named.lines
    ]
    rows += [_row(_("Aspect"), one.name, n=one.score.n, share=None, score=one.score) for one in named.aspects]
    record_event("competitors.exported", by=actor_of(request), details={"rows": len(rows)})
    return stream_table(
        request,
        name="zhiyin-competitors",
        columns=[
            *(_("Kind"), _("Name"), _("Voices"), _("Share of voice")),
            *(_("We are better"), _("They are better"), _("Alike")),
            *(_("Our share of the decided"), _("Our share, low"), _("Our share, high")),
        ],
        rows=iter(rows),
        form=wanted_format(request.GET.get("format", "")),
        n_rows=len(rows),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CHANNELS_MANAGE)
def competitor_edit(request: HttpRequest, competitor_id: int = 0) -> HttpResponse:
    """A competitor's names; number 0 is a new one."""
    competitor = _find(competitor_id) if competitor_id else None
    given = request.POST
    problem, status = "", 200
    if request.method == "POST":
        try:
            save_competitor(
                competitor,
                name=given.get("name", ""),
                other_names=given.get("other_names", "").splitlines(),
                has_voices=bool(given.get("has_voices")),
                by=actor_of(request),
            )
        except (InvalidInput, Conflict) as error:
            is_taken = isinstance(error, Conflict)
            status = 409 if is_taken else 422
            problem = (
                _("Another competitor has this name.")
                if is_taken
                else _("Give a name of 2 to 60 signs, and at most 30 other names, a line each.")
            )
        else:
            tell(request, _("Saved."))
            return redirect("competitors")
    context = {
        "competitor": competitor,
        "name": given.get("name", competitor.name if competitor else request.GET.get("name", "")[:60]),
        "other_names": given.get("other_names", competitor.other_names if competitor else ""),
        "problem": problem,
    }
    return render(request, "insight/competitors/competitor.html", context, status=status)


@require_POST
@requires(Permission.CHANNELS_MANAGE)
def competitor_remove(request: HttpRequest, competitor_id: int) -> HttpResponse:
    """Takes a competitor off the list, or puts it back (`again=1`)."""
    try:
        if request.GET.get("again") == "1":
            restore_competitor(competitor_id, by=actor_of(request))
            tell(request, _("It is on the list again."))
        else:
            found = remove_competitor(competitor_id, by=actor_of(request))
            undo = f"{reverse('competitor_remove', args=[competitor_id])}?again=1"
            tell(request, _("%(name)s is off the list.") % {"name": found.name}, undo_url=undo)
    except NotFound as error:
        raise Http404 from error
    except Conflict:
        tell(request, _("Another competitor has this name."), tone="bad")
    return redirect("competitors")


def _find(competitor_id: int) -> Competitor:
    try:
        return get_competitor(competitor_id)
    except NotFound as error:
        raise Http404 from error


def _chosen(request: HttpRequest, listed: Sequence[Competitor]) -> Competitor | None:
    wanted = request.GET.get("competitor", "")
    return next((one for one in listed if str(one.pk) == wanted), None)


def _unit_ids(shown: Sequence[Competitor]) -> frozenset[int]:
    return frozenset(pk for one in shown if one.unit_id for pk in list_subtree_ids(one.unit_id))


def _steps(state: ViewState) -> Steps:
    return choose_steps(since=state.filter.since, until=state.filter.until, now=state.now)


def _shown(line: CompetitorLine, *, state: ViewState, chosen: Competitor | None) -> ShownLine:
    unit = line.competitor.unit
    here = f"&competitor={line.competitor.pk}"
    return ShownLine(
        line=line,
        url=state.url("voices", q=_search(names_of(line.competitor))),
        own_url=f"{reverse('competitors')}?{state.query()}{here}",
        unit_url=state.url("voices", unit=unit.code) if unit and state.scope.allows(unit.pk) else "",
        is_chosen=chosen is not None and chosen.pk == line.competitor.pk,
    )


def _search(names: Sequence[str]) -> str:
    """The names as people type them into the search: one of them must be there."""
    quoted = [f'"{name}"' if " " in name else name for name in names]
    found = quoted[0]
    for name in quoted[1:]:
        if len(found) + len(name) + 4 <= _MAX_SEARCH:
            found += f" OR {name}"
    return found


def _quotes(named: Named, *, shown: Sequence[Competitor]) -> list[Quote]:
    names = {one.pk: one.name for one in shown}
    decided = [
        naming
        for naming in named.namings
        if naming.competitor_id in names and naming.comparison.outcome != "unclear"
    ]
    return [
        Quote(
            naming=naming,
            competitor=names[naming.competitor_id],
            outcome=str(OUTCOMES[naming.comparison.outcome]),
        )
        for naming in decided[:_N_QUOTES]
    ]


def _row(kind: str, name: str, *, n: int, share: float | None, score: Score) -> list[Cell]:
    better = score.better
    return [
        *(kind, name, n, share, score.n_better, score.n_worse, score.n_alike),
        *(better.value, better.low, better.high),
    ]
