"""Times, amounts and days as the pages of a customer say them."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhiyin.console.templatetags.shell import page_language, short_moment
from zhiyin.customers.profile.birthdays import Birthday

_MINUTE, _HOUR = 60, 3600
_LEAP_YEAR = 2000


def say_moment(moment: datetime) -> str:
    """Date and time in the page's zone, with the year where it is not this one."""
    local = timezone.localtime(moment)
    return short_moment(local, with_year=local.year != timezone.localtime().year)


def say_day(day: date) -> str:
    """2025年11月3日 or 3 Nov 2025."""
    return formats.date_format(day, "Y年n月j日" if page_language() == "zh" else "j M Y")


def say_month(month: date) -> str:
    """2025年11月 or Nov 2025."""
    return formats.date_format(month, "Y年n月" if page_language() == "zh" else "M Y")


def say_birthday(birthday: Birthday) -> str:
    """5月17日 or 17 May, 5月 or May: the year is not said."""
    is_chinese = page_language() == "zh"
    form = ("n月" if is_chinese else "F") if birthday.day is None else ("n月j日" if is_chinese else "j M")
    return formats.date_format(date(_LEAP_YEAR, birthday.month, birthday.day or 1), form)


def say_seconds(seconds: float) -> str:
    """How long, in the largest unit that says it: 40 s, 3 min, 1.5 h."""
    if seconds < _MINUTE:
        return _("%(n)s s") % {"n": round(seconds)}
    if seconds < _HOUR:
        return _("%(n)s min") % {"n": round(seconds / _MINUTE)}
    return _("%(n)s h") % {"n": f"{seconds / _HOUR:.1f}".removesuffix(".0")}


def say_amount(amount: float) -> str:
    """An amount in the company's currency, as it is written on a receipt.

    >>> say_amount(1234.5)
    '1,234.50'
    """
    return f"{amount:,.2f}"


def say_days_ago(moment: datetime, *, now: datetime) -> str:
    """Today, yesterday, 5 days ago, or the date where it is longer than a month ago."""
    n_days = (timezone.localtime(now).date() - timezone.localtime(moment).date()).days
    if n_days <= 0:
        return _("on this day")
    if n_days == 1:
        return _("yesterday")
    if n_days <= 31:
        return ngettext("%(n)d day ago", "%(n)d days ago", n_days) % {"n": n_days}
    return say_day(timezone.localtime(moment).date())
