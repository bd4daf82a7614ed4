"""Says on a page, in its language, why there is no draft, and what drafts are for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from zhiyin.assist.errors import Busy, LimitReached, NotSet
from zhiyin.assist.protocol import NoAnswer
from zhiyin.errors import ZhiyinError

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

_REASONS: dict[str, StrPromise] = {
    "timeout": _("The language model did not answer in time. Try again, or go on without."),
    "unreachable": _("The language model cannot be reached now. Go on without, or tell the owner."),
    "refused": _("The language model refused the request. The owner should check key, address and model."),
    "failed": _("The language model failed. Try again in a minute, or go on without."),
    "unreadable": _(
        "The language model answered with nothing that can be used. Try again, or go on without."
    ),
}
_PURPOSES: dict[str, StrPromise] = {
    "summary": _("Summaries of voices"),
    "reply": _("Drafts of answers"),
    "aspect": _("Suggestions for the taxonomy"),
    "report": _("Reports in words"),
    "trial": _("Trials"),
}


def say(error: ZhiyinError) -> str:
    """What happened and what to do next."""
    if isinstance(error, NoAnswer):
        return str(_REASONS[error.reason])
    if isinstance(error, LimitReached):
        return str(_("This month's limit for the language model is reached. The owner can raise it."))
    if isinstance(error, Busy):
        return str(_("The language model is busy with other drafts. Try again in a few seconds."))
    if isinstance(error, NotSet):
        return str(_("No language model is set. The owner can set one in the settings."))
    return str(_("This cannot be used. Change it."))


def purpose_name(purpose: str) -> str:
    """What a draft is for."""
    return str(_PURPOSES.get(purpose, purpose))
