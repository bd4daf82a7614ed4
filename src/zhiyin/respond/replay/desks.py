"""The desks between which replayed cases are handed on: the company's own first, then one after the other."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from zhiyin.people.models import Account, OrgUnit
from zhiyin.people.queries import find_unit_by_code
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.people.services.units import create_unit, ensure_root

_KIND = "unit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A unit, and the account that works there; nobody can sign in as it."""

    unit: OrgUnit
    account: Account


def ensure_desks(n: int) -> list[Desk]:
    """`n` desks, new or as they stood. The first is at the head of the company: it takes the calls."""
    return [_ensure(number) for number in range(n)]


def _ensure(number: int) -> Desk:
    code = f"replay-{number}"
    with transaction.atomic():
        unit = ensure_root() if number == 0 else find_unit_by_code(code) or _make_unit(code, number=number)
        account = Account.objects.filter(username=code).first() or create_account(
            code, display_name=_("Hotline") if number == 0 else unit.name
        )
        grant_role(account, role=Role.AGENT, unit=unit)
    return Desk(unit=unit, account=account)


def _make_unit(code: str, *, number: int) -> OrgUnit:
    return create_unit(code, name=_("Department %(number)s") % {"number": number}, kind=_KIND)
