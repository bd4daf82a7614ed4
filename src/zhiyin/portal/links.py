"""Whole addresses of our pages, as they stand on paper and in messages."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

_ONLY_HERE = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})  # noqa: S104 - compared, not bound


def absolute(request: HttpRequest, path: str) -> str:
    """The path at the installation's public address; without one, at that of the request."""
    public: str = settings.PUBLIC_URL
    return f"{public}{path}" if public else request.build_absolute_uri(path)


def speak_address(code: str) -> str:
    """Path of a speak link's page."""
    return reverse("portal_speak", args=[code])


def case_address(token: str) -> str:
    """Path of the customer's page of a case."""
    return reverse("portal_case", args=[token])


def is_only_here(address: str) -> bool:
    """Whether nobody but this machine can open the address, so that it must not be printed."""
    return (urlsplit(address).hostname or "") in _ONLY_HERE
