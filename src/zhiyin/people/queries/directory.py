"""Lists of people for the page of accounts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import F, OrderBy, Q, QuerySet
from django.utils import timezone

from zhiyin.people.errors import AccountNotFound
from zhiyin.people.models import Account, AccountLink, OrgUnit, RoleGrant
from zhiyin.people.models.accounts import normal_username
from zhiyin.people.pages import Page
from zhiyin.people.roles import Role

PAGE_SIZE = 50
State = Literal["", "active", "shut", "invited"]
_UNUSABLE = "!"


def _orders() -> dict[str, OrderBy]:
    return {
        "name": F("display_name").asc(),
        "username": F("username").asc(),
        "seen": F("last_login").desc(nulls_last=True),
        "created": F("created_at").desc(),
    }


SORTS = frozenset(_orders())


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFilter:
    """Which accounts a list holds: words of the names, a role, a unit with all below it, a state."""

    words: str = ""
    role: Role | None = None
    unit: OrgUnit | None = None
    state: State = ""
    sort: str = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An account with its grants; `invited_until` is when its open link ends, if it has one."""

    account: Account
    grants: list[RoleGrant]
    invited_until: datetime | None

    @property
    def has_password(self) -> bool:
        """Whether it could sign in, were it active."""
        return self.account.has_usable_password()


def search_accounts(wanted: AccountFilter, *, number: int = 1) -> Page[Person]:
    """A page of the accounts that fit. Five queries, however many rows."""
    accounts = select_accounts(wanted)
    start = (number - 1) * PAGE_SIZE
    rows = _persons(list(_loaded(accounts)[start : start + PAGE_SIZE]))
    return Page(rows=rows, number=number, n_rows=accounts.count(), size=PAGE_SIZE)


def select_accounts(wanted: AccountFilter) -> QuerySet[Account]:
    """The accounts that fit, sorted."""
    accounts = Account.objects.all()
    if wanted.words:
        words = wanted.words.strip()
        accounts = accounts.filter(
            Q(username__contains=normal_username(words))
            | Q(display_name__icontains=words)
            | Q(email__icontains=words)
        )
    if wanted.role or wanted.unit:
        grants = RoleGrant.objects.all()
        if wanted.role:
            grants = grants.filter(role=wanted.role.value)
        if wanted.unit:
            grants = grants.filter(unit__path__startswith=wanted.unit.path)
        accounts = accounts.filter(pk__in=grants.values("account_id"))
    if wanted.state == "active":
        accounts = accounts.filter(is_active=True).exclude(password__startswith=_UNUSABLE)
    elif wanted.state == "shut":
        accounts = accounts.filter(is_active=False)
    elif wanted.state == "invited":
        accounts = accounts.filter(is_active=True, password__startswith=_UNUSABLE)
    orders = _orders()
    return accounts.order_by(orders.get(wanted.sort, orders["name"]), "pk")


def stream_persons(wanted: AccountFilter) -> Iterator[Person]:
    """Every account that fits, a few hundred at a time."""
    batch: list[Account] = []
    for account in _loaded(select_accounts(wanted)).iterator(500):
        batch.append(account)
        if len(batch) == 500:
            yield from _persons(batch)
            batch = []
    yield from _persons(batch)


def get_person(account_id: int) -> Person:
    """The account of that id; raises `AccountNotFound`."""
    account = _loaded(Account.objects.filter(pk=account_id)).first()
    if account is None:
        raise AccountNotFound("There is no such account.", next_step="Choose another.")
    return _persons([account])[0]


def _loaded(accounts: QuerySet[Account]) -> QuerySet[Account]:
    return accounts.prefetch_related("grants__unit")


def _persons(accounts: list[Account]) -> list[Person]:
    links = AccountLink.objects.filter(
        account__in=accounts, used_at__isnull=True, expires_at__gt=timezone.now()
    )
    ends = dict(links.values_list("account_id", "expires_at"))
    return [
        Person(
            account=account,
            grants=sorted(account.grants.all(), key=lambda grant: (grant.role, grant.unit_id or 0)),
            invited_until=ends.get(account.pk),
        )
        for account in accounts
    ]
