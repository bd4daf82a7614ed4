"""What reads accounts, their permissions and their row scope."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import QuerySet

from zhiyin.people.errors import AccountNotFound
from zhiyin.people.models import Account, RoleGrant
from zhiyin.people.models.accounts import normal_username
from zhiyin.people.permissions import ROLE_PERMISSIONS, Permission, roles_with
from zhiyin.people.queries.units import subtree_ids
from zhiyin.people.roles import EVERYTHING_WITHOUT_UNIT, Role
from zhiyin.people.scope import EVERYTHING, Scope


def find_account(username: str) -> Account | None:
    """The account of that sign-in name, whatever its case."""
    return Account.objects.filter(username=normal_username(username)).first()


def get_account(username: str) -> Account:
    """The account of that sign-in name; raises `AccountNotFound`."""
    account = find_account(username)
    if account is None:
        raise AccountNotFound("There is no account of this name.", next_step="Check the sign-in name.")
    return account


def has_owner() -> bool:
    """Whether someone active owns the installation; until then the set-up link does."""
    return RoleGrant.objects.filter(role=Role.OWNER.value, account__is_active=True).exists()


def list_accounts() -> list[Account]:
    """Every account by name, with `grants` at hand. Two queries."""
    return list(Account.objects.order_by("username").prefetch_related("grants__unit"))


def has_permission(account: Account, *, permission: Permission) -> bool:
    """Whether the account holds it anywhere; `get_scope` says for which rows."""
    if permission is Permission.PUBLIC:
        return True
    if not account.is_active:
        return False
    return permission is Permission.SIGNED_IN or _grants(account, permission).exists()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grants:
    """What an account holds and where: role and the unit's path (None: no unit). Units are asked once."""

    rows: tuple[tuple[Role, str | None], ...]
    _reach: dict[tuple[str, ...], frozenset[int]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def permissions(self) -> frozenset[Permission]:
        """Everything that is held anywhere."""
        held = (ROLE_PERMISSIONS[role] for role, _path in self.rows)
        return frozenset({Permission.PUBLIC, Permission.SIGNED_IN}).union(*held)

    def scope_for(self, permission: Permission | None) -> Scope:
        """As `get_scope` tells."""
        held = self.rows
        if permission is not None and permission not in (Permission.PUBLIC, Permission.SIGNED_IN):
            roles = roles_with(permission)
            held = tuple((role, path) for role, path in held if role in roles)
        if any(not path and role in EVERYTHING_WITHOUT_UNIT for role, path in held):
            return EVERYTHING
        paths = tuple(sorted({path for _role, path in held if path}))
        if paths not in self._reach:
            self._reach[paths] = subtree_ids(list(paths))
        return Scope(unit_ids=self._reach[paths])


def read_grants(account: Account) -> Grants:
    """The grants of the account, none where it is not active. One query, one more for its units."""
    if not account.is_active:
        return Grants(rows=())
    rows = RoleGrant.objects.filter(account=account).values_list("role", "unit__path")
    return Grants(rows=tuple((Role(role), path) for role, path in rows))


def list_permissions(account: Account) -> frozenset[Permission]:
    """Everything that the account holds anywhere, nothing where it is not active. One query."""
    return read_grants(account).permissions if account.is_active else frozenset()


def get_scope(account: Account, *, permission: Permission | None = None) -> Scope:
    """The rows that the account may see, by the roles that hold `permission` (by all where it is None).

    Give the permission of what is being done: a frontline note-taker of one store who is also the
    auditor of a region reads the audit of the region, and writes notes for the store.
    """
    return read_grants(account).scope_for(permission)


def _grants(account: Account, permission: Permission | None) -> QuerySet[RoleGrant]:
    grants = RoleGrant.objects.filter(account=account)
    if permission is None or permission in (Permission.PUBLIC, Permission.SIGNED_IN):
        return grants
    return grants.filter(role__in=[role.value for role in roles_with(permission)])
