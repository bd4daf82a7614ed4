"""What is known already for the columns of a table: from the case, the customer and their orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from zhiyin.customers.profile.person import facts_scope, get_person
from zhiyin.customers.profile.portrait_facts import Bought, read_facts
from zhiyin.customers.profile.star_sources import list_all_stars
from zhiyin.customers.profile.visits import find_visible_customer
from zhiyin.errors import NotFound
from zhiyin.people.access import visitor_of
from zhiyin.people.permissions import Permission
from zhiyin.respond.customer import read_customer
from zhiyin.respond.models import Case, Compensation
from zhiyin.respond.moods.queries import list_moods
from zhiyin.respond.policies.deciding import Value

_YEAR = timedelta(days=365)
_MONTHS = 12
_MOST_ORDERS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order of the customer; `key` is how facts know it."""

    key: str
    at: datetime
    products: tuple[str, ...]
    amount: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known: each value by its field, with the code of its source."""

    customer: UUID | None
    orders: tuple[Order, ...]
    order: Order | None
    values: Mapping[str, tuple[Value, str]]


def find_customer_of(request: HttpRequest, case: Case) -> UUID | None:
    """Whose matter the case is, as far as the visitor may know."""
    visitor = visitor_of(request)
    if case.customer is not None:
        try:
            return get_person(case.customer, scope=visitor.scope_for(Permission.CUSTOMERS_READ)).customer
        except NotFound:
            return None
    read = read_customer(
        case,
        voices_scope=visitor.scope_for(Permission.FEEDBACK_READ),
        cases_scope=visitor.scope_for(Permission.CASES_READ),
    )
    return find_visible_customer(request, key=read.author_key)


def read_known(request: HttpRequest, case: Case, *, order_key: str = "") -> Known:
    """Everything that can be filled in; of the orders the wanted one, else the newest."""
    now = timezone.now()
    values = _of_case(case) | _of_moods(case)
    customer = find_customer_of(request, case)
    if customer is None:
        return Known(customer=None, orders=(), order=None, values=values)
    visitor = visitor_of(request)
    person = get_person(customer, scope=visitor.scope_for(Permission.CUSTOMERS_READ))
    scope = facts_scope(visitor.scope_for)
    bought = read_facts(person.keys, scope=scope, lately=now - _YEAR, with_opinions=False).bought
    orders = _orders(bought)
    order = next((one for one in orders if one.key == order_key), orders[0] if orders else None)
    values |= _of_orders([one for one in orders if one.at >= now - _YEAR], is_known=bool(bought))
    if order is not None:
        values["order_amount"] = (round(order.amount, 2), "order")
        values["order_days"] = ((now - order.at).days, "order")
    given_stars = list_all_stars(person.keys, scope=scope, scope_for=visitor.scope_for, may=visitor.may)
    if stars := [one.stars for one in given_stars]:
        values["stars"] = (round(sum(stars) / len(stars), 1), "stars")
    given = Compensation.objects.filter(customer=customer, undone_at=None, at__gte=now - _YEAR)
    values["n_given"] = (given.count(), "given")
    return Known(customer=customer, orders=tuple(orders[:_MOST_ORDERS]), order=order, values=values)


def _of_case(case: Case) -> dict[str, tuple[Value, str]]:
    values: dict[str, Value] = {
        "urgency": case.urgency,
        "n_reopened": case.n_reopened,
        "n_transfers": case.n_transfers,
        "is_safety": case.is_safety,
    }
    if case.severity:
        values["severity"] = case.severity
    return {field: (value, "case") for field, value in values.items()}


def _of_moods(case: Case) -> dict[str, tuple[Value, str]]:
    """The stars that colleagues gave at contacts of the case; nothing where they gave none."""
    stars = [mood.stars for mood in list_moods(case)]
    return {"mood_last": (stars[-1], "stars"), "mood_lowest": (min(stars), "stars")} if stars else {}


def _of_orders(orders: Sequence[Order], *, is_known: bool) -> dict[str, tuple[Value, str]]:
    """Of a customer of whom no order is known nothing is said: it may have been bought elsewhere."""
    if not is_known:
        return {}
    spent = round(sum(one.amount for one in orders), 2)
    return {
        "yearly_spend": (spent, "orders"),
        "monthly_spend": (round(spent / _MONTHS, 2), "orders"),
        "n_orders": (len(orders), "orders"),
    }


def _orders(bought: Sequence[Bought]) -> list[Order]:
    """The orders, the newest first."""
    lines: dict[str, list[Bought]] = {}
    for line in bought:
        lines.setdefault(line.order_id, []).append(line)
    orders = [
        Order(
            key=key,
            at=min(one.at for one in of_order),
            products=tuple(dict.fromkeys(one.product for one in of_order if one.product)),
            amount=sum(one.amount or 0.0 for one in of_order),
        )
        for key, of_order in lines.items()
    ]
    return sorted(orders, key=lambda one: (one.at, one.key), reverse=True)
