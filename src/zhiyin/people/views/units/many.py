"""What is done with many units at once, and what is taken back."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, NotFound, ZhiyinError
from zhiyin.people.access import actor_of, scope_of
from zhiyin.people.forms.fields import give_scope
from zhiyin.people.forms.units import BulkForm
from zhiyin.people.models import OrgUnit
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.problem_words import problem_words
from zhiyin.people.queries.unit_tree import UnitFilter, select_units
from zhiyin.people.services.undo import undo_unit_changes
from zhiyin.people.services.unit_changes import Changed
from zhiyin.people.services.units import merge_units, move_units, set_units_active


@requires(Permission.UNITS_MANAGE)
@require_POST
def change_many(request: HttpRequest) -> HttpResponseBase:
    """Move, merge, close or open the chosen units, all or none; then back to the list."""
    form = BulkForm(request.POST)
    give_scope(form, scope_of(request))
    chosen = form.fields["chosen"]
    chosen.queryset = select_units(UnitFilter(), scope=scope_of(request))  # type: ignore[attr-defined]
    back = redirect(_back(request))
    if not form.is_valid():
        tell(request, " ".join(_mistakes(form)), tone="bad")
        return back
    try:
        changed = _do(request, form)
    except ZhiyinError as error:
        tell(request, problem_words(error), tone="bad")
        return back
    words = ngettext("%(n)d unit was changed.", "%(n)d units were changed.", changed.n_units)
    undo_url = reverse("undo_units", args=[changed.first, changed.last]) if changed.n_units else ""
    tell(request, words % {"n": changed.n_units}, undo_url=undo_url)
    return back


@requires(Permission.UNITS_MANAGE)
@require_POST
def undo(request: HttpRequest, first: int, last: int) -> HttpResponseBase:
    """Take back what these events of the asker's own tell of."""
    try:
        changed = undo_unit_changes(first, last=last, by=actor_of(request))
    except NotFound:
        raise Http404 from None
    except Conflict:
        words = _("It was changed again since, so it stays. Change it by hand.")
        tell(request, words, tone="bad")
    except ZhiyinError as error:
        tell(request, problem_words(error), tone="bad")
    else:
        words = ngettext("%(n)d unit is as it was.", "%(n)d units are as they were.", changed.n_units)
        tell(request, words % {"n": changed.n_units}, tone="info")
    return redirect(_back(request))


def _do(request: HttpRequest, form: BulkForm) -> Changed:
    units: list[OrgUnit] = list(form.cleaned_data["chosen"])
    target: OrgUnit = form.cleaned_data["target"]
    deed, by = form.cleaned_data["deed"], actor_of(request)
    if deed == "move":
        return move_units(units, parent=target, by=by)
    if deed == "merge":
        return merge_units(units, into=target, by=by)
    return set_units_active(units, is_active=deed == "open", by=by)


def _mistakes(form: BulkForm) -> list[str]:
    if "chosen" in form.errors:
        return [_("Choose at least one unit.")]
    return [str(message) for messages in form.errors.values() for message in messages]


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    # A page that answered a form has an address that only a form may ask for.
    is_page = urlsplit(wanted).path.startswith(reverse("manage_units")) and not wanted.endswith(
        ("/move/", "/merge/")
    )
    return wanted if is_ours and is_page else reverse("manage_units")
