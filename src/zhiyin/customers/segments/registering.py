"""What segments bring to the shell."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Their entry in the menu."""
    from zhiyin.console.navigation import NavEntry, Section
    from zhiyin.console.navigation import register as add_to_menu
    from zhiyin.people.permissions import Permission

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
