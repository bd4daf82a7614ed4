"""What value tells the rest of the product: entries of the timeline, a panel, the words in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhiyin.console.navigation import NavEntry, Section
from zhiyin.console.navigation import register as register_entry
from zhiyin.customers.value.panel import register_value_panel
from zhiyin.customers.value.timeline import register_value_source
from zhiyin.people.permissions import Permission


def register() -> None:
    """Called once, when the app is ready."""
    register_value_source()
    register_value_panel()
    register_entry(
        NavEntry(
            section=Section.SETTINGS,
            name=_("Value statement"),
            url_name="statement_words",
            icon="sparkles",
            permission=Permission.INSTALLATION_MANAGE.value,
            order=80,
            help=_("How customers are told what they received"),
        )
    )
