"""Security headers on every answer: scripts and styles from our own files, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import TypeVar

from django.http import HttpRequest, HttpResponseBase

_ATTRIBUTE = "zhiyin_csp_additions"
_R = TypeVar("_R", bound=HttpResponseBase)

_POLICY: Mapping[str, str] = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    # Bootstrap's form marks and Swagger's arrows are data: pictures within their style sheets.
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
_OTHERS: Mapping[str, str] = {
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def allows(**sources: str) -> Callable[[Callable[..., _R]], Callable[..., _R]]:
    """Widens the policy for one view: `@allows(img_src="data:")`."""

    def decorate(view: Callable[..., _R]) -> Callable[..., _R]:
        @wraps(view)
        def widened(*args: object, **kwargs: object) -> _R:
            response = view(*args, **kwargs)
            setattr(response, _ATTRIBUTE, sources)
            return response

        return widened

    return decorate


class SecurityHeadersMiddleware:
    """Stands first, so that files, redirects and error pages carry the headers as well."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the headers added."""
        response = self._get_response(request)
        response["Content-Security-Policy"] = _policy(getattr(response, _ATTRIBUTE, {}))
        for name, value in _OTHERS.items():
            response.setdefault(name, value)
        return response


def _policy(additions: Mapping[str, str]) -> str:
    added = {name.replace("_", "-"): value for name, value in additions.items()}
    return "; ".join(
        f"{directive} {sources} {added[directive]}" if directive in added else f"{directive} {sources}"
        for directive, sources in _POLICY.items()
    )
