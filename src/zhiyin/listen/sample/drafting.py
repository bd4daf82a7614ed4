"""One voice while it is being made: its occasion, what it tells, its private data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zhiyin.listen.sample.company import Product, Store
from zhiyin.listen.sample.customers import Customer, make_address, make_phone
from zhiyin.listen.sample.datafiles import ChannelPlan, names, places
from zhiyin.listen.sample.dice import Dice
from zhiyin.listen.sample.grammar import PRIVATE, PRIVATE_FROM, Clause, slots
from zhiyin.listen.sample.incidents import Incident
from zhiyin.listen.sample.truth import PrivateTruth

# Private data stand as signs of the private use area until the text has been bent to its writer's
# manner, so that no bending touches them and their places are known exactly.
_SEAL = 0xE000
_SEALS = re.compile("[\ue000-\ue0ff]")
_SPAM_PHONES_FROM = 3_600_000
_PLATES = tuple(places().plates.split())
_RIVALS = tuple(places().rivals.split())
_STAFF = tuple(names()["staff"])
_SLOTS = slots()
_SHARE_ELSEWHERE = 0.2
_AGAIN = ("这款", "这杯", "这款", "这个")


@dataclass(slots=True, kw_only=True)
class Occasion:
    """Who speaks where, when, of what; `mood` shifts the share of praise."""

    occurred_at: datetime
    channel: str
    plan: ChannelPlan
    store: Store
    customer: Customer
    product: Product
    other_product: Product
    is_takeaway: bool
    mood: float
    price_step: int
    incident: Incident | None
    is_urgent: bool
    haves: tuple[str, ...]


Value = str | tuple[str, ...]


class Draft:
    """Fills in clauses and keeps what they tell."""

    __slots__ = ("_found", "_live", "_named_drink", "dice", "marks", "moods", "occasion", "opinions")

    def __init__(self, occasion: Occasion, *, dice: Dice) -> None:
        self.occasion = occasion
        self.dice = dice
        self.opinions: dict[tuple[str, str], None] = {}
        self.marks: dict[str, None] = {}
        self.moods: list[str] = []
        self._found: list[tuple[str, str]] = []
        self._named_drink = False
        self._live = _live_values(occasion, dice=dice)

    def say(self, clause: Clause) -> str:
        """The clause's words; what it tells is kept. A heading that is no polarity adds no mood."""
        for opinion in clause.opinions:
            self.opinions[opinion] = None
        for mark in clause.marks:
            self.marks[mark] = None
        if clause.opinions or clause.polarity.endswith("tive"):
            self.moods.append(_mood_of(clause))
        return self.fill(clause)

    def fill(self, clause: Clause) -> str:
        """The clause's words only."""
        roll = self.dice.roll
        out: list[str] = []
        for part in clause.parts:
            if isinstance(part, str):
                out.append(part)
            elif isinstance(part, tuple):
                out.append(part[int(roll() * len(part))])
            else:
                out.append(self._live_word(part))
        return "".join(out)

    def choose(self, clauses: Sequence[Clause]) -> Clause:
        """One of the clauses, one that fits drink and season if a few draws find it."""
        haves = self.occasion.haves
        for _ in range(4):
            clause = self.dice.pick(clauses)
            if not clause.needs or clause.needs in haves:
                break
        return clause

    def unseal(self, text: str, *, turn: int | None = None) -> tuple[str, tuple[PrivateTruth, ...]]:
        """The text with its private data put in, and where they stand; later texts start afresh."""
        if not self._found:
            return text, ()
        found, self._found = self._found, []
        out: list[str] = []
        spans: list[PrivateTruth] = []
        at = last = 0
        for match in _SEALS.finditer(text):
            kind, value = found[ord(match[0]) - _SEAL]
            at += match.start() - last
            out += (text[last : match.start()], value)
            spans.append(PrivateTruth(kind=kind, value=value, start=at, end=at + len(value), turn=turn))
            at += len(value)
            last = match.end()
        out.append(text[last:])
        return "".join(out), tuple(spans)

    def _live_word(self, slot: int) -> str:
        if slot >= PRIVATE_FROM:
            kind = PRIVATE[slot - PRIVATE_FROM]
            self._found.append((kind.removeprefix("spam_"), self._private_value(kind)))
            return chr(_SEAL + len(self._found) - 1)
        if slot == 0:
            # People do not name a drink in full in every clause.
            if self._named_drink and self.dice.roll() < 0.5:
                return self.dice.pick(_AGAIN)
            self._named_drink = True
        value = self._live[slot]
        return value if isinstance(value, str) else self.dice.pick(value)

    def _private_value(self, kind: str) -> str:
        customer = self.occasion.customer
        if kind == "phone":
            return _spaced(customer.phone, dice=self.dice)
        if kind == "address" and self.dice.roll() < _SHARE_ELSEWHERE:
            return make_address(self.dice, city=self.occasion.store.city)
        if kind in _OF_THE_PERSON:
            return str(getattr(customer, kind))
        return _MADE_UP[kind](self.occasion, self.dice)


