"""Finds customers by what somebody typed: a pseudonym, four last digits, or an identifier as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.db.models import F

from zhiyin.customers.identifiers.pseudonyms import pseudonyms, read_pseudonym
from zhiyin.customers.linking.queries import find_by_identifier, find_by_tail, visible_customers
from zhiyin.customers.models import Identity
from zhiyin.customers.profile.person import Person, get_person
from zhiyin.errors import NotFound
from zhiyin.people.scope import Scope

_TAIL = 4
_A_BATCH = 50_000
# Two microseconds each: a look through all of these stays below two seconds.
_MOST_LOOKED_THROUGH = 1_000_000
_EVERYWHERE = ("phone", "email", "member", "customer", "wechat_unionid", "plate")

How = Literal["pseudonym", "tail", "identifier"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What was found, the newest first, and by what the text was taken to be."""

    how: How
    customers: list[UUID]


def search_customers(text: str, *, scope: Scope, may_identify: bool) -> Search:
    """The customers that the text names, within the scope.

    `may_identify`: the asker may learn who somebody is; without it only pseudonyms are understood. A
    pseudonym is looked for among the million customers seen last.
    """
    typed = " ".join(text.split())
    written = read_pseudonym(typed)
    if written is not None:
        found = _find_by_pseudonym(written)
        if found or not may_identify:
            return Search(how="pseudonym", customers=_visible(found, scope=scope))
    if not may_identify:
        return Search(how="pseudonym", customers=[])
    if len(typed) == _TAIL and typed.isalnum():
        return Search(how="tail", customers=find_by_tail(typed, scope=scope))
    named = [find_by_identifier(type, typed) for type in _EVERYWHERE]
    found = [*dict.fromkeys(one for one in named if one is not None)]
    return Search(how="identifier", customers=_visible(found, scope=scope))


def find_one(text: str, *, scope: Scope) -> Person:
    """The customer of that pseudonym.

    Raises:
        NotFound: there is none in the scope.
    """
    written = read_pseudonym(text)
    found = _find_by_pseudonym(written) if written else []
    if not found:
        raise NotFound("There is no customer of that pseudonym.")
    return get_person(found[0], scope=scope)


def _visible(customers: list[UUID], *, scope: Scope) -> list[UUID]:
    seen = visible_customers(customers, scope=scope)
    return [one for one in customers if one in seen]


def _find_by_pseudonym(written: str) -> list[UUID]:
    looked = 0
    for part in _batches():
        for customer, name in zip(part, pseudonyms(part), strict=True):
            if name == written:
                return [customer]
        looked += len(part)
        if looked >= _MOST_LOOKED_THROUGH:
            return []
    return []


def _batches() -> Iterator[list[UUID]]:
    """The ids of customers, the newest first. A customer is the `born` of one of its identities."""
    rows = Identity.objects.filter(born=F("customer")).order_by("-pk").values_list("pk", "customer")
    last = None
    while True:
        part = list((rows if last is None else rows.filter(pk__lt=last))[:_A_BATCH])
        if not part:
            return
        last = part[-1][0]
        yield [customer for _, customer in part]
