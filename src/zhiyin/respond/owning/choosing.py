"""Chooses who looks after a case: on shift, with the skill and the language, and with room for one more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count

from zhiyin.measure.worktime import is_open
from zhiyin.people.models import Account, OrgUnit
from zhiyin.people.worktime.queries import calendar_for
from zhiyin.respond.models import Case, OwnerChoice, StaffAbility
from zhiyin.respond.queries.owners import find_default_owner, grants_given_to, way_down
from zhiyin.respond.statuses import ENDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Who it is, and why. `is_fallback`: of those with abilities nobody fitted, so it is the unit's own.

    `n_open` of `capacity` cases are theirs already; `capacity` is None where nobody set one.
    """

    account: Account
    is_fallback: bool
    skill: str = ""
    language: str = ""
    is_on_shift: bool = False
    n_open: int = 0
    capacity: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How one account fits a case now."""

    ability: StaffAbility
    n_open: int
    has_skill: bool
    has_language: bool
    is_on_shift: bool
    nearness: int

    @property
    def has_room(self) -> bool:
        """Whether one more case is within the capacity."""
        return self.n_open < self.ability.capacity

    @property
    def is_full(self) -> bool:
        """Whether everything speaks for it."""
        return self.has_skill and self.has_language and self.is_on_shift and self.has_room

    @property
    def load(self) -> float:
        """The share of the capacity that is used."""
        return self.n_open / self.ability.capacity if self.ability.capacity else 1.0


def choose_owner(
    unit: OrgUnit, *, now: datetime, skill: str = "", language: str = "", without: Account | None = None
) -> Choice | None:
    """The account that fits best, else whom `find_default_owner` finds; None where nobody is there.

    Who fits is on shift, has the skill and the language where the case names one, and has room; of
    several the one with the least share of the capacity used, then the nearest to the unit. Called in the
    transaction that gives the case, the abilities are locked until its end, so that two cases at once do
    not fill the same last place.
    """
    with transaction.atomic():
        known = list_fits(unit, now=now, skill=skill, language=language)
        fits = [one for one in known if one.is_full]
        fits = [one for one in fits if without is None or one.ability.account_id != without.pk]
        if fits:
            best = min(fits, key=lambda one: (one.load, -one.nearness, one.ability.account_id))
            return Choice(
                account=best.ability.account,
                is_fallback=False,
                skill=skill,
                language=language,
                is_on_shift=best.ability.follows_hours,
                n_open=best.n_open,
                capacity=best.ability.capacity,
            )
        found = find_default_owner(unit, without=without)
    if found is None:
        return None
    return Choice(account=found, is_fallback=bool(known), skill=skill, language=language)


def list_fits(unit: OrgUnit, *, now: datetime, skill: str = "", language: str = "") -> list[Fit]:
    """How each account with abilities that may work for the unit fits now. Four queries and the calendars."""
    grants = grants_given_to(unit)
    abilities = list(
        StaffAbility.objects.select_for_update(of=("self",))
        .select_related("account")
        .filter(account__is_active=True, account_id__in=grants.values("account_id"))
        .order_by("pk")
    )
    if not abilities:
        return []
    near = _nearness(unit)
    n_open = count_open_by(one.account_id for one in abilities)
    shifts = _Shifts(unit=unit, now=now)
    wanted_skill, wanted_language = fold(skill), fold(language)
    return [
        Fit(
            ability=one,
            n_open=n_open.get(one.account_id, 0),
            has_skill=not wanted_skill or wanted_skill in one.skills,
            has_language=not wanted_language or wanted_language in one.languages,
            is_on_shift=shifts.has(one),
            nearness=near.get(one.account_id, 0),
        )
        for one in abilities
    ]


def remember_choice(choice: Choice, *, case: Case, at: datetime) -> None:
    """Keep why the account was chosen, for the page of the case; nothing where nobody has abilities."""
    if choice.capacity is None and not choice.is_fallback:
        return
    OwnerChoice.objects.create(
        case=case,
        account=choice.account,
        at=at,
        is_fallback=choice.is_fallback,
        skill=choice.skill,
        language=choice.language,
        is_on_shift=choice.is_on_shift,
        n_open=choice.n_open,
        capacity=choice.capacity,
    )


def count_open_by(account_ids: Iterable[int]) -> Mapping[int, int]:
    """How many open cases each of the accounts has. One query."""
    rows = (
        Case.objects.filter(owner_id__in=list(account_ids))
        .exclude(status__in=sorted(status.value for status in ENDED))
        .values_list("owner_id")
        .annotate(n=Count("pk"))
    )
    return dict(rows)


def fold(word: str) -> str:
    """A skill or language as it is compared.

    >>> fold("  Network  Repair ")
    'network repair'
    """
    return " ".join(word.casefold().split())


def _nearness(unit: OrgUnit) -> dict[int, int]:
    """How near each account works to the unit: the depth of its nearest unit on the way down."""
    depth = {unit_id: place for place, unit_id in enumerate(way_down(unit), start=1)}
    near: dict[int, int] = {}
    for account_id, unit_id in grants_given_to(unit).values_list("account_id", "unit_id"):
        near[account_id] = max(near.get(account_id, 0), depth.get(unit_id, 0))
    return near


class _Shifts:
    """Who is at work now; each unit's calendar is read once."""

    def __init__(self, *, unit: OrgUnit, now: datetime) -> None:
        self._unit_id, self._now = unit.pk, now
        self._open: dict[int, bool] = {}

    def has(self, ability: StaffAbility) -> bool:
        """Whether the account is there: not away, and within its hours where it follows any."""
        if ability.away_until is not None and ability.away_until > self._now:
            return False
        if not ability.follows_hours:
            return True
        unit_id = ability.hours_of_id or self._unit_id
        if unit_id not in self._open:
            self._open[unit_id] = is_open(calendar_for(unit_id, at=self._now), self._now)
        return self._open[unit_id]
