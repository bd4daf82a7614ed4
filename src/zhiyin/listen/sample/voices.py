"""Makes the voices: each as the channel would deliver it, with its truth."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from zhiyin.listen.items import FeedbackIn
from zhiyin.listen.sample.company import Company
from zhiyin.listen.sample.datafiles import rhythm
from zhiyin.listen.sample.delivery import Delivery, Words
from zhiyin.listen.sample.dice import Dice, Wheel
from zhiyin.listen.sample.drafting import Draft, Occasion
from zhiyin.listen.sample.grammar import phrases
from zhiyin.listen.sample.manners import bend
from zhiyin.listen.sample.prose import TINY, label_of, write_english, write_prose, write_tiny
from zhiyin.listen.sample.rhythm import Planner
from zhiyin.listen.sample.talk import hold_talk, write_email
from zhiyin.listen.sample.truth import VoiceTruth

BATCH = 1_000
Voice = tuple[FeedbackIn, VoiceTruth]

_SIZES = {name: Wheel(plan.share_lengths) for name, plan in rhythm().channels.items()}
_TALKS = frozenset({"call_centre", "chat"})
_MIN_COPIED = 6
_REMEMBERED = 80


def generate_voices(company: Company) -> Iterator[list[Voice]]:
    """All voices of the company in order of time, in batches of 1,000 (the last may be shorter).

    The same company gives the same voices, byte by byte. About 60 µs a voice; holds one day at a time.
    """
    maker = _Maker(company)
    batch: list[Voice] = []
    for _, dice, occasions in Planner(company).days():
        for occasion in occasions:
            batch.append(maker.make(occasion, dice=dice))
            if len(batch) == BATCH:
                yield batch
                batch = []
    if batch:
        yield batch


class _Maker:
    """Makes one voice after the other; remembers the last texts, which some people copy."""

    def __init__(self, company: Company) -> None:
        self._delivery = Delivery(company)
        self._said: dict[str, deque[tuple[str, Words]]] = {
            name: deque(maxlen=_REMEMBERED) for name in rhythm().channels
        }

    def make(self, occasion: Occasion, *, dice: Dice) -> Voice:
        words = _noise(occasion, dice=dice) or self._copy(occasion, dice=dice)
        words = words or _write(occasion, dice=dice)
        external_id = self._delivery.external_id(occasion.channel)
        if len(words.text) >= _MIN_COPIED and not (words.private or words.incident or words.is_spam):
            self._said[occasion.channel].append((external_id, words))
        return self._delivery.wrap(occasion, words, external_id=external_id, dice=dice)

    def _copy(self, occasion: Occasion, *, dice: Dice) -> Words | None:
        said = self._said[occasion.channel]
        if not said or occasion.incident or dice.roll() >= rhythm().share_duplicate:
            return None
        external_id, words = dice.pick(said)
        return Words(
            text=words.text,
            opinions=words.opinions,
            moods=words.moods,
            label=words.label,
            marks=(*(mark for mark in words.marks if mark != "duplicate"), "duplicate"),
            duplicate_of=words.duplicate_of or external_id,
        )


def _noise(occasion: Occasion, *, dice: Dice) -> Words | None:
    """Words that are no voice of one's own will, in small shares; None mostly."""
    plan, channel = rhythm(), occasion.channel
    if channel == "survey" and dice.roll() < plan.share_survey_without_text:
        return Words(marks=("rating_only",))
    if dice.roll() < occasion.plan.share_default:
        return _stock(occasion, block="default", mark="default", dice=dice, is_always_five=True)
    if dice.roll() < plan.share_spam.get(channel, 0.0):
        return _stock(occasion, block="spam", mark="spam", dice=dice, is_spam=True)
    if dice.roll() < plan.share_solicited.get(channel, 0.0):
        words = _stock(occasion, block="solicited", mark="solicited", dice=dice, is_always_five=True)
        words.label, words.moods = "positive", ("positive",)
        return words
    return None


def _stock(
    occasion: Occasion,
    *,
    block: str,
    mark: str,
    dice: Dice,
    is_spam: bool = False,
    is_always_five: bool = False,
) -> Words:
    draft = Draft(occasion, dice=dice)
    clause = dice.pick(phrases("noise")[block][int(occasion.is_takeaway)])
    text, private = draft.unseal(draft.fill(clause))
    return Words(text=text, private=private, marks=(mark,), is_spam=is_spam, is_always_five=is_always_five)


def _write(occasion: Occasion, *, dice: Dice) -> Words:
    draft = Draft(occasion, dice=dice)
    size = _SIZES[occasion.channel].spin(dice)
    if occasion.channel in _TALKS:
        return _talk(draft, size=size)
    text = _text(draft, size=size)
    label = label_of(draft.moods)
    text, bent = bend(
        text,
        manner=occasion.customer.manner,
        share_emoji=occasion.plan.share_emoji,
        label=label,
        is_formal=occasion.channel == "email",
        dice=dice,
    )
    text, private = draft.unseal(text)
    words = _words(draft, bent=bent)
    words.text, words.private = text, private
    return words


def _text(draft: Draft, *, size: int) -> str:
    occasion = draft.occasion
    share = occasion.plan.share_private
    if occasion.channel == "email":
        return write_email(draft, size=size, share_private=share)
    if occasion.customer.manner.is_english and occasion.incident is None:
        return write_english(draft, size=size)
    if size == TINY and not occasion.is_urgent:
        return write_tiny(draft)
    return write_prose(draft, size=max(size, TINY + 1), share_private=share)


def _talk(draft: Draft, *, size: int) -> Words:
    occasion = draft.occasion
    talk = hold_talk(
        draft,
        is_call=occasion.channel == "call_centre",
        size=size,
        share_private=occasion.plan.share_private,
    )
    words = _words(draft, bent=[])
    words.turns, words.private = talk.turns, tuple(talk.private)
    return words


def _words(draft: Draft, *, bent: list[str]) -> Words:
    incident = draft.occasion.incident
    return Words(
        opinions=tuple(draft.opinions),
        moods=tuple(draft.moods),
        label=label_of(draft.moods),
        marks=tuple(dict.fromkeys((*draft.marks, *bent))),
        incident=incident.code if incident else None,
    )
