"""Files taken in by page: handed in, looked at, begun."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.engine.home import Home
from zhiyin.errors import InvalidInput, NotFound
from zhiyin.listen.importers.registry import supported_suffixes
from zhiyin.listen.models import ImportJob, Upload
from zhiyin.listen.queries import list_channels
from zhiyin.listen.records.kinds import KINDS
from zhiyin.listen.sentences import words_of
from zhiyin.listen.services.imports.handed_in import KIND, submit_import
from zhiyin.listen.services.jobs.kinds import get_kind
from zhiyin.listen.services.uploads import drop_upload, get_upload, path_of, store_upload
from zhiyin.listen.views.import_form import DELIMITERS, ENCODINGS, ImportForm, read_form
from zhiyin.listen.views.record_imports import HOLDS
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.queries import find_unit_by_code
from zhiyin.people.queries.units import list_units
from zhiyin.people.scope import EVERYTHING

_MAX_UNITS_OFFERED = 500
_N_RECENT = 5


def max_upload_bytes() -> int:
    """The largest file that is taken by page."""
    return int(settings.UPLOAD_MAX_BYTES)


@requires(Permission.FEEDBACK_IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def import_file(request: HttpRequest) -> HttpResponse:
    """Choose a file; it is looked at before anything is taken in."""
    _require_whole_company(request)
    error = ""
    if request.method == "POST":
        try:
            upload = _receive(request)
        except InvalidInput as refusal:
            error = words_of(refusal)
        else:
            holds = request.POST.get("holds", "")
            if holds in KINDS:
                return redirect("import_records", token=upload.token, kind=holds)
            return redirect("import_preview", token=upload.token)
    context = {
        "error": error,
        "holds": HOLDS,
        "accept": ",".join(f".{suffix}" for suffix in supported_suffixes()),
        "max_bytes": max_upload_bytes(),
        "jobs": get_kind(KIND).list_recent(_N_RECENT),
    }
    return render_page(request, "listen/import.html", context, status=422 if error else 200)


@requires(Permission.FEEDBACK_IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def import_preview(request: HttpRequest, token: str) -> HttpResponse:
    """What each column is taken for and how the first rows are understood; then the start."""
    _require_whole_company(request)
    home: Home = settings.HOME
    try:
        upload = get_upload(token, by=visitor_of(request).account)
        path = path_of(upload, home=home)
    except NotFound:
        return _gone(request)
    error, form = "", None
    try:
        form = read_form(request.POST, path=path, name=upload.file_name)
    except InvalidInput as refusal:
        error = words_of(refusal)
    if form is not None:
        error = _find_error(form)
    wants_start = request.POST.get("do") == "start"
    if form is not None and not error and wants_start and form.can_start:
        return _start(request, upload, form)
    context = {**_context(upload, form), "error": error}
    is_wrong = bool(error) or (wants_start and form is not None and not form.can_start)
    return render_page(
        request,
        "listen/import_preview.html",
        context,
        parts={"preview": "listen/_import_preview.html"},
        # htmx shows what a refused look says only where the status is good.
        status=422 if is_wrong and not request.headers.get("HX-Request") else 200,
    )


@requires(Permission.FEEDBACK_IMPORT)
@require_POST
def discard_upload(request: HttpRequest, token: str) -> HttpResponse:
    """Gives an upload up."""
    try:
        drop_upload(get_upload(token, by=visitor_of(request).account), home=settings.HOME)
    except NotFound:
        raise Http404 from None
    tell(request, _("The file was discarded; nothing was imported."), tone="info")
    return redirect("import_file")


def voices_url(job: ImportJob) -> str:
    """Address of the voices of an import's sources, in all time; empty where the file held records."""
    if job.options.get("request", {}).get("holds", "voices") != "voices":
        return ""
    sources = sorted({plan["source"] for plan in job.mapping.values() if plan.get("source")})
    query = urlencode([("period", "all"), ("all", "1"), *(("source", source) for source in sources)])
    return f"{reverse('voices')}?{query}" if sources else ""


def _require_whole_company(request: HttpRequest) -> None:
    """Rows of a file may belong to any unit, so whoever imports must be allowed all."""
    if scope_of(request).unit_ids is not None:
        raise PermissionDenied


def _receive(request: HttpRequest) -> Upload:
    uploaded = request.FILES.get("file")
    if uploaded is None:
        raise InvalidInput(_("Choose a file first."))
    return store_upload(
        uploaded.chunks(),
        name=uploaded.name or "",
        home=settings.HOME,
        max_bytes=max_upload_bytes(),
        by=visitor_of(request).account,
    )


def _find_error(form: ImportForm) -> str:
    code = form.request.unit
    if code and find_unit_by_code(code) is None:
        return _("No unit has the code %(code)s. Choose one of the list.") % {"code": code}
    return ""


def _start(request: HttpRequest, upload: Upload, form: ImportForm) -> HttpResponse:
    job = submit_import(upload, request=form.request, by=actor_of(request))
    url = reverse("job", args=[KIND, job.pk])
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def _gone(request: HttpRequest) -> HttpResponse:
    """Another's upload, or one that has been used: nothing to look at."""
    tell(request, _("That upload is no longer here. Please upload the file again."), tone="bad")
    return redirect("import_file")


def _context(upload: Upload, form: ImportForm | None) -> dict[str, object]:
    units = list_units(scope=EVERYTHING)[:_MAX_UNITS_OFFERED]
    before = ImportJob.objects.filter(file_hash=upload.file_hash, n_rows_done__gt=0).order_by("-pk").first()
    return {
        "upload": upload,
        "form": form,
        "before": before,
        "channels": list_channels(),
        "units": units,
        "encodings": ENCODINGS,
        "delimiters": [(sign, _("tab") if sign == "\t" else sign) for sign in DELIMITERS],
    }
