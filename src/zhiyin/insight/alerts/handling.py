"""What people do about an incident: acknowledge, assign, mute, close, and all of it back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from zhiyin.errors import InvalidInput
from zhiyin.insight.alerts.listing import get_incident
from zhiyin.insight.models import Incident, IncidentEvent
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event

MAX_MUTED_DAYS = 90


def acknowledge(incident_id: int, *, scope: Scope, by: Account, now: datetime) -> Incident:
    """Somebody has seen it and looks after it; the first one stays noted.

    Raises:
        NotFound: it is not within the scope.
    """
    row = get_incident(incident_id, scope=scope)
    if row.acknowledged_at is not None:
        return row
    row.acknowledged_at, row.acknowledged_by = now, by
    return _keep(row, "acknowledged", by=by, now=now)


def take_back_acknowledgement(incident_id: int, *, scope: Scope, by: Account, now: datetime) -> Incident:
    """As if nobody had seen it. Raises as `acknowledge`."""
    row = get_incident(incident_id, scope=scope)
    row.acknowledged_at, row.acknowledged_by = None, None
    return _keep(row, "unacknowledged", by=by, now=now)


def assign(incident_id: int, *, to: Account | None, scope: Scope, by: Account, now: datetime) -> Incident:
    """`to` looks after it; None: nobody does. Raises as `acknowledge`."""
    row = get_incident(incident_id, scope=scope)
    row.assigned_to = to
    return _keep(row, "assigned", by=by, now=now, value=str(to) if to else "")


def mute(incident_id: int, *, days: int, scope: Scope, by: Account, now: datetime) -> Incident:
    """No message about it, and no second incident for the same, for so many days; 0 ends the silence.

    Raises:
        InvalidInput: not 0 to 90 days. NotFound: as `acknowledge`.
    """
    if not 0 <= days <= MAX_MUTED_DAYS:
        raise InvalidInput(f"Mute it for 0 to {MAX_MUTED_DAYS} days.", field="days")
    row = get_incident(incident_id, scope=scope)
    row.muted_until = now + timedelta(days=days) if days else None
    return _keep(row, "muted" if days else "unmuted", by=by, now=now, value=str(days) if days else "")


def close(incident_id: int, *, scope: Scope, by: Account, now: datetime) -> Incident:
    """It is done with. Raises as `acknowledge`."""
    row = get_incident(incident_id, scope=scope)
    row.status, row.ended_at = Incident.Status.CLOSED.value, row.ended_at or now
    return _keep(row, "closed", by=by, now=now)


def open_again(incident_id: int, *, scope: Scope, by: Account, now: datetime) -> Incident:
    """It is not done with. Raises as `acknowledge`."""
    row = get_incident(incident_id, scope=scope)
    row.status, row.ended_at = Incident.Status.OPEN.value, None
    return _keep(row, "reopened", by=by, now=now)


def _keep(row: Incident, kind: str, *, by: Account, now: datetime, value: str = "") -> Incident:
    with transaction.atomic():
        row.save()
        IncidentEvent.objects.create(incident=row, kind=kind, at=now, by=by, value=value)
        record_event(f"incident.{kind}", by=Actor.of(by), target=("incident", row.pk), at=now)
    return row
