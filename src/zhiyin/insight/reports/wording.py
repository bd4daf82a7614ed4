"""What parts, rhythms and days are called on pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhiyin.errors import InvalidInput, ZhiyinError
from zhiyin.insight.models import Report

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

PART_NAMES: dict[str, StrPromise] = {
    "summary": gettext_lazy("The period in one look, with what needs attention"),
    "incidents": gettext_lazy("Incidents that go on"),
    "aspects": gettext_lazy("What hurts most, with changes"),
    "units": gettext_lazy("Units that stand out"),
    "service": gettext_lazy("Waits and answers"),
    "urgent": gettext_lazy("Urgent voices in their own words"),
}
RHYTHM_NAMES: dict[str, StrPromise] = {
    "day": gettext_lazy("Every day, of the day before"),
    "week": gettext_lazy("Every week, of the week before"),
    "month": gettext_lazy("Every month, of the month before"),
}
WEEKDAYS: tuple[StrPromise, ...] = (
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)
_OFF: dict[str, StrPromise] = {
    "owner": gettext_lazy(
        "It stopped: its owner is gone or no longer sees the unit. Whoever switches it on owns it."
    ),
}
_BY_FIELD: dict[str, StrPromise] = {
    "name": gettext_lazy("Give it a name, 80 signs at most."),
    "parts": gettext_lazy("Choose at least one part."),
    "month_day": gettext_lazy("Choose a day from 1 to 28."),
}


def rhythm_words(report: Report) -> str:
    """When it goes out: "Every Monday, 08:30"."""
    at = f"{report.at:%H:%M}"
    if report.rhythm == Report.Rhythm.WEEK:
        return _("Every %(day)s, %(time)s") % {"day": WEEKDAYS[report.weekday], "time": at}
    if report.rhythm == Report.Rhythm.MONTH:
        return _("On day %(day)d of every month, %(time)s") % {"day": report.month_day, "time": at}
    return _("Every day, %(time)s") % {"time": at}


def off_words(code: str) -> str:
    """Why it stopped by itself; empty where somebody switched it off."""
    return str(_OFF.get(code, ""))


def refusal_words(error: ZhiyinError) -> str:
    """What a door of this room refused."""
    if isinstance(error, InvalidInput) and error.field in _BY_FIELD:
        return str(_BY_FIELD[error.field])
    return _("This cannot be used. Change it.")
