"""The filters of the list of cases that the flow brings: status, cause, severity, danger, group."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import QueryDict

from zhiyin.people.models import Account
from zhiyin.respond.flow.kinds import SEVERITIES, Cause
from zhiyin.respond.flow.words import CAUSE_NAMES, SEVERITY_NAMES
from zhiyin.respond.models import Case, CaseFollow, CaseStatus
from zhiyin.respond.wording import STATUS_NAMES

NAMES = ("status", "cause", "severity", "safety", "group")
_GROUPS = ("groups", "in")


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowFilter:
    """Which cases; empty means all. `severity`: at least so severe. `group`: `groups` are group complaints,
    `in` those that belong to one, a number those of that one.
    """

    status: str = ""
    cause: str = ""
    severity: int = 0
    is_safety: bool = False
    group: str = ""
    followed_by: Account | None = None

    def narrow(self, cases: QuerySet[Case]) -> QuerySet[Case]:
        """The cases that fit."""
        if self.status:
            cases = cases.filter(status=self.status)
        if self.cause:
            cases = cases.filter(cause=self.cause)
        if self.severity:
            cases = cases.filter(severity__gte=self.severity)
        if self.is_safety:
            cases = cases.filter(is_safety=True)
        if self.followed_by is not None:
            follows = CaseFollow.objects.filter(account=self.followed_by)
            cases = cases.filter(pk__in=follows.values("case_id"))
        return self._grouped(cases)

    def _grouped(self, cases: QuerySet[Case]) -> QuerySet[Case]:
        if self.group == "groups":
            children = Case.objects.filter(parent__isnull=False)
            return cases.filter(pk__in=children.values("parent_id"))
        if self.group == "in":
            return cases.filter(parent__isnull=False)
        return cases.filter(parent__number=self.group) if self.group else cases


def read_filter(given: QueryDict, *, follower: Account | None) -> FlowFilter:
    """The filter of the address; what cannot be is left out."""
    status, cause = given.get("status", ""), given.get("cause", "")
    severity, group = given.get("severity", ""), given.get("group", "")[:20]
    return FlowFilter(
        status=status if status in set(CaseStatus) else "",
        cause=cause if cause in set(Cause) else "",
        severity=int(severity) if severity in {str(one) for one in SEVERITIES} else 0,
        is_safety=given.get("safety") == "1",
        group=group if group in _GROUPS or group[:1].isalnum() else "",
        followed_by=follower if given.get("view") == "followed" else None,
    )


def list_choices() -> dict[str, list[tuple[str, object]]]:
    """What the form offers: value and name."""
    return {
        "statuses": [(one.value, name) for one, name in STATUS_NAMES.items()],
        "causes": [(one.value, name) for one, name in CAUSE_NAMES.items()],
        "severities": [(str(one), name) for one, name in SEVERITY_NAMES.items()],
    }
