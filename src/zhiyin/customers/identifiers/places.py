"""Names of the places that hold sealed things, in the page's language."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

_NAMES = {
    "assist.LanguageModel.sealed_key": _("Key of the language model"),
    "customers.Consent.proof_sealed": _("Proofs of consent"),
    "customers.Identity.sealed": _("Identifiers of customers"),
    "customers.Identity.traits_sealed": _("Names, addresses and birthdays of customers"),
    "customers.RightsRequest.contact_sealed": _("Contacts of requests about own data"),
    "customers.RightsRequest.words_sealed": _("Words of requests about own data"),
    "events": _("Events that wait"),
    "insight.Destination.sealed": _("Addresses of destinations"),
    "intake": _("Voices that wait"),
    "lake.raw": _("Original words of voices"),
    "listen.SetAsideItem.payload": _("Voices set aside"),
    "portal.Submission.receipt": _("Receipts of the portal"),
    "respond.Case.contact_sealed": _("Contacts of cases"),
    "respond.Case.token_sealed": _("Links of cases"),
    "respond.CustomerWords.sealed": _("What customers wrote into cases"),
}


def place_name(name: str) -> str:
    """What people call the place; its own name where it has no other."""
    return str(_NAMES.get(name, name))