def _mood_of(clause: Clause) -> str:
    return clause.opinions[0][1] if clause.opinions else clause.polarity.rpartition("_")[2]


def _live_values(occasion: Occasion, *, dice: Dice) -> tuple[Value, ...]:
    product, store = occasion.product, occasion.store
    price = product.price + occasion.price_step
    rival = occasion.incident.rival if occasion.incident else None
    return (
        product.calls,
        occasion.other_product.calls,
        str(price),
        str(price + occasion.other_product.price + occasion.price_step),
        str(price - 2),
        store.short,
        store.city,
        store.city_english,
        product.english,
        rival or _RIVALS,
        _STAFF,
        occasion.customer.surname,
        str(1000 + int(dice.roll() * 80)),
        dice.pick(_SLOTS["sweet"]),
        dice.pick(_SLOTS["ice"]),
        dice.pick(_SLOTS["when"]),
    )


def _order_number(occasion: Occasion, dice: Dice) -> str:
    return f"{occasion.occurred_at:%Y%m%d%H%M}{dice.whole(10_000_000, 99_999_999)}"


def _plate(_: Occasion, dice: Dice) -> str:
    return dice.pick(_PLATES) + f"{dice.whole(10_000, 99_999)}"


def _landline(occasion: Occasion, dice: Dice) -> str:
    code = places().landline_codes.get(occasion.store.city, "0571")
    return f"{code}-{dice.whole(2, 8)}000{dice.whole(1000, 9999)}"


def _bank_card(_: Occasion, dice: Dice) -> str:
    return _with_check_digit(f"62220000{dice.whole(1_000_000_000, 9_999_999_999)}")


def _spam_wechat(_: Occasion, dice: Dice) -> str:
    return f"vx{dice.pick(('tea', 'hao', 'lin', 'mei'))}{dice.whole(1000, 1040)}"


def _spam_qq(_: Occasion, dice: Dice) -> str:
    return f"{dice.whole(200_000_100, 200_000_130)}"


def _spam_phone(_: Occasion, dice: Dice) -> str:
    return make_phone(_SPAM_PHONES_FROM + dice.whole(0, 40))


_OF_THE_PERSON = frozenset({"name", "address", "wechat", "email", "qq"})
_MADE_UP = {
    "order_number": _order_number,
    "plate": _plate,
    "landline": _landline,
    "bank_card": _bank_card,
    "spam_wechat": _spam_wechat,
    "spam_qq": _spam_qq,
    "spam_phone": _spam_phone,
}


def _spaced(phone: str, *, dice: Dice) -> str:
    roll = dice.roll()
    if roll < 0.86:
        return phone
    if roll < 0.93:
        return f"{phone[:3]} {phone[3:7]} {phone[7:]}"
    return f"{phone[:3]}-{phone[3:7]}-{phone[7:]}"


def _with_check_digit(digits: str) -> str:
    """The digits with their Luhn check digit."""
    total = 0
    for i, sign in enumerate(reversed(digits)):
        value = int(sign) * (2 if i % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return f"{digits}{-total % 10}"
