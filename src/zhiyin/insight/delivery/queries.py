"""Reads destinations with their health, and the log of deliveries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from zhiyin.errors import NotFound
from zhiyin.insight.models import Delivery, Destination
from zhiyin.people.scope import Scope

HEALTH_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """A destination with what happened to its deliveries of the last seven days."""

    destination: Destination
    n_waiting: int
    n_sent: int
    n_dead: int


def get_destination(destination_id: int, *, scope: Scope, is_deleted: bool = False) -> Destination:
    """The destination.

    Raises:
        NotFound: there is none, or it belongs to a unit outside of the scope.
    """
    row = _seen(scope, is_deleted=is_deleted).filter(pk=destination_id).first()
    if row is None:
        raise NotFound("There is no such destination.")
    return row


def list_health(*, scope: Scope, now: datetime) -> list[Health]:
    """Every destination by name. Two queries."""
    since = Q(deliveries__queued_at__gt=now - timedelta(days=HEALTH_DAYS))
    states = Delivery.State
    rows = _seen(scope).annotate(
        n_waiting=Count("deliveries", filter=Q(deliveries__state=states.WAITING)),
        n_sent=Count("deliveries", filter=since & Q(deliveries__state__in=[states.SENT, states.DIGESTED])),
        n_dead=Count("deliveries", filter=since & Q(deliveries__state=states.DEAD)),
    )
    return [
        Health(destination=row, n_waiting=row.n_waiting, n_sent=row.n_sent, n_dead=row.n_dead)
        for row in rows.select_related("unit").order_by("name")
    ]


def list_deliveries(
    *, scope: Scope, destination_id: int | None = None, state: str = ""
) -> QuerySet[Delivery]:
    """Deliveries to the destinations of the scope, the newest first."""
    rows = Delivery.objects.filter(destination__in=_seen(scope)).select_related(
        "destination", "message", "digest"
    )
    if destination_id is not None:
        rows = rows.filter(destination_id=destination_id)
    if state in Delivery.State.values:
        rows = rows.filter(state=state)
    return rows.order_by("-queued_at", "-pk")


def get_delivery(delivery_id: int, *, scope: Scope) -> Delivery:
    """The delivery.

    Raises:
        NotFound: there is none, or its destination is outside of the scope.
    """
    found = list_deliveries(scope=scope).filter(pk=delivery_id).first()
    if found is None:
        raise NotFound("There is no such delivery.")
    return found


def _seen(scope: Scope, *, is_deleted: bool = False) -> QuerySet[Destination]:
    rows = Destination.objects.filter(deleted_at__isnull=not is_deleted)
    return rows if scope.unit_ids is None else rows.filter(unit_id__in=scope.unit_ids)
