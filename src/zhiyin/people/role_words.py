"""What roles are called and what they may do, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from zhiyin.people.permissions import ROLE_PERMISSIONS, KeyScope, Permission
from zhiyin.people.roles import Role

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

_ROLES: dict[Role, tuple[StrPromise, StrPromise]] = {
    Role.OWNER: (_("Company owner"), _("Runs the whole installation.")),
    Role.ANALYST: (_("Analyst"), _("Finds out what customers think, and keeps the labels right.")),
    Role.MANAGER: (_("Unit manager"), _("Looks after a store or region, its voices and its cases.")),
    Role.AGENT: (_("Service agent"), _("Answers customers and solves their cases.")),
    Role.FRONTLINE: (_("Frontline"), _("Notes down what customers say on the spot.")),
    Role.AUDITOR: (_("Auditor"), _("Checks what was done, and changes nothing.")),
}
_PERMISSIONS: dict[Permission, StrPromise] = {
    Permission.FEEDBACK_READ: _("Read voices, with private data masked"),
    Permission.FEEDBACK_WRITE: _("Add voices"),
    Permission.SUMMARY_READ: _("See figures and boards"),
    Permission.FEEDBACK_CORRECT: _("Correct labels of voices"),
    Permission.FEEDBACK_IMPORT: _("Import files of voices"),
    Permission.FEEDBACK_EXPORT: _("Export voices"),
    Permission.VERBATIM_REVEAL: _("Reveal private data in a voice; each time is recorded"),
    Permission.CASES_READ: _("See cases"),
    Permission.CASES_WORK: _("Open, answer and close cases"),
    Permission.POLICIES_MANAGE: _("Manage policies, limits, clocks and visits"),
    Permission.SIGNAL_RULES_MANAGE: _("Say which signals open cases by themselves"),
    Permission.KNOWLEDGE_EDIT: _("Write and review articles"),
    Permission.QUALITY_REVIEW: _("Score conversations and answers"),
    Permission.CUSTOMERS_READ: _("See customers, with private data masked"),
    Permission.CUSTOMERS_WRITE: _("Send customers' events and traits in"),
    Permission.CUSTOMERS_WORK: _("Link customers, take links back, note consents"),
    Permission.CUSTOMERS_EXPORT: _("Export customers and segments"),
    Permission.CUSTOMERS_REVEAL: _("Reveal a customer's identifiers; each time is recorded"),
    Permission.RIGHTS_MANAGE: _("Handle customers' requests about their data"),
    Permission.EXPORTS_APPROVE: _("Agree to large exports, and set from how many rows on"),
    Permission.CHANNELS_MANAGE: _("Manage channels"),
    Permission.TAXONOMY_EDIT: _("Edit the taxonomy"),
    Permission.UNITS_MANAGE: _("Manage units"),
    Permission.ACCOUNTS_MANAGE: _("Manage people and roles"),
    Permission.KEYS_MANAGE: _("Manage API keys"),
    Permission.AUDIT_READ: _("Read and verify the audit trail"),
    Permission.INSTALLATION_MANAGE: _("Change settings of the installation"),
}
_SCOPES: dict[KeyScope, StrPromise] = {
    KeyScope.FEEDBACK_WRITE: _("Send voices in"),
    KeyScope.FEEDBACK_READ: _("Read voices, with private data masked"),
    KeyScope.SUMMARY_READ: _("Read figures"),
    KeyScope.CUSTOMERS_WRITE: _("Send customers' events and traits in"),
    KeyScope.CUSTOMERS_READ: _("See customers, with private data masked"),
}


def role_name(role: Role | str) -> StrPromise:
    """What the role is called."""
    return _ROLES[Role(role)][0]


def role_purpose(role: Role | str) -> StrPromise:
    """What somebody with the role is here for."""
    return _ROLES[Role(role)][1]


def role_deeds(role: Role | str) -> list[StrPromise]:
    """Everything that the role may do."""
    held = ROLE_PERMISSIONS[Role(role)]
    return [words for permission, words in _PERMISSIONS.items() if permission in held]


def scope_words(scope: KeyScope | str) -> StrPromise:
    """What a key with the scope may do."""
    return _SCOPES[KeyScope(scope)]
