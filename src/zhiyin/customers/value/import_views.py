"""The page that takes a file of entries in."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhiyin.console.pages import render_page
from zhiyin.console.templatetags.shell import page_language
from zhiyin.customers.value.entering import actor_name
from zhiyin.customers.value.importing import MOST_ROWS, Imported, import_values, list_refused
from zhiyin.engine import open_engine
from zhiyin.errors import InvalidInput
from zhiyin.listen.records.taking import require_source
from zhiyin.people.access import actor_of, scope_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.audit import record_event

_MOST_BYTES = 20 * 1024 * 1024


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CUSTOMERS_WORK)
def import_value(request: HttpRequest) -> HttpResponse:
    """Take a file in, and say what became of its rows."""
    context: dict[str, object] = {"source": request.POST.get("source", ""), "most_rows": MOST_ROWS}
    status = 200
    if request.method == "POST":
        try:
            found = _import(request)
        except InvalidInput as problem:
            context["problem"] = _explain(problem)
            status = 422
        else:
            context["found"] = found
            context["refused"] = list(list_refused(found, language=page_language()))
    return render_page(request, "customers/value/import.html", context, status=status)


def _import(request: HttpRequest) -> Imported:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile) or not file.size:
        raise InvalidInput("No file was chosen.", field="none")
    if file.size > _MOST_BYTES:
        raise InvalidInput("The file is too large.", field="size")
    source = require_source(request.POST.get("source", ""))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "entries"
        with path.open("wb") as target:
            for block in file.chunks():
                target.write(block)
        found = import_values(
            path,
            name=file.name or "entries.csv",
            source=source,
            engine=open_engine(settings.HOME),
            scope=scope_of(request),
            by=actor_name(actor_of(request)),
        )
    if found.n_accepted:
        record_event("value.entered", by=actor_of(request), details={"records": found.n_accepted})
    return found


def _explain(problem: InvalidInput) -> str:
    words = {
        "none": _("Choose a file."),
        "size": _("The file is larger than 20 MB: cut it, or use the interface."),
        "source": _("Name the system that the file comes from."),
        "file": _("Columns are missing: a row needs at least a customer, a time and a kind."),
    }
    return words.get(problem.field or "", _("The file cannot be read as a table. Save it as CSV or XLSX."))
