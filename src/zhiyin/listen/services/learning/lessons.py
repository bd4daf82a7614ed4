"""What there is to learn from: the corrections that stand, with the words they were made of."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from zhiyin.engine.protocols import Lake
from zhiyin.listen.facts import FEEDBACK
from zhiyin.listen.labels import Change, mark_text, place
from zhiyin.listen.models import LabelCorrection, TrainedModel
from zhiyin.understand.adaptation import Example
from zhiyin.understand.taxonomy import Taxonomy

WEIGHT = 8.0
"""Of one lesson; what is to stay as it is weighs 0.3."""
_FEWEST_SIGNS = 2
_IDS_PER_READ = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What one correction teaches. `voice_text` decides its fold, so that no voice is on both sides.

    `is_whole`: it is of the sentiment of the whole, not of an opinion.
    """

    example: Example
    voice_text: str
    correction_id: int
    is_whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingChange:
    """A correction that nobody undid and whose words still stand, with its voice."""

    correction_id: int
    change: Change
    text: str
    unit_id: int | None
    feedback_id: str


def list_lessons(lake: Lake, *, taxonomy: Taxonomy) -> list[Lesson]:
    """A lesson of each correction that says how something is meant; the last one of each voice's whole."""
    whole: dict[str, Lesson] = {}
    parts: list[Lesson] = []
    for one in list_standing(lake):
        lesson = _lesson(one, taxonomy=taxonomy)
        if lesson is None:
            continue
        if lesson.is_whole:
            whole[one.feedback_id] = lesson
        else:
            parts.append(lesson)
    return sorted([*whole.values(), *parts], key=lambda lesson: lesson.correction_id)


def list_standing(lake: Lake) -> list[StandingChange]:
    """The corrections that hold today, in order; those of voices that were erased are gone with them."""
    rows = list(LabelCorrection.objects.filter(undone_at=None).order_by("pk"))
    texts = _read_texts(lake, sorted({str(row.voice_id) for row in rows}))
    standing = []
    for row in rows:
        text, unit_id = texts.get(str(row.voice_id), ("", None))
        change = place(msgspec.convert(row.change, Change), text=text) if text else None
        if change is not None:
            standing.append(
                StandingChange(
                    correction_id=row.pk,
                    change=change,
                    text=text,
                    unit_id=unit_id,
                    feedback_id=str(row.voice_id),
                )
            )
    return standing


def count_new_corrections() -> int:
    """How many corrections stand that the model in use has not learned."""
    in_use = TrainedModel.objects.filter(state=TrainedModel.State.IN_USE).first()
    since = in_use.last_correction if in_use else 0
    return LabelCorrection.objects.filter(undone_at=None, pk__gt=since).count()


def _lesson(one: StandingChange, *, taxonomy: Taxonomy) -> Lesson | None:
    change = one.change
    if change.sentiment is not None:
        if change.text_mark != mark_text(one.text):
            return None
        example = Example(text=one.text, label=change.sentiment, taxonomy=taxonomy, weight=WEIGHT)
    elif change.after is not None and len(change.words.strip()) >= _FEWEST_SIGNS:
        label = change.after.polarity
        place = (change.after.start, change.after.end)
        example = Example(text=one.text, label=label, taxonomy=taxonomy, weight=WEIGHT, place=place)
    else:
        return None
    return Lesson(
        example=example,
        voice_text=one.text,
        correction_id=one.correction_id,
        is_whole=change.sentiment is not None,
    )


def _read_texts(lake: Lake, ids: list[str]) -> dict[str, tuple[str, int | None]]:
    if not ids or FEEDBACK.name not in lake.tables():
        return {}
    found: dict[str, tuple[str, int | None]] = {}
    with lake.connect(FEEDBACK.name) as connection:
        for start in range(0, len(ids), _IDS_PER_READ):
            rows = connection.execute(
                "SELECT feedback_id, text, unit_id FROM feedback WHERE is_current"
                " AND feedback_id IN (SELECT unnest(?::VARCHAR[]))",
                [ids[start : start + _IDS_PER_READ]],
            ).fetchall()
            found |= {feedback_id: (text or "", unit_id) for feedback_id, text, unit_id in rows}
    return found
