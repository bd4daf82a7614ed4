"""What all pages of this room share: their language, their headers, and what is shown on an error."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from zhiyin.errors import NotFound, Unavailable
from zhiyin.people.permissions import Permission, requires
from zhiyin.portal.csrf import guarded
from zhiyin.portal.errors import TooManyTries
from zhiyin.portal.evidence.uploads import guard_uploads
from zhiyin.portal.problem_pages import show_not_found, show_too_many, show_unavailable

_View = Callable[..., HttpResponseBase]


def customer_page(view: _View) -> _View:
    """A page for anybody, without account: in the language asked for, never cached, never indexed.

    Where the link came from is told to nobody, as the link may be the key. What goes wrong is shown in
    the portal's own look. Files that somebody sends along are dropped.
    """
    return _page(view, takes_files=False)


def customer_page_with_files(view: _View) -> _View:
    """As `customer_page`, and its forms take photos and a recording."""
    return _page(view, takes_files=True)


def _page(view: _View, *, takes_files: bool) -> _View:
    @wraps(view)
    def shown(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        guard_uploads(request, takes_files=takes_files)
        language = _choose_language(request)
        response = checked(request, *args, **kwargs)
        add_never_cache_headers(response)
        patch_cache_control(response, no_store=True, private=True)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "no-referrer"
        if language:
            _remember_language(response, language)
        return response

    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NotFound:
            return show_not_found(request)
        except TooManyTries as error:
            return show_too_many(request, error)
        except Unavailable:
            return show_unavailable(request)

    checked = guarded(answered)
    by_method = require_http_methods(["GET", "HEAD", "POST"])(shown)
    # Django's own check of forms stands aside for ours, which `guarded` is.
    return requires(Permission.PUBLIC)(csrf_exempt(by_method))


def _choose_language(request: HttpRequest) -> str:
    """The language of the address's `?language=`, which then holds for this answer; empty where none is."""
    wanted = request.GET.get("language", "")
    if wanted not in dict(settings.LANGUAGES):
        return ""
    translation.activate(wanted)  # the next request's middleware chooses anew
    request.LANGUAGE_CODE = wanted
    return wanted


def _remember_language(response: HttpResponseBase, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
