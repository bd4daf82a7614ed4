"""The way from a fact to the page of its customer, for rooms above."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

from zhiyin.customers.linking.queries import customer_of_key, visible_customers
from zhiyin.people.access import visitor_of
from zhiyin.people.permissions import Permission


def find_visible_customer(request: HttpRequest, *, key: str | None) -> UUID | None:
    """Whose fact it is; None where it is nobody's, or not for the visitor."""
    visitor = visitor_of(request)
    if not key or not visitor.may(Permission.CUSTOMERS_READ):
        return None
    customer = customer_of_key(key)
    if customer is None:
        return None
    scope = visitor.scope_for(Permission.CUSTOMERS_READ)
    return customer if visible_customers([customer], scope=scope) else None
