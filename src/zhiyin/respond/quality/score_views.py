"""Page: the scores behind a figure of quality, line by line, with what they are about."""

from __future__ import annotations

from datetime import timedelta

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhiyin.console.pages import render_page
from zhiyin.people.access import scope_of, visitor_of
from zhiyin.people.models import Account
from zhiyin.people.pages import Pages, page_number
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.scope import Scope
from zhiyin.respond.quality.listing import ROBOTS, ScoreWish, draw_results, list_scores
from zhiyin.respond.quality.views import N_DAYS, PAGE_SIZE

_ONLY = ("machine", "people", "fatal", "changed")


@require_safe
@requires(Permission.QUALITY_REVIEW)
def show_scores(request: HttpRequest) -> HttpResponse:
    """The scores of one agent, or of robots, of the days that the figures count."""
    who, only = request.GET.get("who", ""), request.GET.get("only", "")
    is_id = who.isascii() and who.isdigit() and len(who) < 16
    if who != ROBOTS and not is_id:
        raise Http404
    wish = ScoreWish(agent_id=int(who) if is_id else None, only=only if only in _ONLY else "")
    since, scope = timezone.now() - timedelta(days=N_DAYS), _scope(request)
    # A name is told only to those who see a score of theirs.
    every = list_scores(ScoreWish(agent_id=wish.agent_id), scope=scope, since=since)
    if is_id and not every.exists():
        raise Http404
    pages = Paginator(list_scores(wish, scope=scope, since=since), PAGE_SIZE)
    page = pages.get_page(page_number(request.GET.get("page", "")))
    context = {
        "name": str(Account.objects.get(pk=wish.agent_id)) if wish.agent_id else _("Robots"),
        "who": who,
        "only": wish.only,
        "n": pages.count,
        "n_days": N_DAYS,
        "scores": [(score, draw_results(score)) for score in page.object_list],
        "pages": Pages(number=page.number, n_rows=pages.count, size=pages.per_page),
    }
    return render_page(request, "respond/quality/scores.html", context)


def _scope(request: HttpRequest) -> Scope:
    """What the visitor reviews and may read."""
    seen, own = visitor_of(request).scope_for(Permission.CASES_READ), scope_of(request)
    return seen if own.unit_ids is None else seen.narrowed_to(own.unit_ids)
