"""Dates and times as a customer reads them, in the zone of the unit that is spoken of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import formats, timezone

from zhiyin.console.templatetags.shell import page_language


@contextmanager
def in_zone(name: str) -> Iterator[None]:
    """Times are shown in this zone; in that of the installation where there is none of the name."""
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo(timezone.get_default_timezone_name())
    with timezone.override(zone):
        yield


def clock_time(value: datetime) -> str:
    """14:05."""
    return formats.date_format(timezone.localtime(value), "H:i")


def day_and_time(value: datetime) -> str:
    """11月3日（周二）14:05 or Tue 3 Nov 14:05; with the year where it is not this one."""
    local = timezone.localtime(value)
    is_this_year = local.year == timezone.localtime().year
    if page_language() == "zh":
        day = formats.date_format(local, "n月j日（D）H:i" if is_this_year else "Y年n月j日 H:i")
        return day.replace("星期", "周")
    return formats.date_format(local, "D j M H:i" if is_this_year else "j M Y H:i")
