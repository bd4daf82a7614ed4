"""Tables of staff, organisation, keys and the audit trail."""

from zhiyin.people.models.accounts import Account
from zhiyin.people.models.attempts import SignInAttempt
from zhiyin.people.models.audit import AuditEvent, AuditHead
from zhiyin.people.models.calendars import UnitCalendar, UnitCalendarChange
from zhiyin.people.models.exports import ExportRequest, ExportRule
from zhiyin.people.models.grants import RoleGrant
from zhiyin.people.models.keys import ApiKey
from zhiyin.people.models.links import AccountLink
from zhiyin.people.models.setup import SetupToken
from zhiyin.people.models.units import OrgUnit

__all__ = [
    "Account",
    "AccountLink",
    "ApiKey",
    "AuditEvent",
    "AuditHead",
    "ExportRequest",
    "ExportRule",
    "OrgUnit",
    "RoleGrant",
    "SetupToken",
    "SignInAttempt",
    "UnitCalendar",
    "UnitCalendarChange",
]
