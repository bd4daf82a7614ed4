"""Jobs: what runs, how far it is, the way to stop it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.engine import open_engine
from zhiyin.errors import Conflict, NotFound
from zhiyin.listen.models import ImportJob
from zhiyin.listen.services.imports.handed_in import KIND as IMPORT
from zhiyin.listen.services.jobs import JobKind, JobView, cancel_job, get_job, list_job_kinds, list_jobs
from zhiyin.listen.services.jobs.kinds import get_kind
from zhiyin.listen.services.sample_removal import remove_sample as begin_removal
from zhiyin.listen.views.imports import voices_url
from zhiyin.people.access import actor_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.audit import record_event

_LONG_WAIT = timedelta(seconds=20)


@requires(Permission.FEEDBACK_IMPORT)
@require_GET
def show_jobs(request: HttpRequest) -> HttpResponse:
    """Every job of the kinds that the visitor may see; live while one runs."""
    kinds = [kind for kind in list_job_kinds() if _may_see_kind(request, kind)]
    jobs = [job for job in list_jobs(of=kinds) if _may_see(request, job)]
    context = {"jobs": jobs, "n_unfinished": sum(job.is_unfinished for job in jobs)}
    return render_page(request, "listen/jobs.html", context, parts={"jobs": "listen/_jobs.html"})


@requires(Permission.FEEDBACK_IMPORT)
@require_GET
def show_job(request: HttpRequest, kind: str, job_id: int) -> HttpResponse:
    """One job."""
    job = _get(request, kind, job_id)
    context: dict[str, object] = {
        "job": job,
        # The bar stands below: the state need not show it a second time.
        "plain_job": replace(job, share=None),
        "kind": get_kind(kind),
        "is_long_waiting": timezone.now() - job.created_at > _LONG_WAIT,
    }
    if kind == IMPORT:
        context |= _of_import(job)
    return render_page(request, "listen/job.html", context, parts={"job": "listen/_job.html"})


@requires(Permission.FEEDBACK_IMPORT)
@require_POST
def stop_job(request: HttpRequest, kind: str, job_id: int) -> HttpResponse:
    """Cancels it; what was done stays."""
    job = _get(request, kind, job_id)
    try:
        cancel_job(kind, job_id)
    except Conflict:
        tell(request, _("It had ended already."), tone="info")
    else:
        record_event("job.cancelled", by=actor_of(request), target=(kind, job_id))
        tell(request, _("“%(name)s” is cancelled; what was done until now stays.") % {"name": job.name})
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return redirect(wanted if is_ours and wanted else reverse("job", args=[kind, job_id]))


@requires(Permission.FEEDBACK_IMPORT)
@require_GET
def download_rejected(request: HttpRequest, job_id: int) -> HttpResponseBase:
    """The rows that an import refused, each with its reason."""
    _get(request, IMPORT, job_id)
    path = _rejected_path(job_id)
    if path is None:
        raise Http404
    record_event("import.refused_rows_downloaded", by=actor_of(request), target=("import", job_id))
    name = _("refused rows of import %(id)d") % {"id": job_id}
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"{name}.csv", content_type="text/csv")


@requires(Permission.INSTALLATION_MANAGE)
@require_POST
def remove_sample(request: HttpRequest) -> HttpResponse:
    """Begins to take the sample company away."""
    job = begin_removal(by_account=visitor_of(request).account, by=actor_of(request))
    return redirect("job", kind=job.kind, job_id=job.pk)


def _get(request: HttpRequest, kind: str, job_id: int) -> JobView:
    try:
        job = get_job(kind, job_id)
    except NotFound:
        raise Http404 from None
    if not (_may_see_kind(request, get_kind(kind)) and _may_see(request, job)):
        raise Http404
    return job


def _may_see_kind(request: HttpRequest, kind: JobKind) -> bool:
    return visitor_of(request).may(kind.permission)


def _may_see(request: HttpRequest, job: JobView) -> bool:
    """Jobs speak of the whole company; whoever has a part of it sees their own."""
    visitor = visitor_of(request)
    if visitor.scope_for(get_kind(job.kind).permission).unit_ids is None:
        return True
    return visitor.account is not None and job.owner_id == visitor.account.pk


def _of_import(job: JobView) -> dict[str, object]:
    row = ImportJob.objects.get(pk=job.id)
    lag = open_engine(settings.HOME).log.lag() if job.status == "done" and _is_fresh(job) else None
    return {
        "voices_url": voices_url(row),
        "rejected_url": reverse("rejected_rows", args=[job.id]) if _rejected_path(job.id) else "",
        "n_to_understand": lag.n_items if lag else 0,
    }


def _is_fresh(job: JobView) -> bool:
    """Whether its voices may still be on their way; what waits much later is somebody else's."""
    return job.ended_at is not None and timezone.now() - job.ended_at < timedelta(minutes=30)


def _rejected_path(job_id: int) -> Path | None:
    name = ImportJob.objects.values_list("rejected_file", flat=True).filter(pk=job_id).first()
    path: Path = settings.HOME.files / "rejected" / (name or "")
    return path if name and path.is_file() else None
