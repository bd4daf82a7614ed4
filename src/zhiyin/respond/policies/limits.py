"""How much may be given without asking: per grant and role, per unit and period, per customer and period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from zhiyin.errors import InvalidInput, NotFound
from zhiyin.people.actors import Actor
from zhiyin.people.models import OrgUnit, RoleGrant
from zhiyin.people.roles import Role
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event
from zhiyin.respond.models import Budget, Compensation
from zhiyin.respond.policies.kinds import Because, LimitOf, Period
from zhiyin.respond.services.changes import account_id_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Exceeded:
    """The limit that a grant would go beyond; `used_cents` is what was given before."""

    because: Because
    limit_cents: int
    used_cents: int


def find_exceeded(
    *,
    unit: OrgUnit,
    amount_cents: int,
    customer: UUID | None,
    account_id: int | None,
    now: datetime,
    holds: bool = True,
) -> Exceeded | None:
    """The first limit that does not allow it; None where all do, or none is set.

    Where it `holds`, in a transaction: the limits stay locked until its end, so that two grants never
    share a rest.
    """
    way = [int(step) for step in unit.path.split("/") if step]
    here = Budget.objects.filter(Q(unit=None) | Q(unit_id__in=way)).order_by("pk")
    budgets = list(here.select_for_update() if holds else here)
    return (
        _of_grant(budgets, way=way, amount_cents=amount_cents, account_id=account_id)
        or _of_unit(budgets, unit=unit, amount_cents=amount_cents, now=now)
        or _of_customer(budgets, amount_cents=amount_cents, customer=customer, now=now)
    )


def save_limit(
    *, of: str, unit_id: int | None, role: str, period: str, limit_cents: int, by: Actor, scope: Scope
) -> Budget:
    """A limit more. Raises `InvalidInput` for what there is not, `NotFound` outside the scope."""
    if of not in {one.value for one in LimitOf} or period not in {one.value for one in Period}:
        raise InvalidInput("There is no such limit.", next_step="Choose one.", field="of")
    if role and (role not in {one.value for one in Role} or of != LimitOf.GRANT):
        raise InvalidInput("A role is for single grants alone.", next_step="Leave it open.", field="role")
    if not scope.allows(unit_id):
        raise NotFound("There is no such org unit.", next_step="Choose one of your units.")
    with transaction.atomic():
        budget = Budget.objects.create(
            of=of,
            unit_id=unit_id,
            role=role,
            period=period,
            limit_cents=limit_cents,
            made_at=timezone.now(),
            made_by_id=account_id_of(by),
        )
        record_event("limit.made", by=by, target=("limit", budget.pk), details={"limit": limit_cents})
    return budget


def remove_limit(limit_id: int, *, by: Actor, scope: Scope) -> Budget:
    """The limit as it was. Raises `NotFound`."""
    with transaction.atomic():
        budget = Budget.objects.filter(pk=limit_id).first()
        if budget is None or not scope.allows(budget.unit_id):
            raise NotFound("There is no such limit.", next_step="Choose one from the list.")
        Budget.objects.filter(pk=budget.pk).delete()
        record_event(
            "limit.removed", by=by, target=("limit", limit_id), details={"limit": budget.limit_cents}
        )
    return budget


def period_start(period: str, *, now: datetime) -> datetime:
    """When the month or the year began, in the zone of the installation."""
    local = timezone.localtime(now)
    day = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return day if period == Period.MONTH else day.replace(month=1)


def list_used(budgets: Iterable[Budget], *, paths: Mapping[int, str], now: datetime) -> Mapping[int, int]:
    """What was given in the period that runs, in hundredths, by the key of each budget of a unit.

    `paths` holds those of their units. One query, however many budgets there are; none where there is none.
    """
    of_units = [one for one in budgets if one.of == LimitOf.UNIT]
    if not of_units:
        return {}
    begins = {one.pk: paths[one.unit_id] if one.unit_id else "" for one in of_units}
    given = _given_by_unit(_common_start(begins.values()), now=now)
    return {
        one.pk: sum(cents[one.period] for path, cents in given if path.startswith(begins[one.pk]))
        for one in of_units
    }


def _of_grant(
    budgets: Iterable[Budget], *, way: Sequence[int], amount_cents: int, account_id: int | None
) -> Exceeded | None:
    of_grants = [one for one in budgets if one.of == LimitOf.GRANT]
    if not of_grants:
        return None
    here = RoleGrant.objects.filter(Q(unit=None) | Q(unit_id__in=way))
    held = here.filter(account_id=account_id) if account_id is not None else here.none()
    roles = set(held.values_list("role", flat=True))
    limits = [one.limit_cents for one in of_grants if not one.role]
    # Who holds two roles may use the greater.
    if of_role := [one.limit_cents for one in of_grants if one.role in roles]:
        limits.append(max(of_role))
    limit = min(limits, default=amount_cents)
    if amount_cents <= limit:
        return None
    return Exceeded(because=Because.GRANT_LIMIT, limit_cents=limit, used_cents=0)


def _of_unit(
    budgets: Sequence[Budget], *, unit: OrgUnit, amount_cents: int, now: datetime
) -> Exceeded | None:
    used = list_used(budgets, paths=_paths_above(unit), now=now)
    return _first_exceeded(
        [(one, used[one.pk]) for one in budgets if one.pk in used],
        amount_cents=amount_cents,
        because=Because.UNIT_BUDGET,
    )


def _of_customer(
    budgets: Iterable[Budget], *, amount_cents: int, customer: UUID | None, now: datetime
) -> Exceeded | None:
    caps = [one for one in budgets if one.of == LimitOf.CUSTOMER]
    if customer is None or not caps:
        return None
    used = _given(now).filter(customer=customer).aggregate(**_sums(now))
    return _first_exceeded(
        [(one, int(used[one.period] or 0)) for one in caps],
        amount_cents=amount_cents,
        because=Because.CUSTOMER_CAP,
    )


def _first_exceeded(
    used: Iterable[tuple[Budget, int]], *, amount_cents: int, because: Because
) -> Exceeded | None:
    for one, used_cents in used:
        if used_cents + amount_cents > one.limit_cents:
            return Exceeded(because=because, limit_cents=one.limit_cents, used_cents=used_cents)
    return None


def _paths_above(unit: OrgUnit) -> Mapping[int, str]:
    """The path of the unit and of each above it, by their ids."""
    steps = [step for step in unit.path.split("/") if step]
    return {int(step): f"/{'/'.join(steps[: n + 1])}/" for n, step in enumerate(steps)}


def _common_start(paths: Iterable[str]) -> str:
    """The highest of the paths where the others lie below it; else empty, which is everywhere."""
    found = sorted(paths, key=len)
    return found[0] if all(one.startswith(found[0]) for one in found) else ""


def _given_by_unit(start: str, *, now: datetime) -> list[tuple[str, Mapping[str, int]]]:
    """By the path of each unit below `start` that gave something: how much in the month and in the year."""
    rows = _given(now).filter(unit__path__startswith=start).order_by()
    sums = _sums(now)
    found = rows.values("unit__path").annotate(month=sums[Period.MONTH], year=sums[Period.YEAR])
    return [
        (row["unit__path"], {Period.MONTH: int(row["month"] or 0), Period.YEAR: int(row["year"] or 0)})
        for row in found
    ]


def _given(now: datetime) -> QuerySet[Compensation]:
    """What was given in the year that runs, and not taken back."""
    return Compensation.objects.filter(undone_at=None, at__gte=period_start(Period.YEAR, now=now))


def _sums(now: datetime) -> dict[str, Sum]:
    """The amounts of each period, by its name."""
    return {one.value: Sum("amount_cents", filter=Q(at__gte=period_start(one, now=now))) for one in Period}


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitLine:
    """A limit with what is used of it; None where nothing is summed up."""

    budget: Budget
    used_cents: int | None

    @property
    def percent(self) -> int:
        """The share used, 0 to 100, for the bar."""
        if self.used_cents is None or not self.budget.limit_cents:
            return 0
        return min(100, self.used_cents * 100 // self.budget.limit_cents)


def list_limits(*, scope: Scope, now: datetime) -> list[LimitLine]:
    """The limits that the scope allows; of the budgets of units also what is used. Two queries at most."""
    budgets = [
        one for one in Budget.objects.select_related("unit").order_by("of", "pk") if scope.allows(one.unit_id)
    ]
    paths = {one.unit.pk: one.unit.path for one in budgets if one.unit}
    used = list_used(budgets, paths=paths, now=now)
    return [LimitLine(budget=one, used_cents=used.get(one.pk)) for one in budgets]
