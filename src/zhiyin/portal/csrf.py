"""Guards the customers' forms: Django's own check, but with a page of ours where it fails."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.decorators import decorator_from_middleware

from zhiyin.portal.problem_pages import show_expired


class _PortalCsrf(CsrfViewMiddleware):
    """The token of form and cookie must agree, as everywhere.

    A page sent with `Referrer-Policy: no-referrer`, which keeps a case's link from other sites, makes
    the browser name its forms' origin `null` (Fetch standard, 3.1), which Django would refuse. So `null`
    passes here, and the token decides: another site cannot read the cookie that it must agree with.
    """

    def _origin_verified(self, request: HttpRequest) -> bool:
        return request.META.get("HTTP_ORIGIN") == "null" or bool(super()._origin_verified(request))  # type: ignore[misc]

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponseBase:
        return show_expired(request)


# A decorator: the view runs only for a form that is ours.
guarded = decorator_from_middleware(_PortalCsrf)
