"""Pages: the ladders, and their rungs."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.insight.delivery.contract import list_destinations
from zhiyin.people.access import actor_of, scope_of
from zhiyin.people.forms.fields import give_scope
from zhiyin.people.permissions import Permission, requires
from zhiyin.respond.clocks.kinds import ClockKind
from zhiyin.respond.clocks.words import KIND_NAMES
from zhiyin.respond.ladders import services
from zhiyin.respond.ladders.forms import RungForm
from zhiyin.respond.ladders.queries import Ladder, list_ladders
from zhiyin.respond.ladders.words import say_problem, say_what, say_when
from zhiyin.respond.models import LadderRung


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One rung in the words of the page."""

    rung: LadderRung
    when: str
    what: str
    destination: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One ladder in the words of the page."""

    name: str
    clock: str
    lines: list[Line]


@requires(Permission.POLICIES_MANAGE)
def manage_ladders(request: HttpRequest) -> HttpResponse:
    """All ladders, and a form for one more rung."""
    scope = scope_of(request)
    initial = {"minutes": 60, "side": "after", "whom": "above", "deed": "tell"}
    form = RungForm(request.POST or None, scope=scope, initial=initial)
    give_scope(form, scope)
    if request.method == "POST" and form.is_valid():
        try:
            rung = services.add_rung(form.words(), by=actor_of(request), scope=scope)
        except InvalidInput as error:
            form.add_error(error.field if error.field in form.fields else None, say_problem(error))
        except NotFound:
            form.add_error("unit", _("Choose one of your units."))
        else:
            said = _("The rung holds from now on: %(when)s, %(what)s.")
            undo = reverse("ladder_remove", args=[rung.pk])
            tell(request, said % {"when": say_when(rung), "what": say_what(rung)}, undo_url=undo)
            return redirect("manage_ladders")
    names = {one.id: one.name for one in list_destinations(scope=scope)}
    shown = [_show(one, names=names) for one in list_ladders(scope=scope)]
    context = {"form": form, "ladders": shown, "may_suggest": scope.allows(None)}
    status = 422 if request.method == "POST" else 200
    return render_page(request, "respond/ladders/ladders.html", context, status=status)


@require_POST
@requires(Permission.POLICIES_MANAGE)
def suggest_ladders(request: HttpRequest) -> HttpResponse:
    """Adds the usual rungs where the company has none."""
    try:
        n_new = services.add_usual(by=actor_of(request), scope=scope_of(request))
    except NotFound:
        raise Http404 from None
    tell(request, _("%(n)s rungs are added. Change them as you work.") % {"n": n_new})
    return redirect("manage_ladders")


@require_POST
@requires(Permission.POLICIES_MANAGE)
def remove_rung(request: HttpRequest, rung_id: int) -> HttpResponse:
    """Nothing happens by it any more."""
    try:
        rung = services.remove_rung(rung_id, by=actor_of(request), scope=scope_of(request))
    except NotFound:
        raise Http404 from None
    said = _("The rung is gone: %(when)s, %(what)s.") % {"when": say_when(rung), "what": say_what(rung)}
    tell(request, said, undo_url=reverse("ladder_restore", args=[rung.pk]))
    return redirect("manage_ladders")


@require_POST
@requires(Permission.POLICIES_MANAGE)
def restore_rung(request: HttpRequest, rung_id: int) -> HttpResponse:
    """As it was before it was removed."""
    try:
        services.restore_rung(rung_id, by=actor_of(request), scope=scope_of(request))
    except NotFound:
        raise Http404 from None
    except Conflict as error:
        tell(request, say_problem(error), tone="bad")
    else:
        tell(request, _("The rung is there again."))
    return redirect("manage_ladders")


def _show(ladder: Ladder, *, names: dict[int, str]) -> Shown:
    return Shown(
        name=ladder.unit.name if ladder.unit else _("Everywhere"),
        clock=str(KIND_NAMES[ClockKind(ladder.kind)]) if ladder.kind else _("any clock"),
        lines=[
            Line(
                rung=rung,
                when=say_when(rung),
                what=say_what(rung),
                destination=names.get(rung.destination or 0, ""),
            )
            for rung in ladder.rungs
        ],
    )
