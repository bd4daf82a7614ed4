"""Corrects the labels of a voice, and takes corrections back; kept, audited, effective in the figures."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils import timezone

from zhiyin.engine import Engine
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.listen.labels import Change, Labels, find_opinion, mark_text, replay
from zhiyin.listen.models import CorrectedVoice, LabelCorrection
from zhiyin.listen.pipeline.corrections import apply_to_lake, changes_of, read_labels
from zhiyin.listen.pipeline.masking import mask_texts
from zhiyin.listen.pipeline.turns import try_pipeline_turn
from zhiyin.listen.queries.feedback import FeedbackDetail, get_feedback, get_sentiment
from zhiyin.listen.services.taxonomy import get_taxonomy
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event
from zhiyin.understand.contract import Opinion, Polarity, SentimentLabel

MAX_WORDS = 200
MAX_REASON = 300
# A batch takes about as long; whoever corrects then waits no longer, the pipeline does the rest.
APPLY_WAIT_SECONDS = 2.0


class CorrectedMeanwhile(Conflict):
    """Somebody else corrected the voice, or the customer edited it, after the person had read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the person had before their eyes: version of the voice, and changes to its labels."""

    revision: int
    n_changes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionPlace:
    """Which opinion is meant."""

    aspect: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What an opinion shall be. `words` must stand in the voice, at `start` where that is known."""

    aspect: str
    polarity: Polarity
    words: str = ""
    start: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What to correct, and why: an opinion (`place`) becomes another (`said`), goes (`said` is None), or
    is new (`place` is None); or the whole has another `sentiment`, or is `is_confirmed` to have this one."""

    seen: Seen
    place: OpinionPlace | None = None
    said: Said | None = None
    sentiment: SentimentLabel | None = None
    is_confirmed: bool = False
    reason: str = ""


def correct_labels(
    engine: Engine,
    *,
    feedback_id: str,
    scope: Scope,
    correction: Correction,
    by: Actor,
    wait_seconds: float = APPLY_WAIT_SECONDS,
) -> LabelCorrection:
    """The correction as kept. The figures follow before it returns, or, where the pipeline does not give
    way within `wait_seconds`, with its next batch.

    Raises:
        NotFound: no such voice in the scope. CorrectedMeanwhile: what was seen is no longer so.
        InvalidInput: no such aspect or opinion, words that are not in the voice, or nothing changes.
    """
    detail = get_feedback(engine.lake, feedback_id=feedback_id, scope=scope)
    if detail.feedback.revision != correction.seen.revision:
        raise _read_again()
    with transaction.atomic():
        voice = _lock(engine, detail)
        if voice.n_changes != correction.seen.n_changes:
            raise _read_again()
        held = replay(read_labels(voice), changes_of(voice), text=detail.feedback.text)
        change = _make_change(correction, held=held, text=detail.feedback.text)
        kept = LabelCorrection.objects.create(
            voice=voice,
            revision=voice.revision,
            change=msgspec.to_builtins(change),
            reason=mask_texts([correction.reason.strip()[:MAX_REASON]])[0],
            made_by=_account(by),
        )
        _count_change(voice)
        record_event(
            "feedback.corrected", by=by, target=("feedback", feedback_id), details=_audited(kept.pk, change)
        )
    _apply_soon(engine, voice, wait_seconds=wait_seconds)
    return kept


def undo_correction(engine: Engine, *, correction_id: int, scope: Scope, by: Actor) -> LabelCorrection:
    """Takes the correction back; those made before and after it stay. Taking it back twice is one.

    Raises:
        NotFound: there is none, or its voice is not in the scope.
    """
    found = LabelCorrection.objects.filter(pk=correction_id).first()
    if found is None:
        raise NotFound("There is no such correction.")
    feedback_id = str(found.voice_id)
    get_feedback(engine.lake, feedback_id=feedback_id, scope=scope)
    with transaction.atomic():
        voice = CorrectedVoice.objects.select_for_update().get(pk=found.voice_id)
        found.refresh_from_db()
        if found.undone_at is not None:
            return found
        found.undone_at, found.undone_by = timezone.now(), _account(by)
        found.save(update_fields=["undone_at", "undone_by"])
        _count_change(voice)
        record_event(
            "feedback.correction_undone",
            by=by,
            target=("feedback", feedback_id),
            details={"correction": found.pk},
        )
    _apply_soon(engine, voice, wait_seconds=APPLY_WAIT_SECONDS)
    return found


def _lock(engine: Engine, detail: FeedbackDetail) -> CorrectedVoice:
    """The voice's row, made at the first correction with what the machine said; held until the commit."""
    feedback = detail.feedback
    sentiment = get_sentiment(engine.lake, feedback_id=feedback.feedback_id)
    machine = Labels(
        opinions=msgspec.convert(detail.opinions, list[Opinion], from_attributes=True), sentiment=sentiment
    )
    made = CorrectedVoice(
        feedback_id=UUID(feedback.feedback_id),
        revision=feedback.revision,
        machine_labels=msgspec.to_builtins(machine),
        is_applied=True,
    )
    CorrectedVoice.objects.bulk_create([made], ignore_conflicts=True)
    voice = CorrectedVoice.objects.select_for_update().get(pk=made.pk)
    if voice.revision != feedback.revision:  # a later version is on its way into the lake
        raise _read_again()
    return voice


