"""What requests for large files are said to be, in the reader's language."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from zhiyin.console.templatetags.shell import short_moment
from zhiyin.errors import Conflict, Forbidden, InvalidInput, ZhiyinError
from zhiyin.people.exporting.kinds import ExportState
from zhiyin.people.exporting.queries import is_over
from zhiyin.people.models import ExportRequest


def say_state(found: ExportRequest) -> str:
    """How it stands, with the moment that matters."""
    until = short_moment(timezone.localtime(found.until), with_year=False) if found.until else ""
    taken = short_moment(timezone.localtime(found.taken_at), with_year=False) if found.taken_at else ""
    if is_over(found):
        return _("Was not fetched in time")
    words = {
        ExportState.WAITING: _("Waits for a second person"),
        ExportState.APPROVED: _("May be fetched once, until %(moment)s") % {"moment": until},
        ExportState.REFUSED: _("Not agreed"),
        ExportState.WITHDRAWN: _("Withdrawn"),
        ExportState.TAKEN: _("Fetched %(moment)s") % {"moment": taken},
    }
    return words[ExportState(found.state)]


def say_problem(error: ZhiyinError) -> str:
    """What went wrong, and what to do."""
    if isinstance(error, InvalidInput):
        words = {
            "reason": _("Say what the file is for."),
            "answer": _("Say why not. Your colleague reads it."),
            "own": _("Say why you agree to your own file. The audit trail keeps it."),
            "n_free": _("Give 100 rows at least, or leave it empty."),
            "n_days": _("Give 1 to 30 days."),
        }
        return words.get(error.field or "", _("Look at what you typed."))
    if isinstance(error, Forbidden):
        return _("You asked for this file yourself. Somebody else has to agree.")
    if isinstance(error, Conflict):
        return _("Meanwhile somebody else answered, or it has ended. The list shows how it stands.")
    return str(error)
