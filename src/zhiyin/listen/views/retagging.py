"""Has the stored voices understood anew by the version of the taxonomy in use."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from zhiyin.listen.services.retagging import KIND, submit_retagging
from zhiyin.people.access import actor_of
from zhiyin.people.permissions import Permission, requires


@requires(Permission.TAXONOMY_EDIT)
@require_POST
def retag_voices(request: HttpRequest) -> HttpResponse:
    """Begins it; the page of the job tells how far it is."""
    job = submit_retagging(by=actor_of(request))
    return redirect("job", kind=KIND, job_id=job.pk)
