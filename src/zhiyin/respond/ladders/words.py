"""What rungs and what came of them are called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhiyin.console.templatetags.shell import short_moment
from zhiyin.errors import InvalidInput, ZhiyinError
from zhiyin.people.models import Account
from zhiyin.respond.clocks.words import say_minutes
from zhiyin.respond.ladders.kinds import Deed, Result, Whom
from zhiyin.respond.models import LadderRung, RungTaken

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

WHOM_NAMES: Mapping[Whom, StrPromise] = {
    Whom.OWNER: _("the owner of the case"),
    Whom.ABOVE: _("who stands above the owner"),
    Whom.HIGHER: _("two levels above the owner"),
    Whom.TOP: _("the highest, an owner of the installation"),
}

DEED_NAMES: Mapping[Deed, StrPromise] = {
    Deed.TELL: _("is told"),
    Deed.HAND_OVER: _("has the case from then on"),
}

_PROBLEMS: Mapping[str, StrPromise] = {
    "minutes": _("Choose a whole number of minutes, 60 days at most."),
    "whom": _("The owner has the case already. Choose somebody above."),
    "same": _("This rung stands on the ladder already."),
    "many": _("A ladder has 20 rungs at most."),
    "unit": _("Choose one of your units."),
}


def say_when(rung: LadderRung) -> str:
    """Its moment, seen from the time of the clock."""
    if rung.minutes == 0:
        return gettext("when it is due")
    time = {"time": say_minutes(abs(rung.minutes))}
    text = gettext("%(time)s before it is due") if rung.minutes < 0 else gettext("%(time)s after it was due")
    return text % time


def say_what(rung: LadderRung) -> str:
    """Who, and what becomes of them."""
    names = {"whom": WHOM_NAMES[Whom(rung.whom)], "deed": DEED_NAMES[Deed(rung.deed)]}
    return gettext("%(whom)s %(deed)s") % names


def say_done(result: Result, *, clock: str, due_at: datetime, account: Account, is_past: bool) -> str:
    """What the story of the case and the message tell."""
    due = short_moment(timezone.localtime(due_at), with_year=False)
    names = {"clock": clock, "due": due, "name": str(account)}
    why = gettext("%(clock)s was due %(due)s.") if is_past else gettext("%(clock)s is due %(due)s.")
    what = {
        Result.TOLD: gettext("%(name)s was told."),
        Result.HANDED_OVER: gettext("%(name)s looks after it now."),
        Result.NOBODY: gettext("Nobody stands above; %(name)s was told once more."),
    }[result]
    return f"{why} {what}" % names


def say_taken(taken: RungTaken) -> str:
    """What came of a rung, for the page of the case."""
    if taken.result == Result.PASSED:
        return gettext("Passed over: a higher rung had come by then.")
    names = {"name": str(taken.account or "–")}
    return {
        Result.TOLD: gettext("%(name)s was told."),
        Result.HANDED_OVER: gettext("%(name)s looks after it now."),
        Result.NOBODY: gettext("Nobody stands above; %(name)s was told once more."),
    }[Result(taken.result)] % names


def say_problem(error: ZhiyinError) -> str:
    """The refusal in the language of the page."""
    if isinstance(error, InvalidInput) and (error.field or "") in _PROBLEMS:
        return str(_PROBLEMS[error.field or ""])
    return gettext("Somebody else changed this ladder in the meantime. Look at how it stands now.")
