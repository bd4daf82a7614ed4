"""What reads accounts, units, keys and the audit trail."""

from zhiyin.people.queries.accounts import (
    Grants,
    find_account,
    get_account,
    get_scope,
    has_owner,
    has_permission,
    list_accounts,
    list_permissions,
    read_grants,
)
from zhiyin.people.queries.audit import AuditReport, BrokenEvent, verify_audit_chain
from zhiyin.people.queries.key_ring import KeyIdentity, authenticate_key
from zhiyin.people.queries.keys import ListedKey, get_key, list_keys
from zhiyin.people.queries.units import (
    find_branch_ids,
    find_unit,
    find_unit_by_code,
    get_named_unit,
    get_unit,
    list_subtree_ids,
    list_units,
    unit_names,
)

__all__ = [
    "AuditReport",
    "BrokenEvent",
    "Grants",
    "KeyIdentity",
    "ListedKey",
    "authenticate_key",
    "find_account",
    "find_branch_ids",
    "find_unit",
    "find_unit_by_code",
    "get_account",
    "get_key",
    "get_named_unit",
    "get_scope",
    "get_unit",
    "has_owner",
    "has_permission",
    "list_accounts",
    "list_keys",
    "list_permissions",
    "list_subtree_ids",
    "list_units",
    "read_grants",
    "unit_names",
    "verify_audit_chain",
]
