"""Problem details (RFC 9457) for programs."""

from __future__ import annotations

from http import HTTPStatus

from django.http import JsonResponse

from zhiyin.console.request_ids import current_request_id


def problem(*, status: int, code: str, detail: str) -> JsonResponse:
    """An `application/problem+json` answer; `code` is stable, `requestId` stands in the log too."""
    members = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "requestId": current_request_id(),
    }
    return JsonResponse(members, status=status, content_type="application/problem+json")
