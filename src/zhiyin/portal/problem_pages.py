"""What a customer sees where something cannot be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhiyin.portal.errors import TooManyTries
from zhiyin.portal.moments import clock_time
from zhiyin.portal.queries.sender import company_name

_OWN_FIELDS = frozenset({"csrfmiddlewaretoken", "language", "let_go"})
_MAX_KEPT = 6_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A field of a form that came too late, to be sent once more."""

    name: str
    value: str
    is_text: bool


def show_not_found(request: HttpRequest) -> HttpResponse:
    """404, the same for what never was, was switched off, or belongs to somebody else."""
    return _page(
        request,
        status=404,
        title=_("This page is not here"),
        text=_("The link may be incomplete or no longer in use. Please check that you copied all of it."),
    )


def show_too_many(request: HttpRequest, error: TooManyTries) -> HttpResponse:
    """429, with the time from which it works again."""
    response = _page(
        request,
        status=429,
        title=_("Please wait a little"),
        text=_wait_sentence(error.wait_seconds),
    )
    response["Retry-After"] = str(error.wait_seconds)
    return response


def show_unavailable(request: HttpRequest) -> HttpResponse:
    """503 where our database or log does not answer; the words come back, to be sent once more."""
    return _page(
        request,
        status=503,
        title=_("We could not take this in just now"),
        text=_("The fault is ours. Please send it again in a minute; nothing is kept twice."),
        kept=_kept(request),
    )


def show_expired(request: HttpRequest) -> HttpResponse:
    """403 for a form that is too old, or a browser without cookies; the words come back, to be sent."""
    return _page(
        request,
        status=403,
        title=_("Please send this once more"),
        text=_("The page was open too long, or cookies are off. Nothing was sent; your words are here."),
        kept=_kept(request),
    )


def _wait_sentence(wait_seconds: int) -> str:
    minutes = -(-wait_seconds // 60)
    then = clock_time(timezone.now() + timedelta(minutes=minutes))
    text = ngettext(
        "There were too many tries from here. You can try again in %(minutes)d minute, from %(time)s on.",
        "There were too many tries from here. You can try again in %(minutes)d minutes, from %(time)s on.",
        minutes,
    )
    return text % {"minutes": minutes, "time": then}


def _kept(request: HttpRequest) -> list[Kept]:
    return [
        Kept(name=name, value=str(value)[:_MAX_KEPT], is_text=name in ("text", "words"))
        for name, value in request.POST.items()
        if name not in _OWN_FIELDS
    ]


def _page(
    request: HttpRequest, *, status: int, title: str, text: str, kept: list[Kept] | None = None
) -> HttpResponse:
    lost = bool(kept) and bool(request.FILES)
    context = {"title": title, "text": text, "kept": kept or [], "sender": company_name(), "lost": lost}
    return render(request, "portal/problem.html", context, status=status)
