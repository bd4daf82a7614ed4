"""Brings the stars of customers into the lake, each exactly once, whatever dies in between."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

import pyarrow as pa
from django.db import transaction
from django.db.models import Min

from zhiyin.engine import Engine
from zhiyin.engine.protocols import Lake, Transaction
from zhiyin.portal.facts import CASE_RATINGS
from zhiyin.portal.models import CaseRating, RatingHead

APP_ID = "case_ratings"
MAX_ROWS = 1_000
_HEAD_ID = 1


def flush_case_ratings(engine: Engine) -> int:
    """Store what is not stored yet; returns how many ratings that were.

    A batch is numbered in the database first, committed to the lake under that number, then marked:
    repeated after a crash, or by a second process, it has no second effect.
    """
    n_stored = 0
    while n_rows := _flush_batch(engine.lake):
        n_stored += n_rows
    return n_stored


def _flush_batch(lake: Lake) -> int:
    if not CaseRating.objects.filter(is_stored=False).exists():
        return 0
    lake.create(CASE_RATINGS)
    batch = _pending_batch() or _claim_batch(lake)
    if batch is None:
        return 0
    waiting = CaseRating.objects.filter(batch=batch, is_stored=False)
    ratings = list(waiting.select_related("case").order_by("pk"))
    if ratings:
        version = Transaction(app_id=APP_ID, version=batch)
        lake.append(CASE_RATINGS.name, to_rows(ratings), transaction=version)
        waiting.update(is_stored=True)
    return len(ratings)


def _pending_batch() -> int | None:
    """The batch that somebody numbered and has not marked as stored."""
    pending = CaseRating.objects.filter(is_stored=False, batch__isnull=False)
    found: int | None = pending.aggregate(first=Min("batch"))["first"]
    return found


def _claim_batch(lake: Lake) -> int | None:
    """The next batch, of what waits; one process at a time, by the locked head."""
    with transaction.atomic():
        RatingHead.objects.bulk_create([RatingHead(id=_HEAD_ID)], ignore_conflicts=True)
        head = RatingHead.objects.select_for_update().get(pk=_HEAD_ID)
        if (pending := _pending_batch()) is not None:
            return pending
        waiting = CaseRating.objects.filter(is_stored=False, batch__isnull=True).order_by("pk")
        ids = list(waiting.values_list("pk", flat=True)[:MAX_ROWS])
        if not ids:
            return None
        # A database restored from a backup may know fewer batches than the lake has.
        head.n_batches = max(head.n_batches, lake.last_version(CASE_RATINGS.name, APP_ID) or 0) + 1
        head.save()
        CaseRating.objects.filter(pk__in=ids).update(batch=head.n_batches)
        return head.n_batches


def to_rows(ratings: Sequence[CaseRating]) -> pa.Table:
    """The ratings, with their `case` at hand, as rows of the lake table."""
    columns: dict[str, list[object]] = {
        "rating_id": [one.pk for one in ratings],
        "case_id": [one.case_id for one in ratings],
        "case_number": [one.case.number for one in ratings],
        "feedback_id": [one.case.feedback_id for one in ratings],
        "unit_id": [one.case.unit_id for one in ratings],
        "owner_id": [one.owner_id for one in ratings],
        "n_reopened": [one.n_reopened for one in ratings],
        "solved": [one.solved for one in ratings],
        "speed": [one.speed for one in ratings],
        "attitude": [one.attitude for one in ratings],
        "at": [one.at for one in ratings],
        "day": [one.at.astimezone(UTC).date() for one in ratings],
    }
    return pa.table(
        {field.name: pa.array(columns[field.name], field.type) for field in CASE_RATINGS.schema},
        schema=CASE_RATINGS.schema,
    )
