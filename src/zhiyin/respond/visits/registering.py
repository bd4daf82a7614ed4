"""What visits add to the room: a part of the page of a case, entries of the menu, and erasing."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhiyin.console.navigation import NavEntry, Section
from zhiyin.console.navigation import register as register_entry
from zhiyin.engine.sealed import register_sealed
from zhiyin.people.permissions import Permission
from zhiyin.people.sealed_columns import SealedColumn
from zhiyin.respond import ending, hooks
from zhiyin.respond.case_panels import CasePanel
from zhiyin.respond.case_panels import register as register_panel
from zhiyin.respond.models import Technician, Visit
from zhiyin.respond.services import erasing
from zhiyin.respond.visits.ending import VISITS
from zhiyin.respond.visits.erasing import erase_visit_words
from zhiyin.respond.visits.panel import build_panel
from zhiyin.respond.visits.rights import register as register_rights
from zhiyin.respond.visits.technicians import phone_context


def register() -> None:
    """Called once, when the app is ready."""
    register_entry(
        NavEntry(
            section=Section.RESPOND,
            name=_("Visits of technicians"),
            url_name="visits",
            icon="map-pin",
            permission=Permission.CASES_READ.value,
            order=25,
            help=_("Which technician comes to whom, and when"),
        )
    )
    register_entry(
        NavEntry(
            section=Section.RESPOND,
            name=_("Technicians"),
            url_name="technicians",
            icon="users",
            permission=Permission.POLICIES_MANAGE.value,
            order=64,
            help=_("Who goes to customers of which units"),
        )
    )
    register_panel(CasePanel(name="visits", template="respond/visits/_panel.html", build=build_panel))
    ending.register(VISITS)
    hooks.after_telling(ending.end_with_case)
    register_rights()
    register_sealed(
        SealedColumn(
            model=Technician,
            column="phone_sealed",
            needs=("key",),
            context=lambda row: phone_context(str(row["key"])),
        ),
        SealedColumn(
            model=Visit,
            column="serial_sealed",
            needs=("case__number",),
            context=lambda row: f"case-serial\0{row['case__number']}".encode(),
        ),
    )
    if erase_visit_words not in erasing.also_erased:
        erasing.also_erased.append(erase_visit_words)
