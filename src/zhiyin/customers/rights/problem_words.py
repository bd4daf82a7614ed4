"""Says on a page, in its language, what a door of rights refused and what to do."""

from __future__ import annotations

from django.utils.translation import gettext as _

from zhiyin.errors import Conflict, InvalidInput, NotFound, Unavailable, ZhiyinError


def say_problem(error: ZhiyinError) -> str:
    """What happened and what to do next."""
    match error:
        case InvalidInput() if error.field == "reason":
            return _("Say why, in a sentence that the person can understand.")
        case InvalidInput() if error.field == "from_day":
            return _("Rules cannot begin to hold in the past.")
        case NotFound():
            return _("Nobody is known by this. Try another number, address or the customer’s id.")
        case Conflict():
            return _("It cannot be done as things stand: check first who asks, or look whether it has ended.")
        case Unavailable():
            return _("The erasure ledger cannot be written, so nothing was erased. Look after its disk.")
        case _:
            return _("Something is missing or too long. Look at it again.")
