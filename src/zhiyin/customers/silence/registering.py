"""What silence tells the rest of the product: its page in the menu, what it holds of people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhiyin.console.navigation import NavEntry, Section
from zhiyin.console.navigation import register as register_entry
from zhiyin.customers.rights import frequency
from zhiyin.customers.silence.forgetting import register_silence
from zhiyin.customers.silence.invitations import count_invitations
from zhiyin.people.permissions import Permission


def register() -> None:
    """Called once, when the app is ready."""
    register_entry(
        NavEntry(
            section=Section.CUSTOMERS,
            name=_("Silent customers"),
            url_name="silent_customers",
            icon="volume",
            permission=Permission.CUSTOMERS_READ.value,
            order=40,
            help=_("Who should have come by now, and whom to invite"),
        )
    )
    register_silence()
    frequency.register(count_invitations)
