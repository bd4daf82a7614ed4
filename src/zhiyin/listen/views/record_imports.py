"""Files of orders, contacts, inspections, products and visits taken in by page: looked at, begun."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from zhiyin.console.pages import render_page
from zhiyin.console.templatetags.shell import page_language
from zhiyin.console.toasts import tell
from zhiyin.errors import InvalidInput, NotFound
from zhiyin.listen.models import Upload
from zhiyin.listen.records.columns import IGNORED
from zhiyin.listen.records.fields import fields_of
from zhiyin.listen.records.kinds import KINDS, RecordKind
from zhiyin.listen.records.preview import TableLook, look_at
from zhiyin.listen.records.taking import require_source
from zhiyin.listen.sentences import words_of
from zhiyin.listen.services.imports import ImportRequest
from zhiyin.listen.services.imports.handed_in import KIND, submit_import
from zhiyin.listen.services.uploads import get_upload, path_of
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.queries import find_unit_by_code
from zhiyin.people.queries.units import list_units
from zhiyin.people.scope import EVERYTHING

_MAX_UNITS_OFFERED = 500

HOLDS = {
    "voices": gettext_lazy("Voices: reviews, complaints, chats, surveys"),
    "purchases": gettext_lazy("Orders"),
    "contacts": gettext_lazy("Contacts: calls, chats, visits"),
    "inspections": gettext_lazy("Inspections of stores"),
    "products": gettext_lazy("Products that customers have: devices, warranties"),
    "visits": gettext_lazy("Visits of customers"),
}
"""What a file may hold, and how people call it."""


@requires(Permission.FEEDBACK_IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def import_records(request: HttpRequest, token: str, kind: str) -> HttpResponse:
    """What each column is taken for, and which of the first rows would be refused; then the start."""
    if scope_of(request).unit_ids is not None:
        raise PermissionDenied  # rows of a file may belong to any unit
    if kind not in KINDS:
        raise Http404
    try:
        upload = get_upload(token, by=visitor_of(request).account)
        path = path_of(upload, home=settings.HOME)
    except NotFound:
        tell(request, _("That upload is no longer here. Please upload the file again."), tone="bad")
        return redirect("import_file")
    wish = ImportRequest(
        holds=KINDS[kind].code,
        source=request.POST.get("source", "").strip() or None,
        unit=request.POST.get("unit", "").strip() or None,
    )
    wants_start = request.POST.get("do") == "start"
    tables, error = _look(request, upload, path=path, kind=KINDS[kind], wish=wish)
    error = error or (_find_error(wish) if wants_start else "")
    if wants_start and not error and any(table.can_start for table in tables):
        return _start(request, upload, wish=wish, tables=tables)
    context = {
        "upload": upload,
        "kind": kind,
        "kind_name": HOLDS[kind],
        "wish": wish,
        "tables": tables,
        "can_start": any(table.can_start for table in tables),
        "fields": [(code, about.name(page_language())) for code, about in fields_of(kind).items()],
        "ignored": IGNORED,
        "units": list_units(scope=EVERYTHING)[:_MAX_UNITS_OFFERED],
        "error": error,
    }
    is_wrong = bool(error) and not request.headers.get("HX-Request")
    return render_page(
        request,
        "listen/import_records.html",
        context,
        parts={"records": "listen/_import_records.html"},
        status=422 if is_wrong else 200,
    )


def _look(
    request: HttpRequest, upload: Upload, *, path: Path, kind: RecordKind, wish: ImportRequest
) -> tuple[list[TableLook], str]:
    try:
        tables = look_at(
            path,
            name=upload.file_name,
            kind=kind,
            request=wish,
            chosen=_chosen(request.POST),
            language=page_language(),
        )
    except InvalidInput as refusal:
        return [], words_of(refusal)
    return tables, ""


def _chosen(given: QueryDict) -> Mapping[int, Mapping[int, str]]:
    """The fields of columns (`t0.c3`) by number of the table and of the column."""
    chosen: dict[int, dict[int, str]] = {}
    for name in given:
        table, dot, column = name.partition(".")
        numbers = table.removeprefix("t"), column.removeprefix("c")
        if dot and all(number.isascii() and number.isdecimal() and len(number) < 5 for number in numbers):
            chosen.setdefault(int(numbers[0]), {})[int(numbers[1])] = given.get(name, "")
    return chosen


def _find_error(wish: ImportRequest) -> str:
    try:
        require_source(wish.source or "")
    except InvalidInput as refusal:
        return words_of(refusal)
    if wish.unit and find_unit_by_code(wish.unit) is None:
        return _("No unit has the code %(code)s. Choose one of the list.") % {"code": wish.unit}
    return ""


def _start(
    request: HttpRequest, upload: Upload, *, wish: ImportRequest, tables: list[TableLook]
) -> HttpResponse:
    full = ImportRequest(
        holds=wish.holds,
        source=wish.source,
        unit=wish.unit,
        mappings={table.name: table.mapping for table in tables if table.can_start},
        left_out=tuple(table.name for table in tables if not table.can_start),
    )
    job = submit_import(upload, request=full, by=actor_of(request))
    url = reverse("job", args=[KIND, job.pk])
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
