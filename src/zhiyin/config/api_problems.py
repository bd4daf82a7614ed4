"""What the shell refuses under `/v1/`, told as the API tells it: one form, two languages."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from zhiyin.console.client import is_api
from zhiyin.console.request_ids import current_request_id
from zhiyin.listen.http.intake_app import PATH as INTAKE_PATH
from zhiyin.listen.http.problems import CONTENT_TYPE, ProblemError, describe, headers_of, language_of
from zhiyin.people.permissions import permission_of

_CODES = {401: "unauthorized", 403: "forbidden", 404: "not_found", 405: "method_not_allowed", 500: "error"}


class ApiProblemMiddleware:
    """Stands next to the views, so that it sees what access, routing and views refuse."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer; a refusal of the shell in the API's words."""
        response = self._get_response(request)
        is_ours = isinstance(response, JsonResponse) or response.status_code == 405
        if not (is_ours and is_api(request) and response.status_code in _CODES):
            return response
        answer = problem_response(request, ProblemError(_CODES[response.status_code], detail=_scope(request)))
        if response.status_code == 405:
            answer["Allow"] = response["Allow"] + (", POST" if request.path == INTAKE_PATH else "")
        return answer


def problem_response(request: HttpRequest, problem: ProblemError) -> HttpResponse:
    """The problem in the language that the request prefers."""
    language = language_of(request.headers.get("Accept-Language"))
    told = describe(problem, language=language, request_id=current_request_id())
    return HttpResponse(
        msgspec.json.encode(told),
        status=told.status,
        content_type=CONTENT_TYPE,
        headers={"Content-Language": language, **headers_of(problem)},
    )


def _scope(request: HttpRequest) -> str:
    """What the address asks of a key; empty where there is nothing at the address."""
    match = request.resolver_match
    permission = permission_of(match.func, method=request.method or "GET") if match else None
    return permission.value if permission else ""
