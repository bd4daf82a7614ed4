"""What the pages call kinds of silence, reasons to leave, and parts of the back-test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from zhiyin.customers.silence.queries import Kind, Sort

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

KIND_NAMES: Mapping[Kind, StrPromise] = {
    "overdue": _("Overdue to come"),
    "complained": _("Complained, then fell silent"),
    "never_spoke": _("Never said a word"),
    "at_risk": _("Likely to leave next"),
}
SORT_NAMES: Mapping[Sort, StrPromise] = {
    "overdue": _("Most overdue first"),
    "risk": _("Likeliest to leave first"),
    "money": _("Most spent this year first"),
    "silent": _("Longest silence first"),
}
REASON_NAMES: Mapping[str, StrPromise] = {
    "silence": _("silent for longer than usual"),
    "complained": _("complained in the last 90 days"),
    "last_negative": _("last words were negative"),
    "unresolved": _("a contact was not resolved"),
    "often_contacted": _("three contacts or more in 90 days"),
    "tenure": _("how long a customer"),
}
PROBLEMS: Mapping[str, StrPromise] = {
    "too_short": _("The past is too short to hold a part of it back."),
    "too_few": _("Too few customers came or stayed away in the part that was held back."),
}
CHANNEL_NAMES: Mapping[str, StrPromise] = {
    "phone": _("Phone call"),
    "sms": _("Text message"),
    "mail": _("E-mail"),
    "wechat": _("WeChat"),
    "app": _("App"),
    "letter": _("Letter"),
}


def kind_name(code: str) -> str:
    """The kind's name; the code itself where it is not known any more."""
    return next((str(name) for kind, name in KIND_NAMES.items() if kind == code), code)
