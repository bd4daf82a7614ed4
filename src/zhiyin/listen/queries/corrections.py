"""Reads what people corrected in the labels of a voice."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from zhiyin.listen.labels import Change, Labels, place, replay
from zhiyin.listen.models import CorrectedVoice, LabelCorrection
from zhiyin.listen.pipeline.corrections import read_labels
from zhiyin.listen.queries.feedback import FeedbackDetail, OpinionOut


class CorrectionOut(msgspec.Struct, frozen=True, kw_only=True):
    """One correction; names are empty where the account is gone or an API key did it.

    `holds`: it was not undone, and its words still stand in the voice.
    """

    id: int
    revision: int
    change: Change
    reason: str
    made_at: datetime
    made_by: str
    undone_at: datetime | None
    undone_by: str
    holds: bool


class Corrections(msgspec.Struct, frozen=True, kw_only=True):
    """The corrections of a voice, the latest first, and the labels that the machine gave it.

    `machine` is for version `revision`. `n_changes` is what a further correction must know of (`Seen`).
    """

    revision: int
    n_changes: int
    machine: Labels
    made: list[CorrectionOut]


def find_corrections(detail: FeedbackDetail) -> Corrections | None:
    """What was corrected in this voice, which the asker has read within the scope; None for nothing."""
    voice = CorrectedVoice.objects.filter(pk=UUID(detail.feedback.feedback_id)).first()
    if voice is None:
        return None
    made = voice.corrections.select_related("made_by", "undone_by").order_by("-pk")
    return Corrections(
        revision=voice.revision,
        n_changes=voice.n_changes,
        machine=read_labels(voice),
        made=[_read(one, text=detail.feedback.text) for one in made],
    )


def with_corrections(detail: FeedbackDetail, corrections: Corrections | None) -> FeedbackDetail:
    """The voice as corrected, also in the seconds before its facts follow."""
    if corrections is None or corrections.revision != detail.feedback.revision:
        return detail
    changes = [one.change for one in reversed(corrections.made) if one.undone_at is None]
    feedback = detail.feedback
    labels = replay(corrections.machine, changes, text=feedback.text)
    return msgspec.structs.replace(
        detail,
        feedback=msgspec.structs.replace(
            feedback,
            sentiment=labels.sentiment.label if labels.sentiment else None,
            sentiment_score=labels.sentiment.score if labels.sentiment else None,
        ),
        opinions=msgspec.convert(labels.opinions, list[OpinionOut], from_attributes=True),
    )


def _read(one: LabelCorrection, *, text: str) -> CorrectionOut:
    change = msgspec.convert(one.change, Change)
    return CorrectionOut(
        id=one.pk,
        revision=one.revision,
        change=change,
        reason=one.reason,
        made_at=one.made_at,
        made_by=str(one.made_by or ""),
        undone_at=one.undone_at,
        undone_by=str(one.undone_by or ""),
        holds=one.undone_at is None and place(change, text=text) is not None,
    )
