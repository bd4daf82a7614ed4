"""Who looked at a person's data, by the audit trail: what, when and in which role, never the name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from zhiyin.customers.rights.holders import Person
from zhiyin.people.audit_words import action_words
from zhiyin.people.models import AuditEvent, RoleGrant
from zhiyin.people.role_words import role_name
from zhiyin.people.roles import Role

_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One event of the trail, in the page's words."""

    at: datetime
    what: str
    who: str


def list_looks(person: Person, *, case_numbers: Sequence[str] = ()) -> list[Look]:
    """The newest 200 events about the person, their voices and their cases."""
    about = (
        Q(target_kind="customer", target_id__in=[str(one) for one in person.customers])
        | Q(target_kind="feedback", target_id__in=person.feedback_ids)
        | Q(target_kind="case", target_id__in=case_numbers)
    )
    events = list(AuditEvent.objects.filter(about).order_by("-sequence")[:_MOST])
    roles = _roles({event.actor_id for event in events if event.actor_kind == "account"})
    return [
        Look(at=event.at, what=action_words(event.action, outcome=event.outcome), who=_who(event, roles))
        for event in events
    ]


def _roles(account_ids: set[str]) -> dict[str, str]:
    numbers = [int(one) for one in account_ids if one.isdigit()]
    roles: dict[str, str] = {}
    for account_id, role in RoleGrant.objects.filter(account_id__in=numbers).values_list(
        "account_id", "role"
    ):
        roles.setdefault(str(account_id), str(role_name(Role(role))))
    return roles


def _who(event: AuditEvent, roles: dict[str, str]) -> str:
    match event.actor_kind:
        case "account":
            return roles.get(event.actor_id) or _("Staff")
        case "key":
            return _("Another system of ours")
        case "visitor":
            return _("You")
        case _:
            return _("The software by itself")
