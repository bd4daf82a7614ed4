"""One customer as a page asks for them: who it is, by which keys facts name them, and what may be seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from zhiyin.customers.linking.queries import find_customer, identities_of, visible_customers
from zhiyin.customers.models import Identity
from zhiyin.errors import NotFound
from zhiyin.people.permissions import Permission
from zhiyin.people.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A customer within the asker's scope; `identities` have the oldest first."""

    customer: UUID
    identities: list[Identity]

    @property
    def keys(self) -> list[str]:
        """The keys by which facts name the customer."""
        return [identity.key for identity in self.identities]


def get_person(customer: UUID, *, scope: Scope) -> Person:
    """The customer of that id, also by an id that was merged away.

    Raises:
        NotFound: there is none, or none of whose units lies in the scope.
    """
    found = find_customer(customer)
    if found is None or not visible_customers([found], scope=scope):
        raise NotFound("There is no such customer.", next_step="See the list of customers.")
    return Person(customer=found, identities=identities_of(found))


def facts_scope(scope_for: Callable[[Permission], Scope]) -> Scope:
    """The units whose facts about customers may be seen: those of customers and of voices both."""
    customers, voices = scope_for(Permission.CUSTOMERS_READ), scope_for(Permission.FEEDBACK_READ)
    return customers if voices.unit_ids is None else customers.narrowed_to(voices.unit_ids)
