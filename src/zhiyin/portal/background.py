"""Brings the stars of customers into the lake, each exactly once, whatever dies in between."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

import pyarrow as pa

from zhiyin.engine import Engine
from zhiyin.listen.pipeline.fact_outbox import FactOutbox
from zhiyin.listen.pipeline.worker import Chore
from zhiyin.portal.facts import CASE_RATINGS
from zhiyin.portal.models import CaseRating, RatingHead


def make_case_ratings_chore(engine: Engine) -> Chore:
    """Flushing as the worker does it."""
    return make_outbox().make_chore(lambda: engine.lake)


def make_outbox() -> FactOutbox[CaseRating]:
    """The stars that wait to become facts."""
    return FactOutbox(CaseRating, head=RatingHead, spec=CASE_RATINGS, to_rows=to_rows)


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
