"""Who visits the page of own data: told by a cookie that a right code was exchanged for."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from zhiyin.customers.rights.codes import VISIT_MINUTES, Visit, end_visit, find_visit
from zhiyin.customers.rights.covering import covered_keys
from zhiyin.customers.rights.erasing import person_of
from zhiyin.customers.rights.holders import Person
from zhiyin.engine import open_engine

_COOKIE = "zhiyin_my_data"
PATH = "/my-data/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """A visit with the person behind it. `customer` None: nobody is known by the address.

    `keys` are those that the code proves to be theirs; the customer may have more. `is_shared`: the address
    names several people, so that it proves nobody; staff find out who asks.
    """

    visit: Visit
    customer: UUID | None
    keys: tuple[str, ...]
    is_shared: bool

    def person(self) -> Person:
        """What the visitor may see and erase by themselves, as it is now."""
        return person_of(open_engine(settings.HOME), keys=self.keys)


def visitor_of(request: HttpRequest) -> Visitor | None:
    """Who visits; None without a cookie, or when the half hour is over."""
    token = request.COOKIES.get(_COOKIE, "")
    visit = find_visit(token, now=timezone.now()) if token else None
    if visit is None:
        return None
    identity = visit.identity
    is_shared = bool(identity and identity.is_shared)
    if identity is None or is_shared:
        return Visitor(visit=visit, customer=None, keys=(), is_shared=is_shared)
    keys = tuple(covered_keys(identity))
    return Visitor(visit=visit, customer=identity.customer, keys=keys, is_shared=False)


def let_in(response: HttpResponse, token: str) -> None:
    """Give the browser the token; scripts and other sites do not see it."""
    response.set_cookie(
        _COOKIE,
        token,
        max_age=VISIT_MINUTES * 60,
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def let_out(request: HttpRequest, response: HttpResponse) -> None:
    """End the visit."""
    end_visit(request.COOKIES.get(_COOKIE, ""))
    response.delete_cookie(_COOKIE, path=PATH)
