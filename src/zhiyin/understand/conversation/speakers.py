"""Who speaks: by the names in a transcript, or guessed from what is said."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from zhiyin.understand.conversation.cues import ASKS, hear, read_lists
from zhiyin.understand.conversation.model import HeardTurn, Speaker

_ROLES: tuple[Speaker, ...] = ("robot", "customer", "staff")
_SHORTEST_PART = 2
_STAFF_KINDS = {"opening": 3, "waits": 1, "handover": 2, "empty_talk": 2, "commit": 1, "robot_miss": 2}
_STAFF_WORDS = (
    "为您",
    "您好",
    "工号",
    "请问",
    "帮您",
    "给您",
    "请您",
    "亲，",
    "亲,",
    "how can i help",
    "thank you for calling",
)
_CUSTOMER_KINDS = {"person": 3, "said_before": 2, "protest": 2, "unsolved": 1}
_CUSTOMER_WORDS = (
    "我的",
    "我要",
    "我想",
    "你们",
    "我买",
    "我家",
    "凭什么",
    "怎么还",
    "my order",
    "i want",
    "i ordered",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Speakers:
    """Who speaks in each turn; `is_guess` where at least one was not named plainly."""

    of: list[Speaker]
    is_guess: bool


def name_speaker(label: str) -> Speaker | None:
    """Who goes by that name ("坐席01", "Agent", "买家小王"), None for a name that does not say.

    >>> name_speaker("坐席01"), name_speaker("顾客张女士"), name_speaker("智能客服"), name_speaker("张三")
    ('staff', 'customer', 'robot', None)
    """
    folded = unicodedata.normalize("NFKC", label).strip().lower().rstrip("0123456789_-# :[]()")
    names = _names()
    if folded in names:
        return names[folded]
    for role in _ROLES:
        if any(part in folded for part in _parts(role)):
            return role
    return None


def is_speaker_label(label: str) -> bool:
    """Whether words before a colon can be a speaker's name."""
    folded = unicodedata.normalize("NFKC", label).strip().lower()
    return bool(folded) and len(folded) <= 20 and folded not in read_lists("speakers.yaml")["not_a_name"]


def settle_speakers(labels: Sequence[str], *, texts: Sequence[str]) -> Speakers:
    """Who speaks in each turn. What a label does not say is guessed from the words of all its turns.

    Of unknown labels the one that speaks most like staff is taken for staff, the others for customers; a
    known label settles the others. Turns without any label are judged each by its own words.
    """
    known = {label: name_speaker(label) for label in set(labels) if label}
    found: dict[str, Speaker] = {label: role for label, role in known.items() if role}
    open_labels = sorted(label for label, role in known.items() if role is None)
    heard = hear(texts, speakers=["unknown"] * len(texts))
    manners = [_manner(turn) for turn in heard]
    if open_labels:
        found |= _by_manner(open_labels, labels=labels, manners=manners, taken=set(found.values()))
    of: list[Speaker] = [
        found[label] if label else ("staff" if manner > 0 else "customer")
        for label, manner in zip(labels, manners, strict=True)
    ]
    return Speakers(of=of, is_guess=bool(open_labels) or any(not label for label in labels))


def _by_manner(
    open_labels: Sequence[str], *, labels: Sequence[str], manners: Sequence[int], taken: set[Speaker]
) -> dict[str, Speaker]:
    if "staff" in taken and "customer" not in taken:
        return dict.fromkeys(open_labels, "customer")
    if "customer" in taken:
        return dict.fromkeys(open_labels, "staff")
    sums = {
        label: sum(manner for one, manner in zip(labels, manners, strict=True) if one == label)
        for label in open_labels
    }
    # Who answers a call speaks first: of equal ones that label is staff's.
    first = {label: -labels.index(label) for label in open_labels}
    staff = max(open_labels, key=lambda label: (sums[label], first[label]))
    return {label: "staff" if label == staff else "customer" for label in open_labels}


def _manner(turn: HeardTurn) -> int:
    """How much it sounds like staff (above 0) or like a customer (below)."""
    staff = sum(weight for kind, weight in _STAFF_KINDS.items() if turn.has(kind))
    staff += sum(word in turn.folded for word in _STAFF_WORDS)
    staff += any(cue.kind.startswith(ASKS) for cue in turn.cues)
    customer = sum(weight for kind, weight in _CUSTOMER_KINDS.items() if turn.has(kind))
    return staff - customer - sum(word in turn.folded for word in _CUSTOMER_WORDS)


@cache
def _names() -> dict[str, Speaker]:
    lists = read_lists("speakers.yaml")
    return {name: role for role in _ROLES for name in lists[role]}


@cache
def _parts(role: Speaker) -> tuple[str, ...]:
    """Names that also tell the role within a longer label."""
    names = read_lists("speakers.yaml")[role]
    return tuple(name for name in names if len(name) >= (4 if name.isascii() else _SHORTEST_PART))
