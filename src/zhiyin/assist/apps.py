"""The Django app of this room."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from zhiyin.console.navigation import NavEntry, Section, register


class AssistConfig(AppConfig):
    """Registers the room under the label `assist`."""

    name = "zhiyin.assist"
    label = "assist"

    def ready(self) -> None:
        """Puts the settings into the menu."""
        from zhiyin.assist.services.endpoint import list_sealed_here
        from zhiyin.engine.sealed import register_sealed
        from zhiyin.people.permissions import Permission

        register_sealed(*list_sealed_here())
        register(
            NavEntry(
                section=Section.SETTINGS,
                name=_("Language model"),
                url_name="language_model",
                icon="sparkles",
                permission=Permission.INSTALLATION_MANAGE.value,
                order=80,
                help=_("An endpoint that drafts summaries and answers; everything works without"),
            )
        )
