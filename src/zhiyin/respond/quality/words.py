"""What may go wrong with scores, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from zhiyin.errors import InvalidInput, ZhiyinError
from zhiyin.respond.quality.appealing import AppealedAlready, TooLate
from zhiyin.respond.quality.reviewing import OwnWork, ReadAlready
from zhiyin.respond.quality.rubric import RubricChanged

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

_BY_KIND: Mapping[type[ZhiyinError], StrPromise] = {
    AppealedAlready: _("This objection was made, or decided, already. Look at how it stands."),
    TooLate: _("The days to object are over. Speak with whoever scored it."),
    OwnWork: _("This is your own work, or your own score. Leave it to a colleague."),
    ReadAlready: _("You have scored this case already. Take the next."),
    RubricChanged: _("Somebody else changed the rubric in the meantime. Look at it again, then change it."),
}
_BY_FIELD: Mapping[str, StrPromise] = {
    "why_not": _("Say why this line is not so."),
    "decision": _("Say in a few words why you decide so."),
    "items": _("Judge one line at least, of a case that has an answer."),
    "figure": _("A figure is empty or out of range. Weights go from 0 to 100."),
    "weight": _("Give one line at least a weight."),
    "name": _("Name every line in both languages; forty lines are the most."),
}


def say_problem(error: ZhiyinError) -> str:
    """The refusal, and what to do next."""
    for kind, text in _BY_KIND.items():
        if isinstance(error, kind):
            return str(text)
    if isinstance(error, InvalidInput) and (error.field or "") in _BY_FIELD:
        return str(_BY_FIELD[error.field or ""])
    return str(error)
