"""Brings whoever wanted a large file to the page that asks what it is for."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from zhiyin.people.exporting.errors import FileHeld
from zhiyin.people.exporting.views import draw_ask


class HeldFileMiddleware:
    """A held file is no failure: the asker goes on at the page of requests."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """None for any other failure."""
        if not isinstance(exception, FileHeld):
            return None
        if request.method == "POST":
            # What a form sent is too long for an address.
            return draw_ask(request, of=exception.wish, status=403)
        return redirect(f"{reverse('ask_for_export')}?{urlencode({'of': exception.wish})}")
