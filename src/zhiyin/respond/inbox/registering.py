"""What the inbox adds to the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhiyin.console.navigation import NavEntry, Section
from zhiyin.console.navigation import register as register_entry
from zhiyin.people.permissions import Permission


def register() -> None:
    """Called once, when the app is ready."""
    register_entry(
        NavEntry(
            section=Section.RESPOND,
            name=_("Inbox"),
            url_name="inbox",
            icon="inbox",
            permission=Permission.CASES_WORK.value,
            order=5,
            help=_("Voices without an answer and cases that wait for us, in one list"),
        )
    )
