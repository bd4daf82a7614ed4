"""What features put into the head of every page, registered as data in their `AppConfig.ready`."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.safestring import SafeString

HeaderPart = Callable[[HttpRequest], SafeString]
_parts: dict[str, HeaderPart] = {}


def register_part(name: str, part: HeaderPart) -> None:
    """Draws the part beside the account's menu; the same name again replaces it. An empty one shows nothing.

    It is asked at every page, so it may cost one small question to the database at most.
    """
    _parts[name] = part


def draw_parts(request: HttpRequest) -> list[SafeString]:
    """All parts in the order of their registration."""
    return [drawn for part in _parts.values() if (drawn := part(request))]
