"""The sample company's staff: named, without passwords, by region and store; and how they go again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import ProtectedError

from zhiyin.listen.sample import Company
from zhiyin.listen.services.sample_state import STAFF_PREFIX
from zhiyin.people.actors import SYSTEM
from zhiyin.people.models import Account, OrgUnit
from zhiyin.people.queries import find_account
from zhiyin.people.roles import Role
from zhiyin.people.scope import EVERYTHING
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.people.services.units import ensure_root
from zhiyin.respond.models import StaffAbility, Technician
from zhiyin.respond.owning.services import AbilityWords, save_ability
from zhiyin.respond.sample.words import words
from zhiyin.respond.visits.technicians import TechnicianWords, save_technician

_USERNAME = re.compile(r"sample-(head|desk-[0-9]|r[0-9]-(manager|agent)|s[0-9]{4,})")
_CAPACITY = 60
_STORES_A_MANAGER = 3
SKILLS = ("食品安全", "退款")
HEAD = f"{STAFF_PREFIX}head"
"""Sign-in name of who leads the desk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who works there, and the units by code. `regions`: manager and agent by the code of the region."""

    head: Account
    desk: tuple[Account, ...]
    regions: Mapping[str, tuple[Account, Account]]
    stores: Mapping[str, Account]
    region_of: Mapping[str, str]
    units: Mapping[str, OrgUnit]
    technician: Technician

    def manager_of(self, store: str) -> Account:
        """Who leads the store, else its region."""
        return self.stores.get(store) or self.regions[self.region_of[store]][0]

    def agent_of(self, store: str) -> Account:
        """The agent of the region."""
        return self.regions[self.region_of[store]][1]


def hire(company: Company) -> Cast:
    """Everybody, made where they are not there yet. Nobody of them can sign in."""
    names, root = words().staff, ensure_root()
    units = {unit.code: unit for unit in OrgUnit.objects.filter(code__in=[one.code for one in company.units])}
    region_of = {store.code: store.region_code for store in company.stores}
    regions = {
        code: (
            _hire(f"r{code[1:]}-manager", names.regions[code][0], role=Role.MANAGER, unit=units[code]),
            _hire(f"r{code[1:]}-agent", names.regions[code][1], role=Role.AGENT, unit=units[code]),
        )
        for code in sorted(set(region_of.values()))
    }
    busiest = sorted(company.stores, key=lambda one: (-one.weight, one.index))
    n_led = max(1, len(busiest) // _STORES_A_MANAGER)
    stores = {
        store.code: _hire(store.code.lower(), name, role=Role.MANAGER, unit=units[store.code])
        for store, name in zip(busiest[:n_led], names.stores, strict=False)
    }
    desk = [
        _hire(f"desk-{n}", name, role=Role.AGENT, unit=root) for n, name in enumerate(names.desk, start=1)
    ]
    _teach([*desk, *(agent for _, agent in regions.values())])
    return Cast(
        head=_hire("head", names.head, role=Role.MANAGER, unit=root),
        desk=tuple(desk),
        regions=regions,
        stores=stores,
        region_of=region_of,
        units=units,
        technician=_send_out(root),
    )


def list_staff() -> list[Account]:
    """The accounts of the sample; one that somebody gave a password is theirs now."""
    found = Account.objects.filter(username__startswith=STAFF_PREFIX)
    return [one for one in found if _USERNAME.fullmatch(one.username) and not one.has_usable_password()]


def dismiss() -> int:
    """How many went; whom real cases still name stays, shut out. Their cases have gone before."""
    staff = list_staff()
    mine = Technician.objects.filter(name=words().technician.name, account=None, visits=None)
    mine.filter(phone_sealed=None, skills=words().technician.skills).delete()
    return sum(_dismiss(one) for one in staff)


def _hire(place: str, name: str, *, role: Role, unit: OrgUnit) -> Account:
    username = f"{STAFF_PREFIX}{place}"
    account = find_account(username) or create_account(username, display_name=name)
    grant_role(account, role=role, unit=unit)
    return account


def _teach(agents: list[Account]) -> None:
    known = set(StaffAbility.objects.filter(account__in=agents).values_list("account_id", flat=True))
    for place, agent in enumerate(agents):
        if agent.pk not in known:
            can = AbilityWords(
                skills=SKILLS if place == 0 else SKILLS[1:],
                languages=("zh",),
                capacity=_CAPACITY,
                follows_hours=False,
            )
            save_ability(agent, can, by=SYSTEM)


def _send_out(root: OrgUnit) -> Technician:
    names = words().technician
    there = Technician.objects.filter(name=names.name, skills=names.skills).first()
    wanted = TechnicianWords(
        name=names.name, public_name=names.public_name, units=[root], skills=names.skills
    )
    return there or save_technician(wanted, by=SYSTEM, scope=EVERYTHING)


def _dismiss(account: Account) -> bool:
    try:
        with transaction.atomic():
            account.delete()
    except ProtectedError:
        # Somebody handed a real case on to, or from, this account: its name stays readable there.
        account.grants.all().delete()
        Account.objects.filter(pk=account.pk).update(is_active=False)
        return False
    return True
