"""Renders a page, or only the part of it that htmx asked for."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def render_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, object],
    *,
    parts: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; or, where htmx asks for the element of one of the `parts` (id → template), only that.

    The page includes the same part template, so that both show the same. Messages that wait are sent
    along with a part too.
    """
    part = (parts or {}).get(wanted_part(request))
    response = render(request, part or template, {**context, "is_part": part is not None}, status=status)
    if part is not None:
        toasts = render(request, "console/_toasts.html", {"is_part": True})
        response.content += toasts.content
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def wanted_part(request: HttpRequest) -> str:
    """Id of the element that htmx wants to fill; empty for a whole page."""
    headers = request.headers
    if headers.get("HX-Request") != "true" or headers.get("HX-History-Restore-Request") == "true":
        return ""
    return "" if headers.get("HX-Boosted") == "true" else headers.get("HX-Target", "")
