"""What the pages call kinds of value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from zhiyin.customers.value.contract import ValueKind

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

KIND_NAMES: Mapping[ValueKind, StrPromise] = {
    "savings": _("Savings"),
    "points": _("Points"),
    "free_service": _("Free service"),
    "upgrade": _("Upgrade"),
    "fix": _("Put right"),
}


def kind_name(code: str) -> str:
    """The kind's name; the code itself where it is not known."""
    return next((str(name) for kind, name in KIND_NAMES.items() if kind == code), code)
