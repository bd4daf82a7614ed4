"""What owning adds: its pages in the menu, and on a case why this owner, a warning, and the brief."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from zhiyin.console.navigation import NavEntry, Section
from zhiyin.console.navigation import register as register_entry
from zhiyin.people.permissions import Permission
from zhiyin.respond import hooks
from zhiyin.respond.brief.registering import register as register_brief
from zhiyin.respond.case_panels import CasePanel
from zhiyin.respond.case_panels import register as register_panel
from zhiyin.respond.models import Case
from zhiyin.respond.owning.alerting import alert_kicked_about
from zhiyin.respond.owning.queries import find_choice
from zhiyin.respond.owning.reasons import MOST_TRANSFERS
from zhiyin.respond.owning.words import say_choice


def register() -> None:
    """Called once, when the app is ready."""
    register_entry(
        NavEntry(
            section=Section.RESPOND,
            name=_("Kicked about"),
            url_name="cases_kicked_about",
            icon="arrow-right",
            permission=Permission.CASES_READ.value,
            order=15,
            help=_("Cases that were handed over more than twice"),
        ),
        NavEntry(
            section=Section.RESPOND,
            name=_("Who can do what"),
            url_name="case_staff",
            icon="users",
            permission=Permission.POLICIES_MANAGE.value,
            order=65,
            help=_("Skills, languages, room and hours by which cases are given"),
        ),
    )
    register_panel(CasePanel(name="owning", template="respond/owning/_panel.html", build=_build, place="top"))
    register_brief()
    hooks.after_telling(alert_kicked_about)


def _build(case: Case, request: HttpRequest) -> Mapping[str, object]:
    choice = find_choice(case)
    is_kicked_about = case.is_open and case.n_transfers > MOST_TRANSFERS
    if choice is None and not is_kicked_about:
        return {}
    because = say_choice(choice) if choice else ""
    return {"case": case, "is_kicked_about": is_kicked_about, "because": because}
