"""The API under `/v1/`: the rooms' routers, problem details, one OpenAPI document."""

from __future__ import annotations

import inspect
import logging
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.security import HttpBearer

from zhiyin import __version__
from zhiyin.config.api_problems import problem_response
from zhiyin.customers.events.documents import event_operations
from zhiyin.customers.rights.api import router as rights_router
from zhiyin.customers.segments.api import router as segments_router
from zhiyin.customers.value.api import router as value_router
from zhiyin.errors import ZhiyinError
from zhiyin.insight.api import router as insight_router
from zhiyin.knowledge.api import router as knowledge_router
from zhiyin.listen.api import router as listen_router
from zhiyin.listen.http.documents import components, intake_operation
from zhiyin.listen.http.problems import InvalidParam, ProblemError, to_problem
from zhiyin.people.permissions import Permission, declare

_log = logging.getLogger(__name__)


class ApiKey(HttpBearer):
    """Documents the key. `people.access` has let the request through before it comes here."""

    def __call__(self, request: HttpRequest) -> bool:
        """Whoever comes here may: a session needs no key."""
        return True

    def authenticate(self, request: HttpRequest, token: str) -> bool:
        """As `__call__`."""
        return True


class ZhiyinAPI(NinjaAPI):
    """django-ninja, with what Starlette answers in the document too."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """OpenAPI 3.1 of everything under `/v1/`."""
        document = super().get_openapi_schema(**options)
        document["paths"].setdefault("/v1/feedback", {})["post"] = intake_operation()
        for path, operation in event_operations().items():
            document["paths"].setdefault(path, {})["post"] = operation
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas.update(components())
        return document


api = ZhiyinAPI(
    title="Zhiyin 知音",
    version=__version__,
    description="Takes in every voice of a company's customers and tells what they mean.",
    auth=ApiKey(),
    urls_namespace="v1",
    docs_url=None,  # the home page draws them, without a third party's scripts
)
api.add_router("", listen_router)
api.add_router("", insight_router)
api.add_router("", rights_router)
api.add_router("", value_router)
api.add_router("", segments_router)
api.add_router("", knowledge_router)


def list_urls() -> tuple[list[URLPattern | URLResolver], str, str]:
    """What belongs under `/v1/`. Operations name their permission; the document itself is public."""
    patterns, app_name, namespace = api.urls
    views = [pattern for pattern in patterns if isinstance(pattern, URLPattern)]
    for view in views:
        if inspect.isfunction(view.callback):
            # django-ninja hides its path in a closure; whoever asks for its permission finds it here.
            path_view = inspect.getclosurevars(view.callback).nonlocals["self"]
            setattr(view.callback, "__self__", path_view)  # noqa: B010 - a function has none of its own
    documents = [view for view in views if view.name in ("openapi-json", "api-root")]
    declare(documents, permission=Permission.PUBLIC)
    return patterns, app_name, namespace


@api.exception_handler(ZhiyinError)
def _on_domain_error(request: HttpRequest, error: ZhiyinError) -> HttpResponse:
    return problem_response(request, to_problem(error))


@api.exception_handler(ValidationError)
def _on_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    params = [
        InvalidParam(field=str(one["loc"][-1]), reason=str(one["msg"]), code=str(one["type"]))
        for one in error.errors
    ]
    return problem_response(
        request, ProblemError("invalid_input", detail="See invalid_params.", invalid_params=params)
    )


@api.exception_handler(Http404)
def _on_missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem_response(request, ProblemError("not_found"))


@api.exception_handler(HttpError)
def _on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem_response(request, ProblemError("malformed", detail=str(error)))


@api.exception_handler(Exception)
def _on_failure(request: HttpRequest, error: Exception) -> HttpResponse:
    _log.error("A request to the API failed (%s).", type(error).__name__, exc_info=True)
    return problem_response(request, ProblemError("error"))
