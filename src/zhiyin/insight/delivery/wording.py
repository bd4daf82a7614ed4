"""What kinds, states and reasons are called on pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhiyin.errors import Conflict, InvalidInput, ZhiyinError
from zhiyin.insight.delivery.answers import find_reason

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

KIND_NAMES: dict[str, StrPromise] = {
    "wecom": _("WeCom group robot"),
    "dingtalk": _("DingTalk group robot"),
    "feishu": _("Feishu group robot"),
    "mail": _("E-mail to people"),
    "webhook": _("Webhook"),
}
KIND_ICONS = {
    "wecom": "robot",
    "dingtalk": "robot",
    "feishu": "robot",
    "mail": "mail",
    "webhook": "link",
}
STATE_NAMES: dict[str, StrPromise] = {
    "waiting": _("Waiting"),
    "sent": _("Delivered"),
    "digested": _("Delivered in a digest"),
    "dead": _("Not delivered"),
}
_BY_FIELD: dict[str, StrPromise] = {
    "name": _("Give it a name of its own, 80 signs at most."),
    "url": _("This is not the address of such a destination, or not the whole of it. Copy it again."),
    "secret": _("A secret begins with whsec_. Leave it empty and one is made."),
    "recipients": _("Give 1 to 50 e-mail addresses, one a line."),
    "quiet_until": _("Give both the beginning and the end, or neither."),
    "time_zone": _("Choose one of the list."),
}


def reason_words(code: str) -> str:
    """Why something did not arrive and what to do, in the page's language; empty for no code."""
    if not code:
        return ""
    reason = find_reason(code)
    return reason.zh if (get_language() or "zh").startswith("zh") else reason.en


def refusal_words(error: ZhiyinError) -> str:
    """What a door of this room refused."""
    if isinstance(error, InvalidInput) and error.field in _BY_FIELD:
        return str(_BY_FIELD[error.field])
    if isinstance(error, Conflict):
        return str(_("Another destination has this name. Choose another."))
    return str(_("This cannot be used. Change it."))
