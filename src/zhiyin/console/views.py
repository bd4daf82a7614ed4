"""The pages of the shell: home, and what is shown when something is wrong."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhiyin.console.client import is_api
from zhiyin.console.problems import problem
from zhiyin.console.request_ids import current_request_id

_THEMES = ("light", "dark", "auto")


def api_docs(request: HttpRequest) -> HttpResponse:
    """The API's documentation, which is no secret."""
    return render(request, "console/api.html")


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark, or what the device prefers, in a cookie; back to the page."""
    theme = request.POST.get("theme", "")
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    response = redirect(wanted if is_ours else "/")
    response.set_cookie(
        "theme",
        theme if theme in _THEMES else "auto",
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


def show_forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    """403."""
    if is_api(request):
        return problem(status=403, code="forbidden", detail="The key or account may not do this.")
    return _error_page(
        request,
        status=403,
        title=_("This is not open to you"),
        text=_("Your account lacks the role for this page. An owner of the installation can grant it."),
    )


def show_expired_form(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """403 for a form that was not ours, or too old."""
    return _error_page(
        request,
        status=403,
        title=_("This form has expired"),
        text=_("Go back, load the page again and send the form once more. Cookies must be allowed."),
    )


def show_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    """404, also for what belongs to somebody else."""
    if is_api(request):
        return problem(status=404, code="not_found", detail="There is nothing at this address.")
    return _error_page(
        request,
        status=404,
        title=_("There is nothing here"),
        text=_("The address may be mistyped, or the page belongs to an org unit that you do not see."),
    )


def show_failure(request: HttpRequest) -> HttpResponseBase:
    """500, drawn without database, session or context, which may be what broke."""
    if is_api(request):
        return problem(status=500, code="internal", detail="Something broke on our side. Try again later.")
    page = render_to_string("console/failure.html", {"request_id": current_request_id()})
    return HttpResponse(page, status=500)


def _error_page(request: HttpRequest, *, status: int, title: str, text: str) -> HttpResponse:
    return render(request, "console/error.html", {"title": title, "text": text}, status=status)
