"""What reasons, edges and refusals of hand-overs are called on pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from zhiyin.respond.models import OwnerChoice
from zhiyin.respond.owning.reasons import TransferReason

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

REASON_NAMES: Mapping[TransferReason, StrPromise] = {
    TransferReason.WRONG_UNIT: gettext_lazy("It belongs to another unit"),
    TransferReason.NEEDS_SKILL: gettext_lazy("It needs another skill"),
    TransferReason.NEEDS_POWER: gettext_lazy("It needs somebody with more power to decide"),
    TransferReason.SHIFT_ENDS: gettext_lazy("My shift ends"),
    TransferReason.CUSTOMER_ASKED: gettext_lazy("The customer asked for it"),
    TransferReason.LEAVING: gettext_lazy("The owner leaves"),
    TransferReason.OTHER: gettext_lazy("Another reason"),
}


def say_choice(choice: OwnerChoice) -> str:
    """Why this person was chosen, in the language of the page."""
    if choice.is_fallback:
        return _("nobody with fitting skills was free, so the unit’s own looks after it")
    parts = [_("at work now")] if choice.is_on_shift else []
    if choice.skill:
        parts.append(_("can do “%(skill)s”") % {"skill": choice.skill})
    if choice.language:
        parts.append(_("speaks %(language)s") % {"language": language_name(choice.language)})
    parts.append(_("had %(n)s of %(most)s open cases") % {"n": choice.n_open, "most": choice.capacity})
    return " · ".join(parts)


def language_name(language: str) -> str:
    """The language's name in that of the page; the code itself where nobody knows it.

    >>> language_name("xx-none")
    'xx-none'
    """
    if language == "zh":  # Django knows the two ways of writing it alone
        return _("Chinese")
    try:
        return str(get_language_info(language)["name_translated"])
    except KeyError:
        return language
