"""Shows times in the company's zone: that of the root of the tree."""

from __future__ import annotations

import time
from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from zhiyin.people.caches import forgets
from zhiyin.people.models import OrgUnit
from zhiyin.people.time_zones import is_time_zone

# A zone changed in another process shows here after so long.
CACHE_SECONDS = 30.0
_known: list[tuple[float, ZoneInfo]] = []


@forgets
def _forget_zone() -> None:
    _known.clear()


def company_zone() -> ZoneInfo:
    """The root's zone, before there is a root that of the installation; a query every 30 seconds."""
    now = time.monotonic()
    for good_until, zone in _known:
        if now < good_until:
            return zone
    zone = _read_zone()
    _known[:] = [(now + CACHE_SECONDS, zone)]
    return zone


def _read_zone() -> ZoneInfo:
    code = OrgUnit.objects.filter(parent__isnull=True).values_list("time_zone", flat=True).first()
    return ZoneInfo(code if code and is_time_zone(code) else settings.TIME_ZONE)


class CompanyZoneMiddleware:
    """Makes the company's zone the current one, also for answers that are streamed after the view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        timezone.activate(company_zone())
        return self._get_response(request)
