"""The pages of proposals: decide them, look for more, choose the threshold on the curve."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.customers.linking.rules import get_rules
from zhiyin.customers.matching.charts import curve_chart
from zhiyin.customers.matching.deciding import decide_proposals, set_threshold, take_back
from zhiyin.customers.matching.proposals import (
    FEWEST_JUDGED,
    PAGE_SIZE,
    STEPS,
    decided_curve,
    judged_pairs,
    open_proposals,
    show_proposals,
)
from zhiyin.customers.matching.proposing import KIND
from zhiyin.customers.matching.reviewed import MeasuredPoint
from zhiyin.customers.matching.wording import Language
from zhiyin.errors import InvalidInput, NotFound
from zhiyin.listen.services.jobs import list_job_kinds, list_jobs, start_job
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.permissions import Permission, requires

_SURE = 0.98


@require_safe
@requires(Permission.CUSTOMERS_READ)
def proposals(request: HttpRequest) -> HttpResponse:
    """Customers that may be one person, side by side, the surest first."""
    waiting = open_proposals(scope=scope_of(request)).select_related("left", "right")
    page = Paginator(waiting, PAGE_SIZE).get_page(request.GET.get("page"))
    context: dict[str, object] = {
        "page": page,
        "n_waiting": page.paginator.count,
        "proposals": show_proposals(
            list(page), language=_language(), may_see=_may(request, Permission.CUSTOMERS_REVEAL)
        ),
        "may_decide": _may(request, Permission.CUSTOMERS_WORK),
        "may_look": _may_look(request),
        "job": _last_job(),
        "here": "proposals",
    }
    return render_page(request, "customers/matching/proposals.html", context)


@require_POST
@requires(Permission.CUSTOMERS_WORK)
def decide(request: HttpRequest) -> HttpResponse:
    """Accept or refuse the chosen proposals; the toast takes it back."""
    ids = _ids(request.POST.getlist("link"))
    is_same = request.POST.get("answer") == "same"
    if not ids:
        tell(request, _("Choose at least one pair."), tone="bad")
        return redirect("proposals")
    try:
        decided = decide_proposals(ids, is_same=is_same, by=actor_of(request), scope=scope_of(request))
    except NotFound:
        raise Http404 from None
    told = (
        ngettext("%(n)d pair is one person now.", "%(n)d pairs are one person each now.", len(decided))
        if is_same
        else ngettext("%(n)d pair stays two people.", "%(n)d pairs stay two people.", len(decided))
    )
    undo = reverse("take_back_proposals", args=["-".join(str(one) for one in decided)]) if decided else ""
    tell(request, told % {"n": len(decided)}, undo_url=undo)
    return redirect("proposals")


@require_POST
@requires(Permission.CUSTOMERS_WORK)
def take_back_proposals(request: HttpRequest, ids: str) -> HttpResponse:
    """Make the decided proposals wait again."""
    n = take_back(_ids(ids.split("-")), by=actor_of(request), scope=scope_of(request))
    tell(request, ngettext("%(n)d pair waits again.", "%(n)d pairs wait again.", n) % {"n": n})
    return redirect("proposals")


@require_POST
@requires(Permission.CUSTOMERS_WORK)
def look_for_proposals(request: HttpRequest) -> HttpResponse:
    """Compare all customers in the background; only for who sees the whole company."""
    if not _may_look(request):
        raise Http404
    start_job(KIND, by=visitor_of(request).account)
    tell(request, _("Customers are being compared. New pairs appear here when it is done."))
    return redirect("proposals")


@require_safe
@requires(Permission.CUSTOMERS_READ)
def matching_curve(request: HttpRequest) -> HttpResponse:
    """Precision and recall by what people decided, and the threshold chosen on it."""
    judged = judged_pairs()
    points = decided_curve(judged)
    threshold = get_rules().match_from
    context: dict[str, object] = {
        "points": points,
        "n_judged": len(judged),
        "n_same": sum(1 for pair in judged if pair.is_same),
        "n_missing": max(0, FEWEST_JUDGED - len(judged)),
        "chart": curve_chart(points) if judged else None,
        "threshold": threshold,
        "steps": STEPS,
        "chosen": threshold if threshold is not None else _suggested(points),
        "may_set": _may(request, Permission.INSTALLATION_MANAGE),
        "here": "curve",
    }
    return render_page(request, "customers/matching/curve.html", context)


@require_POST
@requires(Permission.INSTALLATION_MANAGE)
def set_matching_threshold(request: HttpRequest) -> HttpResponse:
    """Decide pairs above the threshold without asking, or never."""
    is_on = request.POST.get("by_itself") == "on"
    try:
        threshold = float(request.POST.get("threshold", "")) if is_on else None
        set_threshold(threshold, by=actor_of(request))
    except (InvalidInput, ValueError):
        tell(request, _("The threshold must be between 0.5 and 1."), tone="bad")
        return redirect("matching_curve")
    tell(
        request,
        _("Pairs from %(threshold)s are decided by themselves now.") % {"threshold": threshold}
        if threshold is not None
        else _("Every pair waits for a person again."),
    )
    return redirect("matching_curve")


def _suggested(points: Sequence[MeasuredPoint]) -> float:
    """The lowest step whose precision is surely high by its interval; else the highest step."""
    sure = (p.threshold for p in points if p.precision.low is not None and p.precision.low >= _SURE)
    return next(sure, STEPS[-1])


def _ids(texts: Sequence[str]) -> list[int]:
    return [int(text) for text in texts if text.isascii() and text.isdigit()][:200]


def _language() -> Language:
    return "zh" if (get_language() or "zh").startswith("zh") else "en"


def _may(request: HttpRequest, permission: Permission) -> bool:
    return visitor_of(request).may(permission)


def _may_look(request: HttpRequest) -> bool:
    visitor = visitor_of(request)
    return (
        visitor.may(Permission.CUSTOMERS_WORK)
        and visitor.scope_for(Permission.CUSTOMERS_WORK).unit_ids is None
    )


def _last_job() -> object:
    kinds = [kind for kind in list_job_kinds() if kind.code == KIND]
    return next(iter(list_jobs(of=kinds, limit=1)), None)
