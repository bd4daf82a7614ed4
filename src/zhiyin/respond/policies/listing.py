"""The policies as lines of a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from zhiyin.people.scope import Scope
from zhiyin.respond.models import Policy, PolicyVersion

_LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A policy, its version in force, a version planned for later, its draft, and how often it was asked."""

    policy: Policy
    live: PolicyVersion | None
    planned: PolicyVersion | None
    draft: PolicyVersion | None
    n_asked: int


def list_policies(*, scope: Scope, now: datetime) -> list[Line]:
    """All that the scope allows, by name. Two queries."""
    lately = Count("versions__decisions", filter=Q(versions__decisions__at__gte=now - _LATELY))
    found = Policy.objects.select_related("unit").annotate(n_asked=lately).order_by("name", "pk")
    policies = [one for one in found if scope.allows(one.unit_id)]
    current = Q(valid_to=None) | Q(valid_to__gt=now)
    versions = PolicyVersion.objects.filter(current, policy__in=[one.pk for one in policies])
    of_policy: dict[int, list[PolicyVersion]] = {}
    for version in versions.defer("jdm").order_by("n"):
        of_policy.setdefault(version.policy_id, []).append(version)
    return [
        Line(
            policy=one,
            live=next((v for v in of_policy.get(one.pk, []) if v.is_in_force(now=now)), None),
            planned=next((v for v in of_policy.get(one.pk, []) if v.valid_from and v.valid_from > now), None),
            draft=next((v for v in of_policy.get(one.pk, []) if v.is_draft), None),
            n_asked=one.n_asked,
        )
        for one in policies
    ]
