"""What policies add to the room: pages, a part of the page of a case, and what erasing takes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhiyin.console.navigation import NavEntry, Section
from zhiyin.console.navigation import register as register_entry
from zhiyin.listen.pipeline import erasure
from zhiyin.people.permissions import Permission
from zhiyin.respond.case_panels import CasePanel
from zhiyin.respond.case_panels import register as register_panel
from zhiyin.respond.policies.erasing import erase_from_policies
from zhiyin.respond.policies.panel import build_panel
from zhiyin.respond.policies.rights import register as register_rights
from zhiyin.respond.policies.sample import register as register_sample

_ENTRIES = (
    NavEntry(
        section=Section.RESPOND,
        name=_("Approvals"),
        url_name="approvals",
        icon="user-check",
        permission=Permission.CASES_WORK.value,
        order=30,
        help=_("What colleagues may grant once you agree"),
    ),
    NavEntry(
        section=Section.RESPOND,
        name=_("Compensations"),
        url_name="compensations",
        icon="heart-handshake",
        permission=Permission.CASES_READ.value,
        order=40,
        help=_("What customers were given, and what it cost"),
    ),
    NavEntry(
        section=Section.RESPOND,
        name=_("Policies"),
        url_name="manage_policies",
        icon="shield-check",
        permission=Permission.POLICIES_MANAGE.value,
        order=50,
        help=_("What may be granted, to whom and why"),
    ),
)


def register() -> None:
    """Called once, when the app is ready."""
    for entry in _ENTRIES:
        register_entry(entry)
    register_panel(
        CasePanel(name="policies", template="respond/policies/_panel.html", build=build_panel, place="main")
    )
    if erase_from_policies not in erasure.on_erased:
        erasure.on_erased.append(erase_from_policies)
    register_rights()
    register_sample()
