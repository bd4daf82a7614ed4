"""This room's entries in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhiyin.console.navigation import NavEntry, Section
from zhiyin.people.permissions import Permission

ENTRIES = (
    NavEntry(
        section=Section.LISTEN,
        name=_("Channels"),
        url_name="channels",
        icon="ear",
        permission=Permission.CHANNELS_MANAGE.value,
        order=20,
        help=_("What arrived last, and how to connect a new one"),
    ),
    NavEntry(
        section=Section.LISTEN,
        name=_("Import"),
        url_name="import_file",
        icon="file-import",
        permission=Permission.FEEDBACK_IMPORT.value,
        order=30,
        help=_("Take in a file of reviews, complaints, chats"),
    ),
    NavEntry(
        section=Section.LISTEN,
        name=_("Jobs"),
        url_name="jobs",
        icon="progress",
        permission=Permission.FEEDBACK_IMPORT.value,
        order=40,
        help=_("What is being worked on, and how far it is"),
    ),
    NavEntry(
        section=Section.SETTINGS,
        name=_("Taxonomy"),
        url_name="taxonomy",
        icon="tags",
        permission=Permission.TAXONOMY_EDIT.value,
        order=50,
        help=_("The aspects by which voices are understood"),
    ),
    NavEntry(
        section=Section.SETTINGS,
        name=_("Learning"),
        url_name="learning",
        icon="school",
        permission=Permission.TAXONOMY_EDIT.value,
        order=55,
        help=_("Which model labels voices, and what it learned from corrections"),
    ),
)
