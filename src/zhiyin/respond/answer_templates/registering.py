"""What templates add to the room: a page in the menu, a part of the page of a case, a step hook."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhiyin.console.navigation import NavEntry, Section
from zhiyin.console.navigation import register as register_entry
from zhiyin.people.permissions import Permission
from zhiyin.respond import hooks
from zhiyin.respond.answer_templates.guarding import fill_the_rest
from zhiyin.respond.answer_templates.panel import build_panel
from zhiyin.respond.case_panels import CasePanel
from zhiyin.respond.case_panels import register as register_panel


def register() -> None:
    """Called once, when the app is ready."""
    hooks.before_saving(fill_the_rest)
    register_panel(
        CasePanel(name="answer_templates", template="respond/answer_templates/_panel.html", build=build_panel)
    )
    register_entry(
        NavEntry(
            section=Section.RESPOND,
            name=_("Templates"),
            url_name="answer_templates",
            icon="notes",
            permission=Permission.POLICIES_MANAGE.value,
            order=65,
            help=_("Words that answers begin with, and what fills them in"),
        )
    )
