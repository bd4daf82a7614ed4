"""What matching tells the rest of the product: its page in the menu, its kind of job."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhiyin.console.navigation import NavEntry, Section
from zhiyin.console.navigation import register as register_entry
from zhiyin.customers.matching.proposing import make_kind
from zhiyin.listen.services.jobs import register as register_job
from zhiyin.people.permissions import Permission


def register() -> None:
    """Called once, when the app is ready."""
    register_entry(
        NavEntry(
            section=Section.CUSTOMERS,
            name=_("Possibly one person"),
            url_name="proposals",
            icon="users",
            permission=Permission.CUSTOMERS_READ.value,
            order=30,
            help=_("Customers who look like one person: decide, with the reasons beside"),
        )
    )
    register_job(make_kind())
