"""Pages that change maps: the editor, its forms, the history, and putting a map away."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from msgspec.structs import replace

from zhiyin.console.pages import render_page
from zhiyin.console.templatetags.shell import page_language
from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, InvalidInput, NotFound, ZhiyinError
from zhiyin.insight.journeys import editing, services
from zhiyin.insight.journeys.asking import Asked, may_edit, read_asked
from zhiyin.insight.journeys.document import FORMAT, JourneyDocument, Persona
from zhiyin.insight.journeys.forms import Choices, MapForm, PersonaForm, TouchpointForm
from zhiyin.insight.journeys.operations import Operation, read_operation
from zhiyin.insight.journeys.page import unknown_aspects
from zhiyin.insight.journeys.queries import can_redo, get_map, get_version, list_versions
from zhiyin.insight.journeys.starters import get_starter
from zhiyin.insight.journeys.wording import CHANGES, refusal_words
from zhiyin.insight.queries.choices import list_choices
from zhiyin.insight.views.aspects import open_facts
from zhiyin.people.access import actor_of, visitor_of
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.views.posts import takes_form_of

_View = Callable[..., HttpResponseBase]
NEW = "new"


def editors_only(view: _View) -> _View:
    """Answers 404 to who may edit for a part of the company alone: maps belong to all of it."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not may_edit(request):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@requires(Permission.TAXONOMY_EDIT)
@takes_form_of("journeys")
@editors_only
def new_journey(request: HttpRequest) -> HttpResponse:
    """A new map, from one that Zhiyin brings or empty; then its editor."""
    language = page_language()
    try:
        code = request.POST.get("starter", "")
        empty = JourneyDocument(format=FORMAT, name=_("New journey"), language=language)
        document = get_starter(code, language=language) if code else empty
    except NotFound:
        raise Http404 from None
    row = services.create_map(document, account=account_of(request), by=actor_of(request), now=timezone.now())
    tell(request, _("A draft. Make it yours, then publish it."))
    return redirect("edit_journey", row.pk)


@requires(Permission.TAXONOMY_EDIT)
@editors_only
def edit_journey(request: HttpRequest, map_id: int) -> HttpResponse:
    """The editor; its own form changes name and description."""
    asked = read_asked(request, map_id)
    document = asked.document
    initial = {"name": document.name, "description": document.description}
    form = MapForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def change(one: JourneyDocument) -> JourneyDocument:
            return replace(one, name=editing.clean_name(data["name"]), description=data["description"])

        wanted = Operation(change=change, code="details_changed", about=data["name"])
        return carry_out(request, map_id, wanted)
    return _show_editor(request, asked, form=form, status=422 if form.errors else 200)


@requires(Permission.TAXONOMY_EDIT)
@takes_form_of("edit_journey", "map_id")
@editors_only
def change_journey(request: HttpRequest, map_id: int) -> HttpResponse:
    """One change by a button: add, rename, move, delete, undo, do again, publish, go back."""
    asked = read_asked(request, map_id)
    posted = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    by, based_on = actor_of(request), _based_on(request)
    try:
        match posted.get("do"):
            case "undo":
                services.undo_change(map_id, based_on=based_on, by=by)
            case "redo":
                services.redo_change(map_id, based_on=based_on, by=by)
            case "publish":
                services.publish_map(map_id, based_on=based_on, by=by)
                tell(request, _("Published. Everybody sees this version now."))
                return redirect("journey", map_id)
            case "restore":
                number = posted.get("version", "")
                if not (number.isascii() and number.isdecimal()):
                    raise Http404
                services.restore_version(
                    map_id,
                    int(number),
                    based_on=based_on,
                    account=account_of(request),
                    by=by,
                    now=timezone.now(),
                )
                tell(request, _("The draft is what version %(n)s was.") % {"n": number})
            case _:
                return carry_out(request, map_id, read_operation(posted, document=asked.document))
    except (InvalidInput, NotFound, Conflict) as error:
        return _refuse(request, map_id, error)
    return redirect("edit_journey", map_id)


@requires(Permission.TAXONOMY_EDIT)
@editors_only
def edit_touchpoint(request: HttpRequest, map_id: int, touchpoint_id: str) -> HttpResponse:
    """All that the map says of one touchpoint."""
    asked = read_asked(request, map_id)
    touchpoint = asked.document.find_touchpoint(touchpoint_id)
    if touchpoint is None:
        raise Http404
    form = TouchpointForm(
        request.POST or None,
        touchpoint=touchpoint,
        choices=_choices(asked),
        tree=asked.tree,
        language=asked.state.language,
    )
    if request.method == "POST" and form.is_valid():
        changed = form.changed()
        wanted = Operation(
            change=lambda one: editing.change_touchpoint(one, touchpoint=changed),
            code="touchpoint_changed",
            about=changed.name,
            anchor=touchpoint_id,
        )
        return carry_out(request, map_id, wanted)
    context = {
        **frame(asked),
        "form": form,
        "touchpoint": touchpoint,
        "unknown": unknown_aspects(touchpoint, asked=asked),
    }
    status = 422 if form.errors else 200
    return render_page(request, "insight/journeys/edit_touchpoint.html", context, status=status)


