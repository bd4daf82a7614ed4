"""What the page of one voice shows: its words, what they mean and why, its history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from zhiyin.console.numbers import Language
from zhiyin.insight import naming
from zhiyin.insight.voice_names import SENTIMENTS, channel_names
from zhiyin.listen.labels import Change
from zhiyin.listen.queries import Corrections, FeedbackDetail
from zhiyin.listen.queries.corrections import CorrectionOut
from zhiyin.listen.queries.feedback import OpinionOut, RevisionOut
from zhiyin.people.queries.units import find_unit
from zhiyin.understand.contract import Opinion

# Comparing two texts takes as long as their lengths multiplied.
_MAX_COMPARED = 3_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionLine:
    """An opinion as the page shows it. `number` ties it to its words; `why` says what decided."""

    number: int
    opinion: OpinionOut
    name: str
    words: str
    why: str
    is_human: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffPiece:
    """Some words of a version: kept, gone or new."""

    kind: Literal["same", "gone", "new"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionLine:
    """A version against the one before; `stars_before` is None where the rating stayed."""

    revision: RevisionOut
    words: list[DiffPiece]
    is_rating_changed: bool
    stars_before: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionLine:
    """One correction in words."""

    made: CorrectionOut
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicePlace:
    """Where a voice was said. `occurred_at` and `received_at` are in the unit's zone, named `zone`."""

    unit: str
    unit_code: str
    channel: str
    occurred_at: datetime
    received_at: datetime
    zone: str


def make_opinion_lines(
    detail: FeedbackDetail, *, language: Language, corrections: Corrections | None
) -> list[OpinionLine]:
    """The opinions in the order of their words."""
    human = _human_opinions(corrections)
    return [
        OpinionLine(
            number=number,
            opinion=one,
            name=naming.aspect_name(one.aspect, language=language, stored=one.aspect_name),
            words=detail.feedback.text[one.start : one.end],
            why=_why(one, language=language, is_human=_key(one) in human),
            is_human=_key(one) in human,
        )
        for number, one in enumerate(detail.opinions, start=1)
    ]


def make_revision_lines(revisions: Sequence[RevisionOut]) -> list[RevisionLine]:
    """The versions, the latest first, each against the one before."""
    lines = [
        RevisionLine(
            revision=now,
            words=compare(before.text, now.text),
            is_rating_changed=before.stars != now.stars,
            stars_before=before.stars,
        )
        for before, now in pairwise(revisions)
    ]
    first = [
        RevisionLine(
            revision=one,
            words=[DiffPiece(kind="same", text=one.text)],
            is_rating_changed=False,
            stars_before=None,
        )
        for one in revisions[:1]
    ]
    return [*first, *lines][::-1]


def compare(before: str, now: str) -> list[DiffPiece]:
    """What became of a text; very long ones are shown as gone and new."""
    if before == now:
        return [DiffPiece(kind="same", text=now)] if now else []
    if max(len(before), len(now)) > _MAX_COMPARED:
        return [DiffPiece(kind="gone", text=before), DiffPiece(kind="new", text=now)]
    found: list[DiffPiece] = []
    for tag, first, last, new_first, new_last in SequenceMatcher(
        None, before, now, autojunk=False
    ).get_opcodes():
        if tag == "equal":
            found.append(DiffPiece(kind="same", text=now[new_first:new_last]))
            continue
        gone, new = before[first:last], now[new_first:new_last]
        found += [DiffPiece(kind="gone", text=gone)] if gone else []
        found += [DiffPiece(kind="new", text=new)] if new else []
    return found


def make_correction_lines(corrections: Corrections | None, *, language: Language) -> list[CorrectionLine]:
    """The corrections in words, the latest first."""
    made = corrections.made if corrections else []
    return [CorrectionLine(made=one, what=_tell_change(one.change, language=language)) for one in made]


def find_place(detail: FeedbackDetail, *, language: Language) -> VoicePlace:
    """Unit, channel and times. Two queries."""
    feedback = detail.feedback
    unit = None if feedback.unit_id is None else find_unit(feedback.unit_id)
    zone = _zone(unit.time_zone if unit else "Asia/Shanghai")
    return VoicePlace(
        unit=unit.name if unit else "",
        unit_code=unit.code if unit else "",
        channel=channel_names(language).get(feedback.channel, feedback.channel),
        occurred_at=feedback.occurred_at.astimezone(zone),
        received_at=feedback.received_at.astimezone(zone),
        zone=zone.key,
    )


def _human_opinions(corrections: Corrections | None) -> set[tuple[str, str, int]]:
    if corrections is None:
        return set()
    held = (one.change.after for one in corrections.made if one.holds)
    return {_key(after) for after in held if after is not None}


def _key(one: OpinionOut | Opinion) -> tuple[str, str, int]:
    return one.aspect, one.polarity, one.end - one.start


def _why(one: OpinionOut, *, language: Language, is_human: bool) -> str:
    """In plain words what made it an opinion of this aspect and polarity."""
    if is_human:
        return _("A person read these words and said so.")
    parts: Mapping[str, str] = {
        "term": one.term,
        "word": one.opinion,
        "aspect": naming.aspect_name(one.aspect, language=language, stored=one.aspect_name),
        "polarity": str(SENTIMENTS.get(one.polarity, one.polarity)),
    }
    if one.term and one.opinion:
        return _("“%(term)s” belongs to %(aspect)s; “%(word)s” makes it %(polarity)s.") % parts
    if one.opinion:
        return _("“%(word)s” speaks of %(aspect)s by itself, and is %(polarity)s.") % parts
    return _("“%(term)s” belongs to %(aspect)s; the sentence as a whole makes it %(polarity)s.") % parts


def _tell_change(change: Change, *, language: Language) -> str:
    if change.kind == "sentiment" and change.sentiment == change.sentiment_before:
        return _("Confirmed: %(sentiment)s") % {"sentiment": SENTIMENTS.get(change.sentiment or "", "–")}
    if change.kind == "sentiment":
        return _("Sentiment of the whole: %(before)s → %(after)s") % {
            "before": SENTIMENTS.get(change.sentiment_before or "", "–"),
            "after": SENTIMENTS.get(change.sentiment or "", "–"),
        }
    parts = {
        "words": change.words,
        "before": _tell(change.before, language=language),
        "after": _tell(change.after, language=language),
    }
    if change.kind == "added":
        return _("“%(words)s”: added %(after)s") % parts
    if change.kind == "removed":
        return _("“%(words)s”: removed %(before)s") % parts
    return _("“%(words)s”: %(before)s → %(after)s") % parts


def _tell(one: Opinion | None, *, language: Language) -> str:
    if one is None:
        return ""
    name = naming.aspect_name(one.aspect, language=language, stored=one.aspect_name)
    return f"{name} {SENTIMENTS.get(one.polarity, one.polarity)}"


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("Asia/Shanghai")
