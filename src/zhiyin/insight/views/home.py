"""Home: what customers are least happy with now, and what needs attention."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhiyin.console.pages import render_page, wanted_part
from zhiyin.console.toasts import tell
from zhiyin.insight.state import ViewState, read_state
from zhiyin.insight.today import parts
from zhiyin.insight.today.first_steps import dismiss_first_steps, list_first_steps, restore_first_steps
from zhiyin.people.access import visitor_of
from zhiyin.people.permissions import Permission, requires

Context = Mapping[str, object]

# What is asked for by itself, after the answer stands. Without script `?show=` brings one into the page.
_PARTS: dict[str, Callable[[ViewState], Context]] = {
    "answer": parts.make_answer,
    "urgent": parts.make_urgent,
    "aspects": parts.make_aspects,
    "service": parts.make_service,
    "trend": parts.make_trend,
    "units": parts.make_units,
}
_TEMPLATES = {f"home-{name}": f"insight/_home_{name}.html" for name in _PARTS}


@require_safe
@requires(Permission.SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    """The first page; who reads voices but no figures goes to the voices, who has no role learns why."""
    visitor = visitor_of(request)
    if not visitor.may(Permission.SUMMARY_READ):
        is_reader = visitor.may(Permission.FEEDBACK_READ)
        return redirect("voices") if is_reader else render(request, "insight/no_role.html")
    scope = visitor.scope_for(Permission.SUMMARY_READ)
    state = read_state(request, scope=scope)
    asked = wanted_part(request).removeprefix("home-")
    if asked in _PARTS:
        context: Context = _PARTS[asked](state)
    else:
        shown = _shown(request)
        context = {"first_steps": list_first_steps(visitor), "shown": shown, **_gather(shown, state=state)}
    response = render_page(
        request,
        "insight/home.html",
        {"state": state, "has_units": parts.has_several_units(state), **context},
        parts=_TEMPLATES,
    )
    if asked == "answer" and request.GET.get("was_empty") and context.get("emptiness") is None:
        response["HX-Refresh"] = "true"  # the first voices have come: now there is a whole page to show
    return response


def _shown(request: HttpRequest) -> list[str]:
    wanted = request.GET.getlist("show")
    return ["answer", *(name for name in _PARTS if name != "answer" and (name in wanted or "all" in wanted))]


def _gather(names: list[str], *, state: ViewState) -> dict[str, object]:
    return {key: value for name in names for key, value in _PARTS[name](state).items()}


@require_POST
@requires(Permission.SUMMARY_READ)
def put_away_first_steps(request: HttpRequest) -> HttpResponse:
    """Show the first steps no more to this person, or again (`again=1`, which is how it is undone)."""
    account = visitor_of(request).account
    if account is not None and request.POST.get("again", request.GET.get("again")) == "1":
        restore_first_steps(account)
    elif account is not None:
        dismiss_first_steps(account)
        tell(request, _("Put away."), undo_url=f"{request.path}?again=1")
    return redirect("home")
