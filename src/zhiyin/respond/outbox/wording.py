"""What ways, states, breaches and refusals of outgoing answers are called on pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from zhiyin.errors import InvalidInput, ZhiyinError
from zhiyin.insight.delivery.answers import find_reason
from zhiyin.respond import wording
from zhiyin.respond.models import OutgoingAnswer
from zhiyin.respond.outbox import errors
from zhiyin.respond.outbox.mail import UNHEARD
from zhiyin.respond.outbox.risks import RISK_NAMES, Risk
from zhiyin.respond.outbox.rules import Breach
from zhiyin.respond.outbox.states import AnswerState, Way
from zhiyin.respond.outbox.targets import Target

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

STATE_NAMES: Mapping[AnswerState, StrPromise] = {
    AnswerState.DRAFT: _("Draft"),
    AnswerState.READING: _("Waits for a second reader"),
    AnswerState.WAITING: _("Goes out soon"),
    AnswerState.SENDING: _("Is going out"),
    AnswerState.SENT: _("Sent"),
    AnswerState.FAILED: _("Did not go out"),
    AnswerState.UNSURE: _("May have arrived"),
}

WAY_WORDS: Mapping[Way, StrPromise] = {
    Way.WEBHOOK: _("It is posted where the customer wrote."),
    Way.MAIL: _("It goes by mail to the customer."),
    Way.HAND: _("No program posts answers there: you copy it there yourself, and say so here."),
}

_PROBLEMS: Mapping[type[ZhiyinError], StrPromise] = {
    errors.AnswerChanged: _(
        "Somebody else worked on this answer in the meantime. Read what is there now, then do it again."
    ),
    errors.AnswerGone: _("This cannot be done with the answer any more. Here is how it stands now."),
    errors.CannotRead: _("Whoever wrote an answer cannot be its second reader. Ask a colleague to read it."),
}


def say(error: ZhiyinError) -> str:
    """The refusal in the language of the page: what happened and what to do next."""
    if isinstance(error, errors.RuleBroken):
        return _say_broken(error.breach, over=error.over, in_bytes=error.in_bytes)
    if isinstance(error, errors.VariableMissing):
        words = gettext("The answer still holds {%(name)s}. Write what belongs there.")
        return words % {"name": error.name}
    for kind, text in _PROBLEMS.items():
        if isinstance(error, kind):
            return str(text)
    if isinstance(error, InvalidInput) and error.field == "reader_words":
        return gettext("Say what has to change, so that the author can change it.")
    return wording.say(error)


def say_breach(breach: Breach, *, target: Target, text: str) -> str:
    """What the channel has against the text, and the way out."""
    over = target.rule.count(text.strip()) - target.rule.limit
    return _say_broken(breach, over=over, in_bytes=target.rule.counts_bytes)


def say_reason(answer: OutgoingAnswer) -> str:
    """Why the last try failed, and what to do; empty where none did."""
    if not answer.reason:
        return ""
    if answer.reason == UNHEARD:
        return gettext(
            "The mail server took the letter and did not say so before the connection broke. Ask the"
            " customer, or look into the server’s log, before you send it again."
        )
    known = find_reason(answer.reason)
    return known.zh if (get_language() or "zh").startswith("zh") else known.en


def list_risk_names(codes: Sequence[str]) -> list[str]:
    """Why a second person has to read it."""
    return [str(RISK_NAMES[Risk(code)]) for code in codes if code in set(Risk)]


def _say_broken(breach: Breach, *, over: int, in_bytes: bool) -> str:
    if breach is Breach.EMPTY:
        return gettext("The answer is empty. Write it first.")
    if breach is Breach.TOO_LATE:
        return gettext(
            "The time in which this channel takes answers is over. Open a case and reach the customer by"
            " phone or mail, or ask them to write again."
        )
    words = (
        gettext(
            "The answer is too long for this channel by %(n)d bytes. Shorten it, or put the rest into a case."
        )
        if in_bytes
        else gettext(
            "The answer is too long for this channel by %(n)d signs. Shorten it, or put the rest into a case."
        )
    )
    return words % {"n": over}
