"""What call-backs add to the room: a part of the page of a case, an entry of the menu, and hooks."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhiyin.console.navigation import NavEntry, Section
from zhiyin.console.navigation import register as register_entry
from zhiyin.customers.rights import frequency
from zhiyin.people import objections
from zhiyin.people.permissions import Permission
from zhiyin.respond import ending, hooks
from zhiyin.respond.callbacks.contacting import count_calls
from zhiyin.respond.callbacks.ending import CALLS
from zhiyin.respond.callbacks.erasing import erase_call_words
from zhiyin.respond.callbacks.owning import hand_call_backs_over, object_to_call_backs
from zhiyin.respond.callbacks.panel import build_panel
from zhiyin.respond.callbacks.rights import register as register_rights
from zhiyin.respond.case_panels import CasePanel
from zhiyin.respond.case_panels import register as register_panel
from zhiyin.respond.services import erasing


def register() -> None:
    """Called once, when the app is ready."""
    register_entry(
        NavEntry(
            section=Section.RESPOND,
            name=_("Call-backs"),
            url_name="call_backs",
            icon="phone",
            permission=Permission.CASES_READ.value,
            order=20,
            help=_("Whom we promised to call, and when"),
        )
    )
    hooks.after_telling(hand_call_backs_over)
    frequency.register(count_calls)
    ending.register(CALLS)
    hooks.after_telling(ending.end_with_case)
    register_rights()
    if object_to_call_backs not in objections.objections:
        objections.objections.append(object_to_call_backs)
    register_panel(CasePanel(name="call_backs", template="respond/callbacks/_panel.html", build=build_panel))
    if erase_call_words not in erasing.also_erased:
        erasing.also_erased.append(erase_call_words)
