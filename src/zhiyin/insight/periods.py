"""The periods that pages offer, from "today" to "all", in whole days of the reader's time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

DEFAULT = "30d"
CUSTOM = "custom"
NAMES = {
    "today": _("Today"),
    "7d": _("Last 7 days"),
    "30d": _("Last 30 days"),
    "90d": _("Last 90 days"),
    "365d": _("Last 12 months"),
    "all": _("All time"),
    CUSTOM: _("From … to …"),
}
_N_DAYS = {"today": 1, "7d": 7, "30d": 30, "90d": 90, "365d": 365}


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodChoice:
    """A period as chosen; `since` to before `until`, both None for all time. `code` is a key of `NAMES`.

    `first_day` and `last_day` are what the two fields of a custom period show.
    """

    code: str
    since: datetime | None
    until: datetime | None
    first_day: date | None = None
    last_day: date | None = None

    @property
    def n_days(self) -> float | None:
        """Length in days; None for all time."""
        return None if self.since is None or self.until is None else (self.until - self.since) / timedelta(1)


def read_period(code: str, *, first: str = "", last: str = "", now: datetime, zone: ZoneInfo) -> PeriodChoice:
    """The chosen period; the default one for what cannot be read.

    Rolling periods begin at midnight so many days ago and end now, so that the period before has the
    same length. `first` and `last` (ISO dates, both included) make a custom one; either may be empty,
    then the other is taken for both.
    """
    if code == "all":
        return PeriodChoice(code=code, since=None, until=None)
    if code == CUSTOM:
        days = [day for day in (_read_day(first), _read_day(last)) if day]
        if days:
            return _custom(min(days), max(days), zone=zone)
    code = code if code in _N_DAYS else DEFAULT
    midnight = _midnight(now.astimezone(zone).date() - timedelta(days=_N_DAYS[code] - 1), zone=zone)
    return PeriodChoice(code=code, since=midnight, until=max(now, midnight + timedelta(minutes=1)))


def _custom(first: date, last: date, *, zone: ZoneInfo) -> PeriodChoice:
    until = _midnight(last + timedelta(days=1), zone=zone)
    return PeriodChoice(
        code=CUSTOM, since=_midnight(first, zone=zone), until=until, first_day=first, last_day=last
    )


def _read_day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # Beyond these a neighbouring day or period cannot be named.
    return day if date(1900, 1, 1) <= day <= date(9000, 1, 1) else None


def _midnight(day: date, *, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)
