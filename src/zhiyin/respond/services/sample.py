"""What becomes of cases when the sample company goes."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction

from zhiyin.engine import open_engine
from zhiyin.knowledge.services import drop_uses
from zhiyin.people.services.audit import record_event
from zhiyin.respond.facts import CASE_EVENTS
from zhiyin.respond.models import Case


def forget_sample_cases(feedback_ids: Sequence[str]) -> None:
    """Remove the cases that began with these voices, with their facts; they were tried, not worked on.

    Cases of real voices stay. Repeated after an interruption it finds nothing more.
    """
    forget_cases(sorted(Case.objects.filter(feedback_id__in=feedback_ids).values_list("pk", flat=True)))


def forget_cases(ids: Sequence[int]) -> None:
    """Remove these cases with all that hangs on them, and their facts."""
    if not ids:
        return
    lake = open_engine(settings.HOME).lake
    if CASE_EVENTS.name in lake.tables():
        lake.delete(CASE_EVENTS.name, where=f"case_id IN ({', '.join(map(str, ids))})")
    with transaction.atomic():
        Case.objects.filter(pk__in=ids).delete()
        drop_uses(ids)
        record_event("case.sample_removed", details={"cases": len(ids)})
