"""What call-backs, calls and refusals are called on pages and in the story of a case."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhiyin.errors import InvalidInput, ZhiyinError
from zhiyin.people.time_zones import zone_name
from zhiyin.respond.callbacks import errors
from zhiyin.respond.callbacks.kinds import CallBackState, Outcome
from zhiyin.respond.callbacks.moments import say_span
from zhiyin.respond.models import CallAttempt, CallBack
from zhiyin.respond.wording import say

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

STATE_NAMES: Mapping[CallBackState, StrPromise] = {
    CallBackState.PLANNED: _("Promised"),
    CallBackState.DONE: _("Called"),
    CallBackState.MISSED: _("Not called in time"),
    CallBackState.UNREACHED: _("Called, not reached"),
    CallBackState.CANCELLED: _("Cancelled"),
}

OUTCOME_NAMES: Mapping[Outcome, StrPromise] = {
    Outcome.REACHED: _("Reached the customer"),
    Outcome.NO_ANSWER: _("Nobody answered"),
    Outcome.BUSY: _("Busy"),
    Outcome.WRONG_NUMBER: _("Wrong number"),
    Outcome.CALL_LATER: _("Wants to be called later"),
    Outcome.REFUSED: _("Does not want to be called"),
}

MOOD_NAMES: Mapping[int, StrPromise] = {
    1: _("1 – angry"),
    2: _("2 – displeased"),
    3: _("3 – calm"),
    4: _("4 – pleased"),
    5: _("5 – glad"),
}

_BY_KIND: Mapping[type[ZhiyinError], StrPromise] = {
    errors.CallBackChanged: _(
        "Somebody else changed this call-back in the meantime. Look at how it stands now, then do it again."
    ),
    errors.CallBackOver: _("This call-back is over. Promise another one."),
    errors.CallBackTwice: _(
        "A call-back at this time is promised already. Choose another time, or keep that one."
    ),
}

_BY_FIELD: Mapping[str, StrPromise] = {
    "call_at": _("The time of the call cannot be read, or has passed. Choose a time to come."),
    "call_at_gap": _("Clocks go forward over this time that day, so it does not come. Choose another."),
    "call_at_far": _("This is more than three months ahead. Choose an earlier time."),
    "call_later": _("Say when the customer wants to be called, a time to come."),
    "call_later_gap": _("Clocks go forward over this time that day, so it does not come. Choose another."),
    "call_window": _("Choose from 15 minutes to 8 hours for the call."),
    "call_zone": _("Choose a time zone from the list."),
    "call_outcome": _("Say how the call went."),
    "call_mood": _("The mood is 1 to 5, or left open."),
}


def say_call_problem(error: ZhiyinError) -> str:
    """The error in the language of the page."""
    for kind, text in _BY_KIND.items():
        if isinstance(error, kind):
            return str(text)
    if isinstance(error, InvalidInput) and (error.field or "") in _BY_FIELD:
        return str(_BY_FIELD[error.field or ""])
    return say(error)


def describe_promise(call_back: CallBack) -> str:
    """What the story of the case tells of it."""
    names = {
        "span": say_span(call_back.promised_at, call_back.until_at, zone=call_back.time_zone),
        "zone": zone_name(call_back.zone, language=translation.get_language() or "zh"),
        "topic": call_back.topic,
    }
    if call_back.stands is CallBackState.CANCELLED:
        return gettext("Call-back of %(span)s cancelled.") % names
    said = gettext("Call-back: %(span)s (%(zone)s)") % names
    return f"{said} · {call_back.topic}" if call_back.topic else said


def describe_attempt(attempt: CallAttempt) -> str:
    """How a call went, with what was noted."""
    said = [str(OUTCOME_NAMES[Outcome(attempt.outcome)])]
    if attempt.mood is not None:
        said.append(gettext("mood %(mood)s") % {"mood": MOOD_NAMES[attempt.mood]})
    head = " · ".join(said)
    return f"{head}\n{attempt.note}" if attempt.note else head


def in_company_language() -> AbstractContextManager[None]:
    """For what is written once and read by everybody."""
    return translation.override(settings.LANGUAGE_CODE)
