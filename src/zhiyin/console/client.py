"""Who is at the other end of a request, and what kind of answer it expects."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

API_PATH = "/v1/"


def is_api(request: HttpRequest) -> bool:
    """Whether a program asks, which wants problem details instead of a page."""
    return request.path.startswith(API_PATH)


def client_address(request: HttpRequest) -> str:
    """The network address of the visitor; empty where the server does not know it.

    Behind `ZHIYIN_PROXY_COUNT` proxies it is the entry that the outermost of them added to
    `X-Forwarded-For`; entries further left were written by the visitor and are not believed.
    """
    n_proxies: int = settings.PROXY_COUNT
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if n_proxies and len(forwarded) >= n_proxies and forwarded[-n_proxies]:
        return forwarded[-n_proxies][:64]
    return str(request.META.get("REMOTE_ADDR") or "")[:64]
