"""Home: what customers are least happy with now, and what needs attention."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from zhiyin.insight.state import make_state
from zhiyin.people.access import visitor_of
from zhiyin.people.permissions import Permission, requires


@require_safe
@requires(Permission.SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    """The first page; who reads voices but no figures goes to the voices, who has no role learns why."""
    visitor = visitor_of(request)
    if visitor.may(Permission.SUMMARY_READ):
        state = make_state(request.GET, scope=visitor.scope_for(Permission.SUMMARY_READ))
        return render(request, "insight/home.html", {"state": state})
    if visitor.may(Permission.FEEDBACK_READ):
        return redirect("voices")
    return render(request, "insight/no_role.html")
