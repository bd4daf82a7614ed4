"""The roles of staff."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What somebody is here for; what each may do stands in `permissions.ROLE_PERMISSIONS`."""

    OWNER = "owner"
    ANALYST = "analyst"
    MANAGER = "manager"
    AGENT = "agent"
    FRONTLINE = "frontline"
    AUDITOR = "auditor"


# Owners rule the whole installation; a grant to one unit would promise a fence that is not there.
NEVER_WITH_UNIT = frozenset({Role.OWNER})
# Without a unit these see nothing, so a grant without one is refused rather than left useless.
ONLY_WITH_UNIT = frozenset({Role.MANAGER, Role.AGENT, Role.FRONTLINE})
EVERYTHING_WITHOUT_UNIT = frozenset({Role.OWNER, Role.ANALYST, Role.AUDITOR})
