"""Public holidays of mainland China with the days worked in exchange, as the State Council sets them."""

from __future__ import annotations

from datetime import date
from functools import cache

from zhiyin.people.worktime.stored import StoredDay

CHINESE_ZONES = frozenset({"Asia/Shanghai", "Asia/Urumqi", "Asia/Chongqing", "Asia/Harbin", "PRC"})
PUBLIC = "public"


@cache
def list_public_days(year: int) -> tuple[tuple[date, bool, str, str], ...]:
    """(day, whether it is worked, name in Chinese, in English) of a year; empty where none are known.

    The State Council publishes those of a year in the November before; the library follows.
    """
    from chinese_calendar.constants import Holiday, holidays, workdays

    names = {one.value: (one.chinese, one.value) for one in Holiday}
    found = [(day, False, *names[name]) for day, name in holidays.items() if day.year == year]
    found += [(day, True, *names[name]) for day, name in workdays.items() if day.year == year]
    return tuple(sorted(found))


@cache
def known_years() -> tuple[int, int]:
    """The first and the last year whose holidays are known."""
    from chinese_calendar.constants import holidays

    return min(holidays).year, max(holidays).year


def public_days(year: int, *, worked_hours: str, language: str) -> list[StoredDay]:
    """The year's days for a calendar: holidays closed, make-up days with the hours of a usual weekday."""
    zh = language.startswith("zh")
    return [
        StoredDay(
            day=day,
            hours=worked_hours if is_worked else "",
            name=_name(chinese if zh else english, is_worked=is_worked, zh=zh),
            source=PUBLIC,
        )
        for day, is_worked, chinese, english in list_public_days(year)
    ]


def _name(name: str, *, is_worked: bool, zh: bool) -> str:
    if not is_worked:
        return name
    return f"{name}调休上班" if zh else f"Worked for {name}"
