"""What the question adds to the room: hooks at the steps, a part of the page of a case, its settings."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhiyin.console.navigation import NavEntry, Section
from zhiyin.console.navigation import register as register_entry
from zhiyin.customers.rights import frequency
from zhiyin.people.permissions import Permission
from zhiyin.respond import hooks
from zhiyin.respond.case_panels import CasePanel
from zhiyin.respond.case_panels import register as register_panel
from zhiyin.respond.solved.asking import count_questions, keep_question, on_asked
from zhiyin.respond.solved.climbing import climb_when_reopened
from zhiyin.respond.solved.letters import ask_by_mail
from zhiyin.respond.solved.panel import build_panel


def register() -> None:
    """Called once, when the app is ready."""
    register_entry(
        NavEntry(
            section=Section.RESPOND,
            name=_("Really solved?"),
            url_name="manage_solved",
            icon="circle-check",
            permission=Permission.POLICIES_MANAGE.value,
            order=62,
            help=_("When customers are asked, and when a case goes a level up"),
        )
    )
    frequency.register(count_questions)
    hooks.after_telling(keep_question)
    hooks.after_telling(climb_when_reopened)
    if ask_by_mail not in on_asked:
        on_asked.append(ask_by_mail)
    register_panel(CasePanel(name="solved", template="respond/solved/_panel.html", build=build_panel))
