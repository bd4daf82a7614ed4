"""What kinds of units are called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

KIND_NAMES = {
    "company": _("Company"),
    "region": _("Regions"),
    "city": _("Cities"),
    "store": _("Stores"),
    "unit": _("Units"),
}


def kind_name(kind: str) -> str:
    """The name of several of that kind; the word itself for a kind of the customer's own."""
    return str(KIND_NAMES.get(kind, kind))
