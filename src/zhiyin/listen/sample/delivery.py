"""Wraps finished words as the source system would deliver them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

import msgspec

from zhiyin.listen.items import (
    AuthorIn,
    FeedbackIn,
    IdentityIn,
    MediaIn,
    RatingIn,
    ReplyIn,
    TurnIn,
    UnitIn,
)
from zhiyin.listen.sample.company import Company
from zhiyin.listen.sample.datafiles import rhythm
from zhiyin.listen.sample.dice import Dice
from zhiyin.listen.sample.drafting import Draft, Occasion
from zhiyin.listen.sample.grammar import phrases
from zhiyin.listen.sample.knowing import Register
from zhiyin.listen.sample.options import BEIJING
from zhiyin.listen.sample.orders import OrderNumbers
from zhiyin.listen.sample.truth import AspectTruth, PrivateTruth, VoiceTruth

_PREFIX = {"review_site": "RV", "social": "SN", "takeaway": "TA", "app_store": "AP"}
_PREFIX |= {"call_centre": "CC", "chat": "CH", "email": "EM", "survey": "SV"}
_AFTER_SALES = frozenset({"call_centre", "chat", "email"})
_WRITTEN = frozenset({"email", "review_site", "takeaway", "social"})
_SHARE_ANONYMOUS = 0.07
_SHARE_CARELESS_FIVE = 0.04
_SHARE_WITHOUT_UNIT = 0.12
_SCORES = {"positive": 1.0, "neutral": 0.0, "negative": -1.0}


@dataclass(slots=True, kw_only=True)
class Words:
    """The finished words of a voice and what is true of them."""

    text: str = ""
    turns: list[TurnIn] = field(default_factory=list)
    private: tuple[PrivateTruth, ...] = ()
    opinions: tuple[tuple[str, str], ...] = ()
    moods: tuple[str, ...] = ()
    label: str | None = None
    marks: tuple[str, ...] = ()
    incident: str | None = None
    duplicate_of: str | None = None
    is_spam: bool = False
    is_always_five: bool = False


class Delivery:
    """Numbers the voices of each source and builds item and truth."""

    def __init__(self, company: Company) -> None:
        self._last_day = company.options.last_day
        self._numbers: Counter[str] = Counter()
        self._orders = OrderNumbers(company.options.seed)
        self._register = Register(company, stream="leaves a number")
        self._places = {customer.code: number for number, customer in enumerate(company.customers)}

    def external_id(self, channel: str) -> str:
        """The next id of this channel, unique within its source."""
        self._numbers[channel] += 1
        return f"{_PREFIX[channel]}{self._numbers[channel]:08d}"

    def wrap(
        self, occasion: Occasion, words: Words, *, external_id: str, dice: Dice
    ) -> tuple[FeedbackIn, VoiceTruth]:
        """The item as its source delivers it, and its truth."""
        touchpoint = _touchpoint(occasion)
        order_id = self._orders.number(
            external_id=external_id, at=occasion.occurred_at, touchpoint=touchpoint, is_spam=words.is_spam
        )
        item = FeedbackIn(
            external_id=external_id,
            text=words.text,
            channel=occasion.channel,
            source=occasion.plan.source,
            occurred_at=occasion.occurred_at,
            touchpoint=touchpoint,
            order_id=order_id,
            product=None if words.is_spam or dice.roll() < 0.2 else occasion.product.name,
            unit=_unit(occasion, dice=dice),
            author=_author(occasion, words, dice=dice),
            rating=_rating(occasion, words, dice=dice),
            media=_media(occasion, external_id=external_id, dice=dice),
            turns=words.turns,
            reply=self._reply(occasion, words, dice=dice),
            attributes={
                "order_type": "takeaway" if occasion.is_takeaway else "in_store",
                "paid_yuan": float(occasion.product.price + occasion.price_step),
            },
        )
        return self._with_number(item, occasion, words), _truth(occasion, words, external_id=external_id)

    def _with_number(self, item: FeedbackIn, occasion: Occasion, words: Words) -> FeedbackIn:
        """The item, with the number of whoever complains and wants to be called back."""
        author, channel = item.author, occasion.channel
        if author is None or words.is_spam or words.label != "negative" or channel not in _WRITTEN:
            return item
        left = self._register.number_left(
            self._places[occasion.customer.code], channel=channel, is_answered=item.reply is not None
        )
        if left is None or any(one.type == left.type for one in author.identities):
            return item
        named = AuthorIn(name=author.name, identities=[*author.identities, left])
        return msgspec.structs.replace(item, author=named)

    def _reply(self, occasion: Occasion, words: Words, *, dice: Dice) -> ReplyIn | None:
        store = occasion.store
        share = occasion.plan.share_reply * store.reply_factor * (1.3 if words.label == "negative" else 1.0)
        if words.is_spam or dice.roll() >= share:
            return None
        hours = 0.3 + store.reply_hours * (0.3 + 1.4 * dice.roll())
        at = occasion.occurred_at + timedelta(seconds=int(hours * 3600))
        if at.astimezone(BEIJING).date() > self._last_day:
            return None
        clause = dice.pick(phrases("replies")[words.label or "neutral"][int(occasion.is_takeaway)])
        return ReplyIn(text=Draft(occasion, dice=dice).fill(clause), at=at)


def _touchpoint(occasion: Occasion) -> str:
    if occasion.channel in _AFTER_SALES:
        return "after_sales"
    return "delivery" if occasion.is_takeaway else "in_store"


def _unit(occasion: Occasion, *, dice: Dice) -> UnitIn | None:
    """The review site knows stores by name only; callers do not always say which store."""
    if occasion.channel in _AFTER_SALES and dice.roll() < _SHARE_WITHOUT_UNIT:
        return None
    if occasion.channel == "review_site":
        return UnitIn(name=occasion.store.name)
    return UnitIn(code=occasion.store.code)


def _author(occasion: Occasion, words: Words, *, dice: Dice) -> AuthorIn | None:
    if words.is_spam:
        account = f"x{dice.whole(900_000, 900_200)}"
        return AuthorIn(identities=[IdentityIn(type="platform_user", value=account)])
    if occasion.channel in {"review_site", "social"} and dice.roll() < _SHARE_ANONYMOUS:
        return None
    customer = occasion.customer
    name = customer.name if occasion.channel in _AFTER_SALES else customer.nickname
    return AuthorIn(name=name, identities=customer.identities(occasion.channel))


def _rating(occasion: Occasion, words: Words, *, dice: Dice) -> RatingIn | None:
    """A rating that goes with the words, more or less; one in twenty-five presses the best unread."""
    worst, best, share = occasion.plan.rating
    if dice.roll() >= share:
        return None
    score = sum(_SCORES[mood] for mood in words.moods) / len(words.moods) if words.moods else 0.0
    middle, half = (worst + best) / 2, (best - worst) / 2
    if not words.moods:
        score = min(1.0, max(-1.0, 0.45 + 1.4 * occasion.mood))
    value = middle + 0.12 * half + 0.95 * half * score + 0.24 * half * dice.bell()
    if words.is_always_five or dice.roll() < _SHARE_CARELESS_FIVE:
        value = best
    return RatingIn(value=float(min(best, max(worst, int(value + 0.5)))), best=best, worst=worst)


def _media(occasion: Occasion, *, external_id: str, dice: Dice) -> list[MediaIn]:
    if dice.roll() >= rhythm().share_media.get(occasion.channel, 0.0):
        return []
    links = (f"https://media.example.com/{external_id}-{i}.jpg" for i in range(1, dice.whole(2, 5)))
    return [MediaIn(url=link, type="image/jpeg") for link in links]


def _truth(occasion: Occasion, words: Words, *, external_id: str) -> VoiceTruth:
    return VoiceTruth(
        source=occasion.plan.source,
        external_id=external_id,
        occurred_at=occasion.occurred_at,
        unit=occasion.store.code,
        customer=None if words.is_spam else occasion.customer.code,
        sentiment=words.label,
        aspects=tuple(AspectTruth(aspect, polarity) for aspect, polarity in words.opinions),
        phenomena=words.marks,
        private=words.private,
        incident=words.incident,
        duplicate_of=words.duplicate_of,
    )
