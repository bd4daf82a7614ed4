"""What segments bring to the shell."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Their entry in the menu, and how the roll-up loses whoever is erased."""
    from django.conf import settings

    from zhiyin.console.navigation import NavEntry, Section
    from zhiyin.console.navigation import register as add_to_menu
    from zhiyin.customers.rights import frequency
    from zhiyin.customers.rights.holders import Holder, Person, register_holder
    from zhiyin.customers.rollup.erasing import erase_from_rollup
    from zhiyin.customers.segments.listing import count_listed, erase_listed, read_listed
    from zhiyin.engine import open_engine
    from zhiyin.people.permissions import Permission

    def erase(_person: Person) -> int:
        erase_from_rollup(open_engine(settings.HOME))
        return 0

    register_holder(
        Holder(
            name="contact_lists", title=_("Lists for contact"), read=read_listed, erase=erase_listed, order=55
        )
    )
    frequency.register(count_listed)
    # After the identities: what it is made of must be gone.
    register_holder(Holder(name="rollup", title=_("Segments"), erase=erase, order=950))
    add_to_menu(
        NavEntry(
            section=Section.CUSTOMERS,
            name=_("Segments"),
            url_name="segments",
            icon="filter",
            permission=Permission.CUSTOMERS_READ.value,
            order=20,
            help=_("Customers chosen by what they are, said and did"),
        )
    )
