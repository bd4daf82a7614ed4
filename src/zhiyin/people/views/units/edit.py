"""Pages: one unit, and what changes it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.errors import InvalidInput, NotFound, ZhiyinError
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.forms.fields import give_scope, offer_zone
from zhiyin.people.forms.units import NewUnitForm, PlaceForm, UnitForm
from zhiyin.people.models import OrgUnit
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.problem_words import problem_words
from zhiyin.people.queries import get_unit
from zhiyin.people.queries.audit_trail import list_history
from zhiyin.people.queries.unit_tree import UnitFilter, list_above, list_staff, search_units
from zhiyin.people.services.unit_changes import Changed
from zhiyin.people.services.units import (
    change_unit,
    create_unit,
    merge_units,
    move_unit,
    set_units_active,
)
from zhiyin.people.told_events import tell_event
from zhiyin.people.views.posts import takes_form_of


@requires(Permission.SUMMARY_READ)
def show_unit(request: HttpRequest, unit_id: int) -> HttpResponse:
    """What one unit is, what stands below it, who works there, what was changed."""
    return _page(request, _unit(request, unit_id))


@requires(Permission.UNITS_MANAGE)
def new_unit(request: HttpRequest) -> HttpResponseBase:
    """A form for a unit that is not there yet, then the unit."""
    form = NewUnitForm(request.POST or None, initial={"parent": request.GET.get("parent", "")[:300]})
    give_scope(form, scope_of(request))
    status = 200
    if request.method == "POST":
        if form.is_valid():
            unit = _create(request, form)
            if unit is not None:
                tell(request, _("%(name)s is in the tree now.") % {"name": unit.name})
                return redirect("unit_settings", unit.pk)
        status = 422
    return render_page(request, "people/unit_new.html", {"form": form}, status=status)


@requires(Permission.UNITS_MANAGE)
def edit_unit(request: HttpRequest, unit_id: int) -> HttpResponseBase:
    """A form for name, code, kind and time zone."""
    unit = _unit(request, unit_id)
    now = {"name": unit.name, "code": unit.code, "kind": unit.kind, "time_zone": unit.time_zone}
    form = UnitForm(request.POST or None, initial=now)
    form.allow_kind(unit.kind)
    offer_zone(form, "time_zone", code=unit.time_zone)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                changed = change_unit(unit, **form.cleaned_data, by=actor_of(request))
            except ZhiyinError as error:
                _put_error(form, error)
            else:
                return done(request, changed, _("%(name)s was changed.") % {"name": unit.name}, to=unit)
        status = 422
    return render_page(request, "people/unit_edit.html", {"form": form, "unit": unit}, status=status)


@requires(Permission.UNITS_MANAGE)
@takes_form_of("unit_settings", "unit_id")
def move(request: HttpRequest, unit_id: int) -> HttpResponseBase:
    """Hang the unit below another."""
    return _place(
        request,
        _unit(request, unit_id),
        name="move_form",
        words=_("%(name)s stands below %(target)s now."),
        deed=lambda unit, target: move_unit(unit, parent=target, by=actor_of(request)),
    )


@requires(Permission.UNITS_MANAGE)
@takes_form_of("unit_settings", "unit_id")
def merge(request: HttpRequest, unit_id: int) -> HttpResponseBase:
    """Say that the unit is really another."""
    return _place(
        request,
        _unit(request, unit_id),
        name="merge_form",
        words=_("%(name)s is %(target)s from now on."),
        deed=lambda unit, target: merge_units([unit], into=target, by=actor_of(request)),
    )


@requires(Permission.UNITS_MANAGE)
@takes_form_of("unit_settings", "unit_id")
def set_state(request: HttpRequest, unit_id: int, state: str) -> HttpResponseBase:
    """Open or close the unit; or say that it is right as it stands."""
    unit = _unit(request, unit_id)
    try:
        if state == "reviewed":
            changed = change_unit(unit, by=actor_of(request))
            words = _("%(name)s stays as it is.")
        else:
            is_active = state == "open"
            changed = set_units_active([unit], is_active=is_active, by=actor_of(request))
            words = _("%(name)s is open again.") if is_active else _("%(name)s is closed.")
    except ZhiyinError as error:
        return _page(request, unit, problem=problem_words(error), status=409)
    return done(request, changed, words % {"name": unit.name}, to=unit)


def done(request: HttpRequest, changed: Changed, words: str, *, to: OrgUnit | None) -> HttpResponseBase:
    """Say what was done, with the way back, on the page of the unit or of the tree."""
    undo_url = reverse("undo_units", args=[changed.first, changed.last]) if changed.n_units else ""
    tell(request, words, undo_url=undo_url)
    return redirect("unit_settings", to.pk) if to else redirect(f"{reverse('manage_units')}?state=review")


def _place(
    request: HttpRequest,
    unit: OrgUnit,
    *,
    name: str,
    words: str,
    deed: Callable[[OrgUnit, OrgUnit], Changed],
) -> HttpResponseBase:
    form = PlaceForm(request.POST, prefix=name)
    give_scope(form, scope_of(request))
    if form.is_valid():
        target: OrgUnit = form.cleaned_data["unit"]
        try:
            changed = deed(unit, target)
        except ZhiyinError as error:
            _put_error(form, error)
        else:
            return done(request, changed, words % {"name": unit.name, "target": target.name}, to=unit)
    return _page(request, unit, forms={name: form}, status=422)


def _page(
    request: HttpRequest,
    unit: OrgUnit,
    *,
    forms: dict[str, PlaceForm] | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    scope, visitor = scope_of(request), visitor_of(request)
    can_manage = visitor.scope_for(Permission.UNITS_MANAGE).allows(unit.pk)
    below = search_units(UnitFilter(below=unit), scope=scope)
    context: dict[str, object] = {
        "unit": unit,
        "above": list_above(unit, scope=scope),
        "n_below": below.n_rows - 1,
        "merged_into": unit.merged_into if scope.allows(unit.merged_into_id) else None,
        "can_manage": can_manage,
        "history": [tell_event(named) for named in list_history("unit", unit.pk)] if can_manage else [],
        "staff": list_staff(unit) if visitor.may(Permission.ACCOUNTS_MANAGE) else None,
        "problem": problem,
        "move_form": PlaceForm(prefix="move_form"),
        "merge_form": PlaceForm(prefix="merge_form"),
        **(forms or {}),
    }
    return render_page(request, "people/unit.html", context, status=status)


def _unit(request: HttpRequest, unit_id: int) -> OrgUnit:
    try:
        return get_unit(unit_id, scope=scope_of(request))
    except NotFound:
        raise Http404 from None


def _create(request: HttpRequest, form: NewUnitForm) -> OrgUnit | None:
    """The unit, or None with the reason in the form."""
    try:
        return create_unit(
            form.cleaned_data["code"],
            name=form.cleaned_data["name"],
            kind=form.cleaned_data["kind"],
            parent=form.cleaned_data["parent"],
            time_zone=form.cleaned_data["time_zone"],
            by=actor_of(request),
        )
    except ZhiyinError as error:
        _put_error(form, error)
        return None


def _put_error(form: UnitForm | PlaceForm, error: ZhiyinError) -> None:
    """Show the error at the field that it is about."""
    field = error.field if isinstance(error, InvalidInput) else "code" if "code" in form.fields else None
    form.add_error(field if field in form.fields else None, problem_words(error))
