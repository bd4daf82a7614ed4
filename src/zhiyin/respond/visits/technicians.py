"""Technicians: who goes to customers of which units, with which skills."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from zhiyin.engine import open_engine
from zhiyin.errors import InvalidInput
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account, OrgUnit
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event
from zhiyin.respond.contacts import read_contact
from zhiyin.respond.models import Case, Technician
from zhiyin.respond.visits.errors import TechnicianNotFound

_MAX_NAME, _MAX_SKILLS = 80, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TechnicianWords:
    """What is typed about a technician. `skills` are words apart by spaces."""

    name: str
    public_name: str = ""
    units: Sequence[OrgUnit]
    skills: str = ""
    phone: str = ""
    account: Account | None = None
    is_active: bool = True


def save_technician(
    words: TechnicianWords, *, by: Actor, scope: Scope, technician: Technician | None = None
) -> Technician:
    """A new one, or the given one changed.

    Raises:
        InvalidInput: no name, no unit, a phone that is none, an account that is somebody's already.
        TechnicianNotFound: a unit lies outside the scope.
    """
    name = " ".join(words.name.split())[:_MAX_NAME]
    if not name:
        raise InvalidInput("A technician needs a name.", field="name")
    if not words.units:
        raise InvalidInput("Say for which units the technician goes.", field="units")
    if not all(scope.allows(unit.pk) for unit in words.units):
        raise TechnicianNotFound
    phone = read_contact(phone=words.phone).phone
    with transaction.atomic():
        kept = technician or Technician()
        others = Technician.objects.exclude(pk=kept.pk)
        if words.account is not None and others.filter(account=words.account).exists():
            raise InvalidInput("This account is another technician's.", field="account")
        kept.name, kept.public_name = name, " ".join(words.public_name.split())[:_MAX_NAME]
        kept.skills = " ".join(words.skills.split())[:_MAX_SKILLS]
        kept.account, kept.is_active = words.account, words.is_active
        kept.phone_sealed = _seal_phone(phone, technician=kept) if phone else None
        kept.save()
        kept.units.set(words.units)
        action = "technician.changed" if technician else "technician.added"
        record_event(action, by=by, target=("technician", kept.pk))
    return kept


def get_technician(pk: int, *, scope: Scope) -> Technician:
    """The technician, where one of the units lies within the scope. Raises `TechnicianNotFound`."""
    found = select_technicians(scope=scope).filter(pk=pk).first()
    if found is None:
        raise TechnicianNotFound
    return found


def select_technicians(*, scope: Scope) -> QuerySet[Technician]:
    """Those of the scope's own units, by name: whom one may change."""
    found = Technician.objects.order_by("name", "pk")
    return found if scope.unit_ids is None else found.filter(pk__in=_of_units(scope.unit_ids))


def select_coming(*, scope: Scope) -> QuerySet[Technician]:
    """Active ones who go for a unit of the scope, also by way of a unit above it, by name."""
    found = Technician.objects.filter(is_active=True).order_by("name", "pk")
    if scope.unit_ids is None:
        return found
    paths = OrgUnit.objects.filter(pk__in=scope.unit_ids).values_list("path", flat=True)
    reaching = {int(step) for path in paths for step in path.split("/") if step}
    return found.filter(pk__in=_of_units(reaching))


def _of_units(unit_ids: Collection[int]) -> QuerySet[Technician]:
    return Technician.objects.filter(units__in=unit_ids).only("pk")


def list_for_case(case: Case) -> list[Technician]:
    """Who may come to customers of the case's unit; those with the skill that the case asks for first."""
    found = Technician.objects.filter(is_active=True, units__in=way_to(case.unit)).distinct()
    return sorted(found, key=lambda one: (not has_skill(one, case.skill), one.name, one.pk))


def may_come(technician: Technician, *, unit: OrgUnit) -> bool:
    """Whether the technician goes for the unit: it is one of theirs, or lies below one."""
    return technician.is_active and technician.units.filter(pk__in=way_to(unit)).exists()


def has_skill(technician: Technician, skill: str) -> bool:
    """Whether the technician can do what the case asks for; True where it asks for nothing."""
    return not skill or skill.casefold() in technician.skills.casefold().split()


def read_phone(technician: Technician) -> str:
    """The phone in the clear, for colleagues who work on the case; empty without one."""
    if technician.phone_sealed is None:
        return ""
    return (
        open_engine(settings.HOME)
        .vault.decrypt(bytes(technician.phone_sealed), context=phone_context(str(technician.key)))
        .decode()
    )


def phone_context(key: str) -> bytes:
    """What the sealed phone of a technician is bound to."""
    return f"technician-phone\0{key}".encode()


def way_to(unit: OrgUnit) -> list[int]:
    """Ids from the root to the unit."""
    return [int(step) for step in unit.path.split("/") if step]


def _seal_phone(phone: str, *, technician: Technician) -> bytes:
    vault = open_engine(settings.HOME).vault
    return vault.encrypt(phone.encode(), context=phone_context(str(technician.key)))
