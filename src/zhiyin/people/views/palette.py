"""What the command palette finds, as JSON."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache

from zhiyin.console.navigation import Found, find
from zhiyin.people.context import list_navigation
from zhiyin.people.permissions import Permission, requires

_MAX_TEXT = 100


@requires(Permission.SIGNED_IN)
@never_cache
def palette(request: HttpRequest) -> JsonResponse:
    """Pages of this visitor's menu, and what the features find, by a part of the name."""
    text = request.GET.get("q", "")[:_MAX_TEXT].strip().casefold()
    found = [*_pages(request, text), *(find(request, text) if text else [])]
    return JsonResponse({"items": [{"name": one.name, "hint": one.hint, "url": one.url} for one in found]})


def _pages(request: HttpRequest, text: str) -> list[Found]:
    return [
        Found(name=str(entry.name), hint=section.name, url=reverse(entry.url_name))
        for section in list_navigation(request)
        for entry in section.entries
        if text in str(entry.name).casefold() or text in str(entry.help).casefold()
    ]
