"""Gives stars to a contact of a case: a part of the page, or the page itself without script."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from zhiyin.console.pages import wanted_part
from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.people.access import actor_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.views.posts import takes_form_of
from zhiyin.respond.models import Case, CaseEvent
from zhiyin.respond.moods.giving import give_mood, take_mood
from zhiyin.respond.moods.queries import draw_moods
from zhiyin.respond.views.case import draw_case, find_case
from zhiyin.respond.wording import say


@requires(Permission.CASES_WORK)
@takes_form_of("case", "number")
def give(request: HttpRequest, number: str) -> HttpResponse:
    """Keep how the customer felt at a step; 0 stars take them back."""
    case, event_id = find_case(request, number), _event_id(request)
    stars, by = _number(request.POST.get("stars", "")), actor_of(request)
    try:
        if stars == 0:
            take_mood(case, event_id=event_id, by=by)
        else:
            give_mood(case, event_id=event_id, stars=stars, by=by)
    except NotFound:
        raise Http404 from None
    except (InvalidInput, Conflict) as error:
        status = 409 if isinstance(error, Conflict) else 422
        return draw_case(request, case, problem=say(error), status=status)
    if wanted_part(request) == f"mood-{event_id}":
        return _draw_line(request, case, event_id)
    tell(request, _("Stars taken back.") if stars == 0 else _("Stars kept."))
    return redirect(f"{reverse('case', args=[case.number])}#mood-{event_id}")


def _draw_line(request: HttpRequest, case: Case, event_id: UUID) -> HttpResponse:
    events = CaseEvent.objects.filter(case=case, pk=event_id)
    lines = draw_moods(case, events=events, account=visitor_of(request).account)
    return render(request, "respond/moods/_mood.html", {"mood": lines[event_id]})


def _event_id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("event", ""))
    except ValueError:
        raise Http404 from None


def _number(text: str) -> int:
    return int(text) if text in {"0", "1", "2", "3", "4", "5"} else -1
