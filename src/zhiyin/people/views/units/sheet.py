"""Page: the tree from a sheet, first as a preview, then for good."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.errors import Conflict, InvalidInput
from zhiyin.people.access import actor_of
from zhiyin.people.forms.units import CarriedSheetForm, SheetForm
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.unit_import import import_units
from zhiyin.people.services.unit_plan import PlannedRow, Problem, UnitPlan, Verdict, plan_units
from zhiyin.people.services.unit_sheet import MAX_BYTES, SheetRow, read_sheet, write_sheet
from zhiyin.people.unit_words import COLUMNS, column_name, kind_name

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

_MAX_SHOWN = 200
_PROBLEMS: dict[Problem, StrPromise] = {
    Problem.NO_CODE: gettext_lazy("The code is missing."),
    Problem.TWICE: gettext_lazy("This code stands in the sheet twice."),
    Problem.NO_NAME: gettext_lazy("A new unit needs a name."),
    Problem.TOO_LONG: gettext_lazy("A text is too long, or has signs that cannot be printed."),
    Problem.UNKNOWN_PARENT: gettext_lazy("The unit above it is neither in the tree nor in the sheet."),
    Problem.RING: gettext_lazy("It would stand below itself."),
    Problem.UNKNOWN_ZONE: gettext_lazy("The time zone is unknown. Write it as Asia/Shanghai."),
    Problem.ROOT_KIND: gettext_lazy("Only the company itself is of the kind company."),
    Problem.ROOT_MOVES: gettext_lazy("The company stands at the top, so it has none above it."),
}
# A form may hold 2.5 MB.
_MAX_CARRIED = 2_400_000


@requires(Permission.UNITS_MANAGE)
def take_sheet(request: HttpRequest) -> HttpResponseBase:
    """Ask for a file; show what it would change; do it once that is agreed to."""
    if request.method != "POST":
        return _ask(request, SheetForm())
    if "rows" in request.POST:
        return _take(request)
    form = SheetForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            return _preview(request, read_sheet(_content(form.cleaned_data["file"])))
        except InvalidInput:
            form.add_error("file", _not_read())
    return _ask(request, form, status=422)


def _take(request: HttpRequest) -> HttpResponseBase:
    form = CarriedSheetForm(request.POST)
    if not form.is_valid():
        return _ask(request, SheetForm(), status=422)
    try:
        rows = read_sheet(form.cleaned_data["rows"].encode())
    except InvalidInput:
        return _ask(request, SheetForm(), status=422)
    agreed = plan_units(rows)
    if _stamp(agreed) != form.cleaned_data["agreed"]:
        return _preview(request, rows, is_changed=True)
    try:
        plan = import_units(rows, agreed=agreed, by=actor_of(request))
    except Conflict:
        return _preview(request, rows, is_changed=True)
    n_units = plan.n_rows("new") + plan.n_rows("changed")
    words = ngettext("%(n)d unit was taken in.", "%(n)d units were taken in.", n_units)
    tell(request, words % {"n": n_units})
    return redirect("manage_units")


def _ask(request: HttpRequest, form: SheetForm, *, status: int = 200) -> HttpResponse:
    language = get_language() or "zh"
    context = {
        "form": form,
        "headings": [column_name(column, language=language) for column in COLUMNS],
        "sample": [
            ["north", _("North"), "company", kind_name("region", language=language), ""],
            ["1001", _("Station Road"), "north", kind_name("store", language=language), "Asia/Shanghai"],
        ],
    }
    return render_page(request, "people/units_sheet.html", context, status=status)


def _preview(request: HttpRequest, rows: list[SheetRow], *, is_changed: bool = False) -> HttpResponse:
    carried = write_sheet(rows)
    if len(carried.encode()) > _MAX_CARRIED:
        raise InvalidInput("The sheet is too large.", next_step="Split it.", field="file")
    plan = plan_units(rows)
    # What is wrong or different is what one came to see.
    order: tuple[Verdict, ...] = ("wrong", "changed", "new", "same")
    shown = sorted(plan.rows, key=lambda row: order.index(row.verdict))[:_MAX_SHOWN]
    context = {
        "plan": plan,
        "shown": [_told(row) for row in shown],
        "n_hidden": len(plan.rows) - len(shown),
        "counts": {verdict: plan.n_rows(verdict) for verdict in order},
        "form": CarriedSheetForm(initial={"rows": carried, "agreed": _stamp(plan)}),
        "is_changed": is_changed,
    }
    status = 409 if is_changed else 200
    return render_page(request, "people/units_preview.html", context, status=status)


def _told(planned: PlannedRow) -> dict[str, object]:
    """A row with its problem or its changes in words."""
    language = get_language() or "zh"
    before = planned.before or {}
    return {
        "planned": planned,
        "problem": _PROBLEMS[planned.problem] if planned.problem else "",
        "changes": [
            (column_name(column, language=language), before.get(column, ""), planned.after[column])
            for column in COLUMNS
            if planned.after and column in planned.after
        ],
    }


def _content(file: UploadedFile[bytes]) -> bytes:
    """The file, or just so much of it that it is known to be too large."""
    return bytes(file.read(MAX_BYTES + 1))


def _stamp(plan: UnitPlan) -> str:
    return hashlib.sha256(repr(plan.fingerprint).encode()).hexdigest()


def _not_read() -> str:
    return " ".join(
        [
            _("This file cannot be read."),
            _("Its first line names the columns code and name, below stand 1 to 20,000 units."),
            _("Save it as CSV (UTF-8) or XLSX."),
        ]
    )
