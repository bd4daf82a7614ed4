"""After how many days a customer is asked, and at which reopening a case climbs; one row, changed by form."""

from __future__ import annotations

from django.db import transaction

from zhiyin.errors import InvalidInput
from zhiyin.people.actors import Actor
from zhiyin.people.services.audit import record_event
from zhiyin.respond.models import SolvedSettings

MOST_DAYS, MOST_REOPENINGS = 30, 9


def read_settings() -> SolvedSettings:
    """The row, or what holds without one: asked after three days, the second reopening climbs."""
    return SolvedSettings.objects.first() or SolvedSettings()


def save_settings(*, days: int, climbs_at: int, by: Actor) -> SolvedSettings:
    """Questions that wait already keep their day.

    Raises:
        InvalidInput: the days are not 0 to 30 (`days`), or the reopening not 0 to 9 (`climbs_at`).
    """
    if not 0 <= days <= MOST_DAYS:
        raise InvalidInput(f"Choose 0 to {MOST_DAYS} days.", field="days")
    if not 0 <= climbs_at <= MOST_REOPENINGS:
        raise InvalidInput(f"Choose 0 to {MOST_REOPENINGS}.", field="climbs_at")
    with transaction.atomic():
        row = SolvedSettings.objects.select_for_update().first() or SolvedSettings()
        row.days, row.climbs_at = days, climbs_at
        row.save()
        details = {"days": days, "climbs_at": climbs_at}
        record_event("solved_settings.changed", by=by, target=("solved_settings", ""), details=details)
    return row
