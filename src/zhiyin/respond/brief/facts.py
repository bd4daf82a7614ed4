"""Finds what was told about a matter, what a question asks for, and whether it was answered already.

Plain rules on plain texts: no Django, no store. They err on the side of finding too little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Literal

from zhiyin.respond.brief.topics import ASKS, CUES, IS_QUESTION, PATTERNS, SENTENCES, Topic

Speaker = Literal["customer", "staff"]
_ENDS = re.compile(
    r"(?<=[。！？!?；;\n])|(?<=[.])(?=\s)"
    r"|[,，](?=\s?(?:请问|麻烦|希望|我希望|能不能|please|i want|i would))",
    re.IGNORECASE,
)
_MOST_SIGNS = 4_000
_MOST_WORDS = 160
_MOST_A_TOPIC = 4
_REFUSALS = re.compile(
    r"^(?:不知道|不清楚|忘了|不记得|没有|不方便|凭什么|好的?|嗯|是的?|对|no idea|don['’]?t know"
    r"|not sure|ok|yes|no)\W*$",
    re.IGNORECASE,
)
# A customer who asks for the time tells none.
_ASKED_BY_CUSTOMER = frozenset({Topic.WHEN, Topic.WHERE, Topic.AMOUNT, Topic.PEOPLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A text of the story: who said it, when, and where it stands (`source`, of the caller's naming)."""

    text: str
    speaker: Speaker
    at: datetime | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What is known of a topic: `value` as it was told, and `words`, the sentence around it.

    `asked`: the question that it answers, empty where it was told unasked.
    """

    topic: Topic
    value: str
    words: str
    said: Said
    asked: str = ""


def find_facts(story: Sequence[Said]) -> list[Fact]:
    """What was told, in the order of the topics; of one topic at most four values, each once.

    The customer's own words come before what staff wrote down of them, the earlier before the later.

    >>> facts = find_facts([Said(text="昨天开始断网，光猫闪红灯", speaker="customer")])
    >>> [(fact.topic.value, fact.value) for fact in facts]
    [('when', '昨天'), ('product', '光猫'), ('happened', '昨天开始断网，光猫闪红灯')]
    """
    found = [*_told(story), *_answered(story)]
    kept: dict[tuple[Topic, str], Fact] = {}
    counts: dict[Topic, int] = {}
    for fact in sorted(found, key=lambda one: one.said.speaker != "customer"):
        key = (fact.topic, _key(fact.value))
        if key not in kept and counts.get(fact.topic, 0) < _MOST_A_TOPIC:
            kept[key] = fact
            counts[fact.topic] = counts.get(fact.topic, 0) + 1
    order = list(Topic)
    return sorted(kept.values(), key=lambda one: order.index(one.topic))


def find_asked(text: str, *, is_question: bool = False) -> list[Topic]:
    """The topics that the text asks for, in order of `Topic`. `is_question`: all of it is known to ask.

    >>> find_asked("请问订单号是多少？")
    [<Topic.ORDER: 'order'>]
    >>> find_asked("我们已经看到您的订单号。")
    []
    """
    asking = [one for one in sentences_of(text) if is_question or IS_QUESTION.search(one)]
    return [topic for topic, cue in ASKS.items() if any(cue.search(sentence) for sentence in asking)]


def find_answers(question: str, facts: Iterable[Fact], *, is_question: bool = True) -> list[Fact]:
    """The facts that answer the question already; none where it asks for nothing that is known."""
    asked = find_asked(question, is_question=is_question)
    return [fact for fact in facts if fact.topic in asked]


def sentences_of(text: str) -> list[str]:
    """The sentences of the text, without outer spaces."""
    return [piece.strip(" ,，") for piece in _ENDS.split(text[:_MOST_SIGNS]) if piece and piece.strip(" ,，")]


def _told(story: Sequence[Said]) -> Iterator[Fact]:
    """What was told unasked."""
    for said in story:
        for sentence in sentences_of(said.text):
            is_asking = bool(find_asked(sentence))
            if said.speaker == "staff" and IS_QUESTION.search(sentence):
                continue
            yield from _values(sentence, said=said, is_asking=is_asking)
            # Staff tell what they did and what they hope for: only the customer's own count.
            if said.speaker == "customer":
                for topic, cue in CUES.items():
                    if cue.search(sentence) and not (is_asking and topic is not Topic.WISH):
                        yield Fact(topic=topic, value=_cut(sentence), words=_cut(sentence), said=said)


def _values(sentence: str, *, said: Said, is_asking: bool) -> Iterator[Fact]:
    for topic, pattern in PATTERNS.items():
        if is_asking and topic in _ASKED_BY_CUSTOMER:
            continue
        for found in pattern.finditer(sentence):
            value = next((group for group in found.groups() if group), "").strip(" ：:，,。.")
            if value and not _belongs_elsewhere(topic, value, sentence=sentence):
                yield Fact(topic=topic, value=value, words=_cut(sentence), said=said)


def _belongs_elsewhere(topic: Topic, value: str, *, sentence: str) -> bool:
    """Whether the figure is another topic's: a long number of a device is no order."""
    if topic is not Topic.ORDER:
        return False
    others = (PATTERNS[Topic.SERIAL], PATTERNS[Topic.PHONE])
    return any(value in (found.group(0) or "") for other in others for found in other.finditer(sentence))


def _answered(story: Sequence[Said]) -> Iterator[Fact]:
    """What the customer said right after staff asked for it, where no figure tells it already."""
    for before, after in pairwise(story):
        if (before.speaker, after.speaker) != ("staff", "customer"):
            continue
        answer = _cut(after.text.strip())
        if not answer or _REFUSALS.match(answer) or IS_QUESTION.search(answer):
            continue
        question = next((one for one in sentences_of(before.text) if find_asked(one)), "")
        for topic in find_asked(before.text):
            pattern = PATTERNS.get(topic)
            if topic in SENTENCES or pattern is None or not pattern.search(after.text):
                yield Fact(topic=topic, value=answer, words=answer, said=after, asked=_cut(question))


def _key(value: str) -> str:
    return re.sub(r"[\s，,。.!！?？-]", "", value).casefold()


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _MOST_WORDS else f"{flat[: _MOST_WORDS - 1]}…"
