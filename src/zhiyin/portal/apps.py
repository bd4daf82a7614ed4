"""The Django app of this room."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """Registers the room under the label `portal`, and its pages for staff."""

    name = "zhiyin.portal"
    label = "portal"

    def ready(self) -> None:
        """Put its pages into the menu, stars and photos onto cases; erase with customers what they added."""
        from zhiyin.console.navigation import NavEntry, Section, register
        from zhiyin.engine.sealed import register_sealed
        from zhiyin.listen.pipeline import erasure
        from zhiyin.people.permissions import Permission
        from zhiyin.portal.case_additions import add_to_cases
        from zhiyin.portal.evidence.keeping import erase_evidence
        from zhiyin.portal.evidence.staff import add_evidence
        from zhiyin.portal.my_data.decisions import register as register_decisions
        from zhiyin.portal.sample.registering import register as register_sample
        from zhiyin.portal.services.erasing import erase_added_words
        from zhiyin.portal.services.sealing import list_sealed_here

        register(
            NavEntry(
                section=Section.LISTEN,
                name=_("Speak links"),
                url_name="speak_links",
                icon="qrcode",
                permission=Permission.CHANNELS_MANAGE.value,
                order=40,
                help=_("QR codes and links at which customers speak without an account"),
            ),
            NavEntry(
                section=Section.IMPROVE,
                name=_("You said, we did"),
                url_name="said_and_done_entries",
                icon="message-circle",
                permission=Permission.KNOWLEDGE_EDIT.value,
                order=80,
                help=_("What customers said and what became of it, for everybody to read"),
            ),
        )
        erasure.on_erased.append(erase_added_words)
        register_decisions()
        erasure.on_erased.append(erase_evidence)
        add_to_cases()
        add_evidence()
        register_sample()
        register_sealed(*list_sealed_here())
