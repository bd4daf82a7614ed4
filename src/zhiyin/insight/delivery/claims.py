"""Leases on destinations: of several processes one sends there at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from zhiyin.insight.models import Delivery, Destination

LEASE = timedelta(seconds=120)
_MOST = 64


def claim(*, token: str, now: datetime) -> list[Destination]:
    """Destinations with something due that are on, not paused, and now held under `token`."""
    is_free = Q(held_until=None) | Q(held_until__lte=now)
    may_take = Q(paused_until=None) | Q(paused_until__lte=now)
    due = Delivery.objects.filter(state=Delivery.State.WAITING, due_at__lte=now)
    open_ones = Destination.objects.filter(is_free, may_take, is_on=True, deleted_at=None)
    wanted = open_ones.filter(pk__in=due.values("destination_id")).values_list("pk", flat=True)
    held = [
        pk
        for pk in wanted[:_MOST]
        if Destination.objects.filter(is_free, pk=pk).update(held_by=token, held_until=now + LEASE)
    ]
    return list(Destination.objects.filter(pk__in=held))


def release(destinations: Sequence[Destination], *, token: str) -> None:
    """Give them free, where the lease is still ours."""
    if destinations:
        ids = [one.pk for one in destinations]
        Destination.objects.filter(pk__in=ids, held_by=token).update(held_by="", held_until=None)
