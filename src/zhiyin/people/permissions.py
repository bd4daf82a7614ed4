"""What may be done, which role may do it, and how a URL says what it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Protocol, TypeVar, runtime_checkable

from django.urls import URLPattern, URLResolver

from zhiyin.people.roles import Role

_ATTRIBUTE = "zhiyin_permission"
_V = TypeVar("_V", bound=Callable[..., object])


class Permission(StrEnum):
    """What a URL needs. The first two are held by everybody, and by everybody who is signed in."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    FEEDBACK_READ = "feedback:read"
    FEEDBACK_WRITE = "feedback:write"
    SUMMARY_READ = "summary:read"
    FEEDBACK_CORRECT = "feedback:correct"
    FEEDBACK_IMPORT = "feedback:import"
    FEEDBACK_EXPORT = "feedback:export"
    VERBATIM_REVEAL = "verbatim:reveal"
    CASES_READ = "cases:read"
    CASES_WORK = "cases:work"
    POLICIES_MANAGE = "policies:manage"
    SIGNAL_RULES_MANAGE = "signal_rules:manage"
    KNOWLEDGE_EDIT = "knowledge:edit"
    QUALITY_REVIEW = "quality:review"
    CUSTOMERS_READ = "customers:read"
    CUSTOMERS_WRITE = "customers:write"
    CUSTOMERS_WORK = "customers:work"
    CUSTOMERS_EXPORT = "customers:export"
    CUSTOMERS_REVEAL = "customers:reveal"
    RIGHTS_MANAGE = "rights:manage"
    EXPORTS_APPROVE = "exports:approve"
    CHANNELS_MANAGE = "channels:manage"
    TAXONOMY_EDIT = "taxonomy:edit"
    UNITS_MANAGE = "units:manage"
    ACCOUNTS_MANAGE = "accounts:manage"
    KEYS_MANAGE = "keys:manage"
    AUDIT_READ = "audit:read"
    INSTALLATION_MANAGE = "installation:manage"


class KeyScope(StrEnum):
    """What an API key may be allowed; each is the permission of the same name."""

    FEEDBACK_READ = "feedback:read"
    FEEDBACK_WRITE = "feedback:write"
    SUMMARY_READ = "summary:read"
    CUSTOMERS_READ = "customers:read"
    CUSTOMERS_WRITE = "customers:write"

    @property
    def permission(self) -> Permission:
        """The permission that the scope gives."""
        return Permission(self.value)


_READING = frozenset({Permission.FEEDBACK_READ, Permission.SUMMARY_READ})
_WORKING = frozenset(
    {
        Permission.FEEDBACK_WRITE,
        Permission.FEEDBACK_CORRECT,
        Permission.VERBATIM_REVEAL,
        Permission.CASES_READ,
        Permission.CASES_WORK,
        Permission.KNOWLEDGE_EDIT,
        Permission.CUSTOMERS_READ,
        Permission.CUSTOMERS_WORK,
        Permission.CUSTOMERS_REVEAL,
    }
)

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission) - {Permission.PUBLIC, Permission.SIGNED_IN},
    Role.ANALYST: _READING
    | {
        Permission.FEEDBACK_WRITE,
        Permission.FEEDBACK_CORRECT,
        Permission.FEEDBACK_IMPORT,
        Permission.FEEDBACK_EXPORT,
        Permission.CASES_READ,
        Permission.POLICIES_MANAGE,
        Permission.SIGNAL_RULES_MANAGE,
        Permission.KNOWLEDGE_EDIT,
        Permission.QUALITY_REVIEW,
        Permission.TAXONOMY_EDIT,
        Permission.CHANNELS_MANAGE,
        Permission.CUSTOMERS_READ,
        Permission.CUSTOMERS_EXPORT,
    },
    Role.MANAGER: _READING
    | _WORKING
    | {
        Permission.FEEDBACK_EXPORT,
        Permission.CUSTOMERS_EXPORT,
        Permission.QUALITY_REVIEW,
        Permission.SIGNAL_RULES_MANAGE,
    },
    Role.AGENT: _READING | _WORKING,
    Role.FRONTLINE: frozenset({Permission.FEEDBACK_READ, Permission.FEEDBACK_WRITE}),
    Role.AUDITOR: _READING | {Permission.CASES_READ, Permission.CUSTOMERS_READ, Permission.AUDIT_READ},
}


def roles_with(permission: Permission) -> frozenset[Role]:
    """The roles that hold the permission."""
    return frozenset(role for role, held in ROLE_PERMISSIONS.items() if permission in held)


@runtime_checkable
class _Operation(Protocol):
    """One method of a django-ninja path."""

    methods: Iterable[str]
    view_func: Callable[..., object]


def requires(permission: Permission) -> Callable[[_V], _V]:
    """Marks a view, or a django-ninja operation (below its `@api.get`), with what it needs."""

    def mark(view: _V) -> _V:
        setattr(view, _ATTRIBUTE, permission)
        return view

    return mark


def declare(patterns: Iterable[URLPattern | URLResolver], *, permission: Permission) -> None:
    """Marks every view in the patterns, however deep, that says nothing itself; for views of others."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            declare(pattern.url_patterns, permission=permission)
        else:
            for view in _views(pattern.callback, method=None):
                if not hasattr(view, _ATTRIBUTE):
                    setattr(view, _ATTRIBUTE, permission)


def permission_of(callback: Callable[..., object], *, method: str) -> Permission | None:
    """What the view needs for this HTTP method; None where it does not say, which means: nobody may.

    A method that a django-ninja path does not have needs what its first operation needs, so that only
    those who may know the path learn its methods.
    """
    views = _views(callback, method=method) or _views(callback, method=None)[:1]
    declared: Permission | None = getattr(views[0], _ATTRIBUTE, None) if views else None
    return declared


def _views(callback: Callable[..., object], *, method: str | None) -> list[Callable[..., object]]:
    """The functions behind a URL: the callback itself, or the operations of a django-ninja path."""
    operations = _operations(callback)
    if operations is None:
        return [callback]
    wanted = "GET" if method == "HEAD" else method
    return [
        operation.view_func
        for operation in operations
        if isinstance(operation, _Operation) and (wanted is None or wanted in operation.methods)
    ]


def _operations(callback: Callable[..., object]) -> Iterable[object] | None:
    """The operations of the django-ninja path that the callback belongs to; it hides it in its closure."""
    cells = [cell.cell_contents for cell in getattr(callback, "__closure__", None) or ()]
    for holder in (getattr(callback, "__self__", None), *cells):
        operations: Iterable[object] | None = getattr(holder, "operations", None)
        if operations is not None:
            return operations
    return None
