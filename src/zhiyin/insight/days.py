"""Days and spans of days as people write them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import formats, translation

from zhiyin.console.numbers import Language


def name_day(day: date, *, language: Language, with_year: bool = False) -> str:
    """11月3日 or 3 Nov; 2025年11月3日 or 3 Nov 2025; whatever language is active."""
    if language == "zh":
        return formats.date_format(day, "Y年n月j日" if with_year else "n月j日")
    with translation.override("en"):
        return formats.date_format(day, "j M Y" if with_year else "j M")


def name_span(
    since: datetime, until: datetime, *, zone: ZoneInfo, language: Language, this_year: int | None = None
) -> str:
    """The days from `since` to before `until`, as "3 Nov – 9 Nov"; with the year where it is not this one."""
    first = since.astimezone(zone).date()
    last = (until - timedelta(microseconds=1)).astimezone(zone).date()
    with_year = {first.year, last.year} != {this_year}
    if first == last:
        return name_day(first, language=language, with_year=with_year)
    start = name_day(first, language=language, with_year=with_year and first.year != last.year)
    if with_year and language == "zh" and first.year == last.year:  # the year stands in front in Chinese
        start = name_day(first, language=language, with_year=True)
        return f"{start} – {name_day(last, language=language)}"
    return f"{start} – {name_day(last, language=language, with_year=with_year)}"
