"""What staff see of photos and recordings: a part of the page of the case or voice, and the file itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db.models import Q
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_safe

from zhiyin.insight.voice_panels import VoicePanel
from zhiyin.insight.voice_panels import register as register_with_voices
from zhiyin.listen.queries import FeedbackDetail
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.audit import record_event
from zhiyin.portal.errors import EvidenceNotFound
from zhiyin.portal.evidence.keeping import open_file
from zhiyin.portal.evidence.kinds import KINDS
from zhiyin.portal.evidence.taking import list_lines
from zhiyin.portal.models import Evidence
from zhiyin.respond.case_panels import CasePanel, register
from zhiyin.respond.models import Case
from zhiyin.respond.queries import list_feedback_ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One file; `name` tells what it is and how large."""

    evidence: Evidence
    name: str


def add_evidence() -> None:
    """Show it on cases and voices; again, it changes nothing."""
    register(CasePanel(name="evidence", template="portal/_evidence.html", build=_for_case, place="main"))
    register_with_voices(
        VoicePanel(
            name="evidence",
            template="portal/_evidence.html",
            permission=Permission.FEEDBACK_READ,
            build=_for_voice,
            order=20,
        )
    )


@require_safe
@requires(Permission.VERBATIM_REVEAL)
def evidence_file(request: HttpRequest, uuid: UUID) -> StreamingHttpResponse:
    """The file, as a download that no browser takes for a page; that it was opened is written down."""
    found = Evidence.objects.select_related("case").filter(uuid=uuid).exclude(feedback_id="").first()
    if found is None or not _may_open(request, found):
        raise Http404
    try:
        pieces = open_file(found)
    except EvidenceNotFound:
        raise Http404 from None
    target = found.case.number if found.case else found.feedback_id
    record_event("evidence.opened", by=actor_of(request), target=("evidence", target))
    is_async = isinstance(request, ASGIRequest)
    response = StreamingHttpResponse(
        _in_threads(pieces) if is_async else pieces, content_type=KINDS[found.kind].media_type
    )
    response["Content-Disposition"] = f'attachment; filename="{found.uuid.hex[:8]}.{found.kind}"'
    response["Content-Length"] = str(found.n_bytes)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _may_open(request: HttpRequest, found: Evidence) -> bool:
    scope = scope_of(request)
    return scope.allows(found.unit_id) or (found.case is not None and scope.allows(found.case.unit_id))


def _for_case(case: Case, request: HttpRequest) -> Mapping[str, object]:
    rows = Evidence.objects.filter(Q(feedback_id__in=list_feedback_ids(case)) | Q(case=case))
    may_open = visitor_of(request).scope_for(Permission.VERBATIM_REVEAL).allows(case.unit_id)
    return _show(list(rows.exclude(feedback_id="").order_by("pk")), may_open=may_open)


def _for_voice(request: HttpRequest, detail: FeedbackDetail) -> Mapping[str, object]:
    rows = list(Evidence.objects.filter(feedback_id=detail.feedback.feedback_id).order_by("pk"))
    scope = visitor_of(request).scope_for(Permission.VERBATIM_REVEAL)
    return _show(rows, may_open=all(scope.allows(one.unit_id) for one in rows))


def _show(rows: list[Evidence], *, may_open: bool) -> Mapping[str, object]:
    if not rows:
        return {}
    lines = [Line(evidence=one, name=line.name) for one, line in zip(rows, list_lines(rows), strict=True)]
    return {"evidence_lines": lines, "may_open_evidence": may_open}


async def _in_threads(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    read = sync_to_async(lambda: next(pieces, b""), thread_sensitive=True)
    while piece := await read():
        yield piece
