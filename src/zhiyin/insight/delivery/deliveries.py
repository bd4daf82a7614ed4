"""Sends again what did not arrive."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.errors import Conflict
from zhiyin.insight.delivery.queries import get_delivery
from zhiyin.insight.models import Delivery
from zhiyin.people.actors import Actor
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event


def send_again(delivery_id: int, *, scope: Scope, by: Actor, now: datetime) -> Delivery:
    """The dead delivery, waiting again under the same reference, with all its attempts before it.

    Raises:
        NotFound: it is not the asker's. Conflict: it is not dead, or its destination is off.
    """
    found = get_delivery(delivery_id, scope=scope)
    if not found.destination.is_on:
        raise Conflict("The destination is off.", next_step="Switch it on first.")
    with transaction.atomic():
        dead = Delivery.objects.filter(pk=found.pk, state=Delivery.State.DEAD)
        if not dead.update(
            state=Delivery.State.WAITING, due_at=now, n_attempts=0, ended_at=None, reason="", answer=""
        ):
            raise Conflict("The message is not one that failed.")
        target = ("destination", found.destination.name)
        record_event("delivery.repeated", by=by, target=target, details={"title": found.message.title})
    found.refresh_from_db()
    return found
