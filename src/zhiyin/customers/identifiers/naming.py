"""Names of the types of identifiers in the page's language."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

_NAMES = {
    "member": _("Member"),
    "customer": _("Customer number"),
    "phone": _("Phone number"),
    "email": _("E-mail"),
    "wechat_unionid": _("WeChat (union id)"),
    "wechat_openid": _("WeChat (open id)"),
    "platform_user": _("Platform account"),
    "order": _("Order number"),
    "device": _("Device"),
    "anonymous": _("Visitor not signed in"),
    "plate": _("Number plate"),
    "name_address": _("Name and address"),
    "unknown": _("Known by a key alone"),
}


def type_name(type: str) -> str:
    """The name; the type itself where a source made it up."""
    return str(_NAMES.get(type, type))
