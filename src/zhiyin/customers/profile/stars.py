"""The stars that staff gave at contacts: how they felt that it went for the customer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec

from zhiyin.customers.models import ContactStar
from zhiyin.customers.profile.facts import ask, units_of, within, write_keys
from zhiyin.customers.profile.person import Person
from zhiyin.errors import InvalidInput, NotFound
from zhiyin.listen.api import open_lake
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event

STARRED = ("conversation", "contact")
"""The kinds of entries that take a star."""
_MAX_STARS = 5


class _Fact(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    at: datetime
    unit_id: int | None


def give_star(
    person: Person,
    *,
    kind: str,
    entry_id: str,
    stars: int,
    scope: Scope,
    by: Account,
    actor: Actor,
    at: datetime,
) -> ContactStar:
    """Keep how the contact went, in place of what was said of it before.

    Raises:
        InvalidInput: not one to five stars. NotFound: no such contact of this customer in the scope.
    """
    if not 1 <= stars <= _MAX_STARS:
        raise InvalidInput("Give one to five stars.", field="stars")
    fact = _find_fact(person, kind=kind, entry_id=entry_id, scope=scope)
    given, _ = ContactStar.objects.update_or_create(
        kind=kind,
        entry_id=entry_id,
        defaults={
            "key": fact.key,
            "stars": stars,
            "at": fact.at,
            "unit_id": fact.unit_id,
            "given_at": at,
            "given_by": by,
        },
    )
    record_event(
        "customer.star_given", by=actor, target=("customer", person.customer), details={"stars": stars}
    )
    return given


def take_star(person: Person, *, kind: str, entry_id: str, scope: Scope, actor: Actor) -> None:
    """Take the star back; none is no failure.

    Raises:
        NotFound: no such contact of this customer in the scope.
    """
    _find_fact(person, kind=kind, entry_id=entry_id, scope=scope)
    if ContactStar.objects.filter(kind=kind, entry_id=entry_id).delete()[0]:
        record_event("customer.star_taken", by=actor, target=("customer", person.customer))


def list_stars(keys: Sequence[str], *, scope: Scope) -> list[ContactStar]:
    """The stars of the customer's contacts within the scope, the oldest first."""
    found = ContactStar.objects.filter(key__in=keys).select_related("given_by")
    if scope.unit_ids is not None:
        found = found.filter(unit_id__in=scope.unit_ids)
    return list(found.order_by("at", "pk"))


def stars_of(entry_ids: Collection[str]) -> dict[tuple[str, str], int]:
    """Stars by kind and id of entries that the asker has read. One query."""
    found = ContactStar.objects.filter(entry_id__in=entry_ids)
    return {(one.kind, one.entry_id): one.stars for one in found}


def _find_fact(person: Person, *, kind: str, entry_id: str, scope: Scope) -> _Fact:
    if kind not in STARRED:
        raise NotFound("Only contacts and conversations take stars.")
    table, name, key = (
        ("contacts", "record_id", "customer_key")
        if kind == "contact"
        else ("feedback", "feedback_id", "author_key")
    )
    query = (
        f"SELECT {key} AS key, occurred_at AS at, unit_id FROM {table}"  # noqa: S608 - own names
        f" WHERE {key} IN ({write_keys(person.keys)}) AND is_current AND {within(scope)} AND {name} = $id"
    )
    with open_lake().connect(table) as connection:
        found = ask(connection, query, row=_Fact, values={"id": entry_id, "units": units_of(scope)})
    if not found:
        raise NotFound("There is no such contact of this customer.")
    return found[0]
