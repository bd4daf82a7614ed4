"""What the inbox adds to the menu, to pages of voices, and to those of cases."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhiyin.console.navigation import NavEntry, Section
from zhiyin.console.navigation import register as register_entry
from zhiyin.insight.voice_panels import VoicePanel
from zhiyin.insight.voice_panels import register as register_on_voices
from zhiyin.people.permissions import Permission
from zhiyin.respond.case_panels import CasePanel
from zhiyin.respond.case_panels import register as register_panel
from zhiyin.respond.inbox.voice_link import build_case_panel, build_link


def register() -> None:
    """Called once, when the app is ready."""
    register_panel(
        CasePanel(name="similar", template="respond/inbox/_similar_panel.html", build=build_case_panel)
    )
    register_on_voices(
        VoicePanel(
            name="reply",
            template="respond/inbox/_voice_link.html",
            permission=Permission.CASES_WORK,
            build=build_link,
            order=5,
        )
    )
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