@requires(Permission.TAXONOMY_EDIT)
@editors_only
def edit_persona(request: HttpRequest, map_id: int, persona_id: str) -> HttpResponse:
    """One persona, or a new one."""
    asked = read_asked(request, map_id)
    persona = asked.document.find_persona(persona_id)
    is_new = persona_id == NEW
    if persona is None and not is_new:
        raise Http404
    shown = persona or Persona(id=editing.make_id("p"), name=_("New persona"))
    form = PersonaForm(
        request.POST or None,
        persona=shown,
        choices=_choices(asked),
        tree=asked.tree,
        language=asked.state.language,
    )
    if request.method == "POST" and form.is_valid():
        changed = form.changed()
        wanted = Operation(
            change=lambda one: editing.put_persona(one, persona=changed),
            code="persona_added" if is_new else "persona_changed",
            about=changed.name,
            anchor=changed.id,
        )
        return carry_out(request, map_id, wanted)
    context = {**frame(asked), "form": form, "persona": shown, "is_new": is_new}
    status = 422 if form.errors else 200
    return render_page(request, "insight/journeys/edit_persona.html", context, status=status)


@require_safe
@requires(Permission.TAXONOMY_EDIT)
@editors_only
def journey_history(request: HttpRequest, map_id: int) -> HttpResponse:
    """Every version: who changed what, and when."""
    asked = read_asked(request, map_id)
    versions = [
        {"one": one, "what": str(CHANGES.get(one.change, one.change))} for one in list_versions(asked.map)
    ]
    context = {**frame(asked), "versions": versions}
    return render_page(request, "insight/journeys/history.html", context)


@requires(Permission.TAXONOMY_EDIT)
@takes_form_of("journeys")
@editors_only
def delete_journey(request: HttpRequest, map_id: int) -> HttpResponse:
    """Away with the map, or back again with `?restore`."""
    try:
        if "restore" in request.GET:
            services.restore_map(map_id, by=actor_of(request))
            return redirect("journeys")
        row = services.delete_map(map_id, by=actor_of(request), now=timezone.now())
    except NotFound:
        raise Http404 from None
    undo_url = f"{reverse('delete_journey', args=[map_id])}?restore"
    tell(request, _("“%(name)s” is deleted.") % {"name": row.name}, undo_url=undo_url)
    return redirect("journeys")


def account_of(request: HttpRequest) -> Account:
    """The account that asks; a key changes no map."""
    account = visitor_of(request).account
    if account is None:
        raise Http404
    return account


def carry_out(request: HttpRequest, map_id: int, wanted: Operation) -> HttpResponse:
    """The change as the next draft, and back to the editor; there, with a word, where it is refused."""
    try:
        services.change_map(
            map_id,
            wanted.change,
            based_on=_based_on(request),
            code=wanted.code,
            about=wanted.about,
            account=account_of(request),
            by=actor_of(request),
            now=timezone.now(),
        )
    except (InvalidInput, NotFound, Conflict) as error:
        return _refuse(request, map_id, error)
    anchor = f"#{wanted.anchor}" if wanted.anchor else ""
    return redirect(reverse("edit_journey", args=[map_id]) + anchor)


def _refuse(request: HttpRequest, map_id: int, error: ZhiyinError) -> HttpResponse:
    """The editor again, with what was wrong; 409 where the map moved on, 422 otherwise."""
    tell(request, refusal_words(error), tone="bad")
    asked = read_asked(request, map_id)
    initial = {"name": asked.document.name, "description": asked.document.description}
    status = 422 if isinstance(error, InvalidInput) else 409
    return _show_editor(request, asked, form=MapForm(initial=initial), status=status)


def _show_editor(request: HttpRequest, asked: Asked, *, form: MapForm, status: int) -> HttpResponse:
    context = {
        **frame(asked),
        "form": form,
        "stages": [
            {"one": stage, "points": [(one, unknown_aspects(one, asked=asked)) for one in stage.touchpoints]}
            for stage in asked.document.stages
        ],
        "can_undo": get_version(asked.map, asked.map.draft).parent > 0,
        "can_redo": can_redo(asked.map),
    }
    return render_page(request, "insight/journeys/edit.html", context, status=status)


def frame(asked: Asked) -> dict[str, object]:
    """What every page of the editor shows."""
    # Of the editor, the draft is always meant.
    row = get_map(asked.map.pk)
    return {"asked": asked, "map": row, "document": asked.document, "based_on": row.draft}


def _based_on(request: HttpRequest) -> int:
    text = request.POST.get("based_on", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


def _choices(asked: Asked) -> Choices:
    state = asked.state
    with closing(open_facts()) as connection:
        return list_choices(connection, scope=state.scope, filter=state.filter, now=state.now)
