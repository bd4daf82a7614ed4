"""What rights bring to the shell: pages, the panel of a customer, places that hold personal data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhiyin.console.navigation import NavEntry, Section
from zhiyin.console.navigation import register as register_entries
from zhiyin.customers.profile.timeline import TimelineSource, register_source
from zhiyin.customers.rights import customer_views, decisions, places, refused_rows
from zhiyin.customers.rights.timeline import read_consents
from zhiyin.people.permissions import Permission


def register() -> None:
    """Called once, when the apps are ready."""
    register_entries(
        NavEntry(
            section=Section.CUSTOMERS,
            name=_("Data requests"),
            url_name="rights_requests",
            icon="shield-lock",
            permission=Permission.RIGHTS_MANAGE.value,
            order=70,
            help=_("Who wants to see, correct or delete what is known, and until when"),
        ),
        NavEntry(
            section=Section.SETTINGS,
            name=_("Consents and rights"),
            url_name="rights_settings",
            icon="shield-check",
            permission=Permission.RIGHTS_MANAGE.value,
            order=75,
            help=_("Words agreed to, legal clock, quiet hours, how long things are kept, legal holds"),
        ),
    )
    register_source(
        TimelineSource(kind="consent", name=_("Consents"), icon="shield-check", read=read_consents, order=150)
    )
    customer_views.register()
    places.register()
    refused_rows.register()
    decisions.register()
