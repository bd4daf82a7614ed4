"""Whom a session cookie stands for, beside Django's middleware."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission
from zhiyin.people.queries import get_scope, has_permission
from zhiyin.people.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionVisit:
    """An account that is signed in; `scope` is None where it does not hold the permission."""

    account_id: int
    scope: Scope | None


def find_visit(session_key: str | None, *, permission: Permission) -> SessionVisit | None:
    """Who is signed in by this session, and for which rows; None for strangers.

    Asks the database: the session may have ended, the account may be closed, roles may have changed.
    """
    if not session_key:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    account = get_user(request)
    if not isinstance(account, Account) or not account.is_active:
        return None
    may = has_permission(account, permission=permission)
    scope = get_scope(account, permission=permission) if may else None
    return SessionVisit(account_id=account.pk, scope=scope)
