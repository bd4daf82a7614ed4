"""Who may look after the cases of a unit, and who does where nobody is named."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count, Q, QuerySet

from zhiyin.listen.services.sample_state import STAFF_PREFIX
from zhiyin.people.models import Account, OrgUnit, RoleGrant
from zhiyin.people.permissions import Permission, roles_with
from zhiyin.people.roles import EVERYTHING_WITHOUT_UNIT, Role
from zhiyin.people.scope import Scope
from zhiyin.respond.moment import is_told
from zhiyin.respond.statuses import ENDED

_WORKING_ROLES = roles_with(Permission.CASES_WORK)
_BY_NEARNESS = (Role.MANAGER, Role.AGENT)


def list_possible_owners(unit: OrgUnit) -> list[Account]:
    """The active accounts that may work on cases of the unit, by name. One query."""
    ids = grants_reaching(unit)
    return sorted(Account.objects.filter(is_active=True, grants__in=ids).distinct(), key=str)


def list_colleagues(*, scope: Scope) -> list[Account]:
    """The active accounts that may work on cases of any unit within the scope, by name. Two queries."""
    working = Q(role__in=sorted(role.value for role in _WORKING_ROLES))
    grants = RoleGrant.objects.filter(working)
    if scope.unit_ids is not None:
        paths = OrgUnit.objects.filter(pk__in=scope.unit_ids).values_list("path", flat=True)
        reaching = {int(step) for path in paths for step in path.split("/") if step}
        grants = grants.filter(Q(unit__isnull=True) | Q(unit_id__in=reaching))
    return sorted(Account.objects.filter(is_active=True, grants__in=grants).distinct(), key=str)


def may_own(account: Account, *, unit: OrgUnit) -> bool:
    """Whether the account may look after a case of the unit. One query."""
    return account.is_active and grants_reaching(unit).filter(account=account).exists()


def find_default_owner(unit: OrgUnit, *, without: Account | None = None) -> Account | None:
    """A manager, else an agent, of the nearest unit upwards, else an owner of the installation.

    Of several the one with the fewest open cases, never `without`. None where nobody is there at all.
    """
    reaching = grants_given_to(unit).filter(account__is_active=True)
    if without is not None:
        reaching = reaching.exclude(account=without)
    grants = list(reaching.values_list("role", "unit_id", "account_id"))
    for unit_id in reversed(way_down(unit)):
        for role in _BY_NEARNESS:
            if found := [who for held, where, who in grants if where == unit_id and held == role]:
                return _least_busy(found)
    owners = [who for held, _, who in grants if held == Role.OWNER]
    return _least_busy(owners) if owners else None


def find_above(owner: Account, *, unit: OrgUnit) -> Account | None:
    """Who stands above the owner for cases of the unit: a manager of a unit higher than any that the owner
    manages, the nearest first; in the end an owner of the installation. None above those.
    """
    grants = list(
        grants_reaching(unit).filter(account__is_active=True).values_list("role", "unit_id", "account_id")
    )
    if (Role.OWNER, owner.pk) in {(held, who) for held, _, who in grants}:
        return None
    way = way_down(unit)
    managed = [way.index(where) for held, where, who in grants if who == owner.pk and held == Role.MANAGER]
    for unit_id in reversed(way[: min(managed, default=len(way))]):
        if found := [
            who
            for held, where, who in grants
            if where == unit_id and held == Role.MANAGER and who != owner.pk
        ]:
            return _least_busy(found)
    owners = [who for held, _, who in grants if held == Role.OWNER]
    return _least_busy(owners) if owners else None


def find_first_owner() -> Account | None:
    """The first account that owns the installation and works still; None before there is any. One query."""
    owners = Account.objects.filter(is_active=True, grants__role=Role.OWNER.value)
    return owners.exclude(username__startswith=STAFF_PREFIX).order_by("pk").first()


def is_supervisor(account_id: int, *, unit: OrgUnit) -> bool:
    """Whether the account manages the unit or one above it, or owns the installation. One query."""
    leading = grants_reaching(unit).filter(role__in=[Role.MANAGER.value, Role.OWNER.value])
    return leading.filter(account_id=account_id, account__is_active=True).exists()


def find_place(account: Account, *, unit: OrgUnit) -> OrgUnit | None:
    """Where the account works for this unit: the nearest unit upwards of a grant; None for all of it."""
    held = set(grants_reaching(unit).filter(account=account).values_list("unit_id", flat=True))
    nearest = next((one for one in reversed(way_down(unit)) if one in held), None)
    return None if nearest is None else OrgUnit.objects.get(pk=nearest)


def grants_reaching(unit: OrgUnit) -> QuerySet[RoleGrant]:
    """The grants by which somebody may work on cases of the unit."""
    reaching_all = sorted(role.value for role in _WORKING_ROLES & EVERYTHING_WITHOUT_UNIT)
    return RoleGrant.objects.filter(
        Q(unit_id__in=way_down(unit), role__in=sorted(role.value for role in _WORKING_ROLES))
        | Q(unit__isnull=True, role__in=reaching_all)
    )


def grants_given_to(unit: OrgUnit) -> QuerySet[RoleGrant]:
    """Those of whom a case of the unit may be given to unasked: never, but in its own past, to staff of the
    sample company, who read nothing.
    """
    reaching = grants_reaching(unit)
    return reaching if is_told() else reaching.exclude(account__username__startswith=STAFF_PREFIX)


def way_down(unit: OrgUnit) -> list[int]:
    """Ids from the root to the unit."""
    return [int(step) for step in unit.path.split("/") if step]


def _least_busy(account_ids: Sequence[int]) -> Account:
    still_open = ~Q(cases__status__in=sorted(status.value for status in ENDED))
    counted = Account.objects.filter(pk__in=account_ids).annotate(
        n_open=Count("cases", filter=still_open & Q(cases__isnull=False))
    )
    return counted.order_by("n_open", "pk")[0]
