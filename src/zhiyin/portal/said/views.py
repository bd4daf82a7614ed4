"""Pages: what customers said and what we did, for everybody; and for staff, where it is written."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, InvalidInput
from zhiyin.people.access import actor_of, scope_of
from zhiyin.people.models import OrgUnit
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.queries import list_units
from zhiyin.portal.models import SaidAndDone
from zhiyin.portal.pages import customer_page
from zhiyin.portal.queries.sender import company_name
from zhiyin.portal.said.forms import EntryForm
from zhiyin.portal.said.services import (
    Entry,
    EntryNotFound,
    get_entry,
    publish_entry,
    save_entry,
    withdraw_entry,
)
from zhiyin.portal.said.showing import show

_SHOWN, _ROWS = 20, 50


@customer_page
def said_and_done(request: HttpRequest) -> HttpResponse:
    """What is public, the newest first."""
    rows = SaidAndDone.objects.select_related("unit").filter(published_at__isnull=False)
    page = Paginator(rows.order_by("-published_at", "-pk"), _SHOWN).get_page(request.GET.get("page"))
    context = {"sender": company_name(), "page": page, "entries": [show(one) for one in page]}
    return render(request, "portal/said/public.html", context)


@require_safe
@requires(Permission.KNOWLEDGE_EDIT)
def list_entries(request: HttpRequest) -> HttpResponse:
    """For staff: all entries of the units in scope."""
    scope = scope_of(request)
    rows = SaidAndDone.objects.select_related("unit", "author").order_by("-saved_at", "-pk")
    if scope.unit_ids is not None:
        rows = rows.filter(unit_id__in=scope.unit_ids)
    page = Paginator(rows, _ROWS).get_page(request.GET.get("page"))
    return render(request, "portal/said/list.html", {"page": page, "entries": [show(one) for one in page]})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.KNOWLEDGE_EDIT)
def edit_entry(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Write an entry; saving shows it as customers will see it."""
    known = None if pk is None else _find(request, pk)
    initial = {} if known is None else {name: getattr(known, name) for name in Entry.__slots__}
    form = EntryForm(request.POST or None, initial=initial, units=_units(request))
    if request.method != "POST" or not form.is_valid():
        return _draw(request, form, known=known, status=422 if form.errors else 200)
    given = request.POST.get("version", "")
    version = int(given) if given.isascii() and given.isdigit() and len(given) < 9 else -1
    try:
        row = save_entry(
            form.entry(), by=actor_of(request), scope=scope_of(request), known=known, version=version
        )
    except InvalidInput as error:
        form.add_error((error.field or "title_zh").removesuffix("_forbidden"), _say(error))
        return _draw(request, form, known=known, status=422)
    except Conflict:
        form.add_error(
            None, _("Somebody else changed this entry meanwhile. Yours stands here; save again to keep it.")
        )
        return _draw(request, form, known=_find(request, pk or 0), status=409)
    tell(request, _("Saved. This is how customers see it."))
    return redirect("said_and_done_entry", row.pk)


@require_safe
@requires(Permission.KNOWLEDGE_EDIT)
def show_entry(request: HttpRequest, pk: int) -> HttpResponse:
    """The entry as customers see it, with the button that publishes it."""
    return render(request, "portal/said/entry.html", {"shown": show(_find(request, pk))})


@require_POST
@requires(Permission.KNOWLEDGE_EDIT)
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody may read it."""
    row = _find(request, pk)
    publish_entry(row, by=actor_of(request))
    tell(request, _("It is public now."), undo_url=reverse("withdraw_said_and_done", args=[pk]))
    return redirect("said_and_done_entry", pk)


@require_POST
@requires(Permission.KNOWLEDGE_EDIT)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Nobody but staff reads it any more."""
    row = _find(request, pk)
    withdraw_entry(row, by=actor_of(request))
    tell(request, _("It is no longer public."), undo_url=reverse("publish_said_and_done", args=[pk]))
    return redirect("said_and_done_entry", pk)


_PROBLEMS = {
    "title_zh": lambda: _("Please fill in title, what was said and what we did, in Chinese or in English."),
    "aspect": lambda: _("To count voices, choose what about and both days; or leave all three empty."),
    "last_day": lambda: _("The last day lies before the first."),
}


def _say(error: InvalidInput) -> str:
    field = error.field or "title_zh"
    if field.endswith("_forbidden"):
        return _("Customers must not be asked to change or remove a review. Please take these words out.")
    return _PROBLEMS[field]()


def _find(request: HttpRequest, pk: int) -> SaidAndDone:
    try:
        return get_entry(pk, scope=scope_of(request))
    except EntryNotFound:
        raise Http404 from None


def _units(request: HttpRequest) -> list[OrgUnit]:
    return [unit for unit in list_units(scope=scope_of(request)) if unit.is_active]


def _draw(request: HttpRequest, form: EntryForm, *, known: SaidAndDone | None, status: int) -> HttpResponse:
    version = known.version if known else 0
    context = {"form": form, "known": known, "version": version}
    return render(request, "portal/said/edit.html", context, status=status)
