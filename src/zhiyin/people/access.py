"""Lets a request through to its view only if the view says what it needs and the asker holds it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from zhiyin.console.client import client_address, is_api
from zhiyin.console.problems import problem
from zhiyin.people.actors import Actor
from zhiyin.people.credentials import find_secret
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission, permission_of
from zhiyin.people.queries import Grants, KeyIdentity, authenticate_key, read_grants
from zhiyin.people.scope import NOTHING, Scope

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_REMEMBERED = "zhiyin_visitor"
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who asks: an account with all `permissions` it holds anywhere, an API key, or neither."""

    account: Account | None = None
    key: KeyIdentity | None = None
    permissions: frozenset[Permission] = frozenset()
    grants: Grants | None = None
    _scopes: dict[Permission, Scope] = field(default_factory=dict, compare=False, repr=False)

    @property
    def is_known(self) -> bool:
        """Whether it is an account or a key."""
        return self.account is not None or self.key is not None

    def may(self, permission: Permission) -> bool:
        """Whether the visitor holds the permission for any row at all."""
        if permission is Permission.PUBLIC:
            return True
        if self.key is not None:
            return self.key.may(permission)
        return self.account is not None and permission in self.permissions

    def scope_for(self, permission: Permission) -> Scope:
        """The rows for which the visitor holds the permission. Asked of the database once a request."""
        if not self.may(permission):
            return NOTHING
        if self.key is not None:
            return self.key.scope
        if self.account is None:
            return NOTHING
        if permission not in self._scopes:
            grants = self.grants or read_grants(self.account)
            self._scopes[permission] = grants.scope_for(permission)
        return self._scopes[permission]


def visitor_of(request: HttpRequest) -> Visitor:
    """Who sent the request: the key in its `Authorization`, else the session's account.

    A request with a wrong key is nobody's, whatever session comes with it. Found out once a request.
    """
    known: Visitor | None = getattr(request, _REMEMBERED, None)
    if known is None:
        known = _find_visitor(request)
        setattr(request, _REMEMBERED, known)
    return known


def _find_visitor(request: HttpRequest) -> Visitor:
    secret = find_secret(request.headers.get("Authorization", ""))
    if secret is not None:
        return Visitor(key=authenticate_key(secret))
    user = request.user
    if not (isinstance(user, Account) and user.is_active):
        return Visitor()
    grants = read_grants(user)
    return Visitor(account=user, permissions=grants.permissions, grants=grants)


def scope_of(request: HttpRequest) -> Scope:
    """The rows that the request may see, by the permission that its view declares."""
    match = request.resolver_match
    declared = permission_of(match.func, method=request.method or "GET") if match else None
    return visitor_of(request).scope_for(declared) if declared else NOTHING


def actor_of(request: HttpRequest) -> Actor:
    """Whoever sent the request, for the audit trail."""
    visitor, address = visitor_of(request), client_address(request)
    if visitor.account is not None:
        return Actor.of(visitor.account, address=address)
    if visitor.key is not None:
        return Actor(kind="key", id=str(visitor.key.key_id), address=address)
    return Actor(kind="visitor", address=address)


class AccessMiddleware:
    """Denies by default: a view without a declared permission answers 404 to everybody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on; the decision falls in `process_view`, once the view is known."""
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., object], args: object, kwargs: object
    ) -> HttpResponseBase | None:
        """None lets the view run."""
        permission = permission_of(view, method=request.method or "GET")
        if permission is None:
            _logger.error("A URL declares no permission, so nobody may open it.", extra={"request": request})
            raise Http404
        if permission is Permission.PUBLIC:
            return None
        visitor = visitor_of(request)
        if not visitor.is_known:
            return _ask_who(request)
        if not visitor.may(permission) or _is_forgeable(request, view, visitor):
            return _refuse(request)
        return None


def _is_forgeable(request: HttpRequest, view: Callable[..., object], visitor: Visitor) -> bool:
    """Whether another site could have made a signed-in browser send this: a write without CSRF check."""
    is_unchecked = bool(getattr(view, "csrf_exempt", False))
    return visitor.key is None and is_unchecked and request.method not in _SAFE_METHODS


def _ask_who(request: HttpRequest) -> HttpResponseBase:
    if not is_api(request):
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
    response: HttpResponse = problem(
        status=401, code="unauthorized", detail="Send a valid API key as `Authorization: Bearer zk_…`."
    )
    response["WWW-Authenticate"] = "Bearer"
    return response


def _refuse(request: HttpRequest) -> HttpResponseBase:
    if not is_api(request):
        raise PermissionDenied
    return problem(status=403, code="forbidden", detail="The key or account may not do this.")