def _make_change(correction: Correction, *, held: Labels, text: str) -> Change:
    if correction.sentiment is not None:
        before = held.sentiment.label if held.sentiment else None
        if before == correction.sentiment and not correction.is_confirmed:
            raise _nothing_changes()
        return Change(
            kind="sentiment",
            sentiment=correction.sentiment,
            sentiment_before=before,
            text_mark=mark_text(text),
        )
    if correction.place is None:
        return _add(correction.said, text=text)
    before_opinion = _get_opinion(held, correction.place)
    words = text[before_opinion.start : before_opinion.end]
    if correction.said is None:
        return Change(kind="removed", before=before_opinion, words=words)
    after = msgspec.structs.replace(
        before_opinion,
        aspect=correction.said.aspect,
        aspect_name=_aspect_name(correction.said.aspect),
        polarity=correction.said.polarity,
        confidence=1.0,
    )
    if (after.aspect, after.polarity) == (before_opinion.aspect, before_opinion.polarity):
        raise _nothing_changes()
    return Change(kind="changed", before=before_opinion, after=after, words=words)


def _add(said: Said | None, *, text: str) -> Change:
    if said is None:
        raise InvalidInput("The correction says nothing.", next_step="Choose an aspect and a polarity.")
    start, words = _find_words(said, text=text)
    opinion = Opinion(
        aspect=said.aspect,
        aspect_name=_aspect_name(said.aspect),
        polarity=said.polarity,
        term="",
        opinion=words,
        start=start,
        end=start + len(words),
        confidence=1.0,
    )
    return Change(kind="added", after=opinion, words=words)


def _find_words(said: Said, *, text: str) -> tuple[int, str]:
    words = said.words.strip()
    if not words or len(words) > MAX_WORDS:
        raise InvalidInput(f"Name 1 to {MAX_WORDS} signs of what the customer said.", field="words")
    if said.start is not None and text[said.start : said.start + len(words)] == words:
        return said.start, words
    start = text.find(words)
    if start < 0:
        start = text.lower().find(words.lower()) if len(text.lower()) == len(text) else -1
    if start < 0:
        raise InvalidInput(
            "These words do not stand in the voice.",
            next_step="Copy them as the customer wrote them.",
            field="words",
        )
    return start, text[start : start + len(words)]


def _get_opinion(held: Labels, place: OpinionPlace) -> Opinion:
    wanted = Opinion(
        aspect=place.aspect,
        aspect_name="",
        polarity="neutral",
        term="",
        opinion="",
        start=place.start,
        end=place.end,
        confidence=0.0,
    )
    found = find_opinion(held.opinions, wanted)
    if found is None:
        raise InvalidInput("The voice has no such opinion.", next_step="Load the page again.")
    return found


def _aspect_name(aspect: str) -> str:
    name = get_taxonomy().taxonomy.names("zh").get(aspect)
    if name is None:
        raise InvalidInput(
            "The taxonomy has no such aspect.", next_step="Choose one of the list.", field="aspect"
        )
    return name


def _count_change(voice: CorrectedVoice) -> None:
    voice.n_changes += 1
    voice.is_applied = False
    voice.save(update_fields=["n_changes", "is_applied"])


def _apply_soon(engine: Engine, voice: CorrectedVoice, *, wait_seconds: float) -> None:
    with try_pipeline_turn(engine.home.path, wait_seconds=wait_seconds) as has_turn:
        if has_turn:
            voice.refresh_from_db()
            apply_to_lake(engine, voice)


def _account(by: Actor) -> Account | None:
    return Account.objects.filter(pk=int(by.id)).first() if by.kind == "account" else None


def _audited(correction_id: int, change: Change) -> dict[str, object]:
    """What the trail keeps: labels, never words."""

    def tell(opinion: Opinion | None) -> str:
        return f"{opinion.aspect} {opinion.polarity}" if opinion else ""

    before = change.sentiment_before if change.sentiment else tell(change.before)
    return {
        "correction": correction_id,
        "kind": change.kind,
        "before": before or "",
        "after": change.sentiment or tell(change.after),
    }


def _read_again() -> CorrectedMeanwhile:
    return CorrectedMeanwhile(
        "This voice was corrected or edited since you opened it.",
        next_step="Look at what it says now, then correct what is still wrong.",
    )


def _nothing_changes() -> InvalidInput:
    return InvalidInput("That is what the label says already.", next_step="Choose another one.")
