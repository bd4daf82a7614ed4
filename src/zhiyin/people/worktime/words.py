"""What calendars say on pages."""

from __future__ import annotations

from django.utils.translation import gettext as _

from zhiyin.errors import Conflict, InvalidInput, ZhiyinError


def weekday_names() -> list[str]:
    """Monday to Sunday."""
    return [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]


def say_calendar_problem(error: ZhiyinError) -> str:
    """What is wrong with what was typed, and what to do."""
    if isinstance(error, Conflict):
        return _("The unit has a calendar already, or it was changed meanwhile. Look at it again.")
    field = error.field if isinstance(error, InvalidInput) else None
    if isinstance(error, InvalidInput) and field == "file" and error.row is not None:
        line = _(
            "Line %(line)d cannot be read: the day is written 2026-02-14, hours 09:00-12:00, 13:30-18:00."
        )
        return line % {"line": error.row + 2}
    words = {
        "hours": _("Write hours as 09:00-12:00, 13:30-18:00, none over another; leave empty for closed."),
        "worked": _("Say when the day is worked, such as 09:00-18:00."),
        "day": _("Choose a day between the years 2000 and 2100."),
        "name": _("Keep the name within 60 signs."),
        "year": _("Public holidays of that year are not known yet."),
        "time_zone": _("The time zone is unknown. Choose one from the list."),
        "file": _("Give a CSV or Excel file whose first line names day, hours, name."),
    }
    return words.get(field or "", _("This cannot be used. Change it."))
