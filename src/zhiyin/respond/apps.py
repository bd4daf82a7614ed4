"""The Django app of this room."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

# Each registers itself; panels stand on the page of a case in this order.
_PARTS = (
    "owning",
    "moods",
    "effort",
    "clocks",
    "policies",
    "flow",
    "callbacks",
    "notices",
    "solved",
    "visits",
    "knowing",
    "quality",
    "inbox",
    "answer_templates",
    "outbox",
    "sample",
)


class RespondConfig(AppConfig):
    """Registers the room under the label `respond`."""

    name = "zhiyin.respond"
    label = "respond"

    def ready(self) -> None:
        """Add the cases to the menu, to pages of voices and customers, and to what leaving does."""
        from zhiyin.console.navigation import NavEntry, Section, register, register_finder
        from zhiyin.engine.sealed import register_sealed
        from zhiyin.listen.pipeline import erasure
        from zhiyin.listen.services import sample_removal
        from zhiyin.people.permissions import Permission
        from zhiyin.respond.finders import find_cases
        from zhiyin.respond.leaving import add_to_leaving
        from zhiyin.respond.rights import register as register_rights
        from zhiyin.respond.sealing import list_sealed_here
        from zhiyin.respond.services.erasing import erase_from_cases
        from zhiyin.respond.services.sample import forget_sample_cases
        from zhiyin.respond.timeline import add_to_customers
        from zhiyin.respond.voice_additions import add_to_voices

        register(
            NavEntry(
                section=Section.RESPOND,
                name=_("Cases"),
                url_name="cases",
                icon="clipboard-list",
                permission=Permission.CASES_READ.value,
                order=10,
                help=_("What has to be solved, by whom, and by when"),
            )
        )
        register(
            NavEntry(
                section=Section.RESPOND,
                name=_("Clocks"),
                url_name="manage_clocks",
                icon="clock",
                permission=Permission.POLICIES_MANAGE.value,
                order=60,
                help=_("What customers may expect, and what runs out"),
            )
        )
        register(
            NavEntry(
                section=Section.RESPOND,
                name=_("Reports on cases"),
                url_name="case_reports",
                icon="chart-bar",
                permission=Permission.CASES_READ.value,
                order=40,
                help=_("How well what customers bring is solved, and how often it is handed about"),
            )
        )
        register_finder("cases", find_cases)
        add_to_voices()
        add_to_customers()
        add_to_leaving()
        register_sealed(*list_sealed_here())
        erasure.on_erased.append(erase_from_cases)
        register_rights()
        sample_removal.on_removed.append(forget_sample_cases)
        for part in _PARTS:
            import_module(f"zhiyin.respond.{part}.registering").register()
