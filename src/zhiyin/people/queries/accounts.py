"""What reads accounts, their permissions and their row scope."""

from __future__ import annotations

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


def list_permissions(account: Account) -> frozenset[Permission]:
    """Everything that the account holds anywhere. One query."""
    if not account.is_active:
        return frozenset()
    roles = RoleGrant.objects.filter(account=account).values_list("role", flat=True)
    held = (ROLE_PERMISSIONS[Role(role)] for role in roles)
    return frozenset({Permission.PUBLIC, Permission.SIGNED_IN}).union(*held)


def get_scope(account: Account, *, permission: Permission | None = None) -> Scope:
    """The rows that the account may see, by the roles that hold `permission` (by all where it is None).

    Give the permission of what is being done: a frontline note-taker of one store who is also the
    auditor of a region reads the audit of the region, and writes notes for the store.
    """
    if not account.is_active:
        return Scope(unit_ids=frozenset())
    paths = []
    for role, path in _grants(account, permission).values_list("role", "unit__path"):
        if path:
            paths.append(path)
        elif Role(role) in EVERYTHING_WITHOUT_UNIT:
            return EVERYTHING
    return Scope(unit_ids=subtree_ids(paths))


def _grants(account: Account, permission: Permission | None) -> QuerySet[RoleGrant]:
    grants = RoleGrant.objects.filter(account=account)
    if permission is None or permission in (Permission.PUBLIC, Permission.SIGNED_IN):
        return grants
    return grants.filter(role__in=[role.value for role in roles_with(permission)])
