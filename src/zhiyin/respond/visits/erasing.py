"""What becomes of visits when a customer is erased: that somebody came stays, what and why goes."""

from __future__ import annotations

from zhiyin.respond.models import Case, Visit
from zhiyin.respond.visits.kinds import TAKES_TIME, VisitState


def erase_visit_words(case: Case) -> None:
    """Device, serial number and notes go; nobody comes any more."""
    found = Visit.objects.filter(case=case)
    coming = found.filter(state__in=sorted(state.value for state in TAKES_TIME))
    coming.update(state=VisitState.CANCELLED.value)
    # What was fed stands in the lake under the customer's keys, and is erased there by them.
    found.update(device="", serial_sealed=None, warranty_until=None, note="", is_fed=True)
