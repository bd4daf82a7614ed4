"""Finds what was asked for although it was known, and what the customer told although it was known.

Plain rules on plain texts, as `facts`: no Django, no store. They err on the side of finding too little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from zhiyin.respond.brief.facts import Fact, Said, find_asked, find_facts, sentences_of
from zhiyin.respond.brief.topics import SENTENCES, Topic

RETOLD = frozenset(
    {
        Topic.ORDER,
        Topic.WHERE,
        Topic.SERIAL,
        Topic.ERROR,
        Topic.PHONE,
        Topic.NAME,
        Topic.HAPPENED,
        Topic.TRIED,
    }
)
"""What is a burden to tell again. Times, goods, amounts and wishes are named in passing."""
_SAME_SHARE, _LEAST_SHARED = 0.5, 3
_PIECES = re.compile(r"[a-z0-9]{3,}|[\u4e00-\u9fff]+")


def find_asked_again(question: str, *, known: Iterable[Fact], is_question: bool = False) -> list[Topic]:
    """The topics that the text asks for although they are known, in order of `Topic`.

    `is_question`: it was put as a question; then one sentence asks, whatever its form.

    >>> known = find_facts([Said(text="订单号 BX20277，光猫闪红灯", speaker="customer")])
    >>> find_asked_again("请问您的订单号是多少？", known=known)
    [<Topic.ORDER: 'order'>]
    >>> find_asked_again("请问几个人用餐？", known=known)
    []
    """
    topics = {fact.topic for fact in known}
    is_one = is_question and len(sentences_of(question)) == 1
    return [topic for topic in find_asked(question, is_question=is_one) if topic in topics]


def find_told_again(story: Sequence[Said], *, known: Iterable[Fact]) -> list[Topic]:
    """The topics of `RETOLD` of which the customer tells in `story` what is known, in order of `Topic`.

    The same value, or of what is told in sentences one that shares half of its words with a known one.

    >>> known = find_facts([Said(text="设备序列号 ZTE12345A99，昨天晚上开始断网", speaker="customer")])
    >>> find_told_again([Said(text="序列号是 ZTE12345A99 啊", speaker="customer")], known=known)
    [<Topic.SERIAL: 'serial'>]
    >>> find_told_again([Said(text="还有一件事，机顶盒打不开", speaker="customer")], known=known)
    []
    """
    before: dict[Topic, list[Fact]] = {}
    for fact in known:
        before.setdefault(fact.topic, []).append(fact)
    again = {
        fact.topic
        for fact in find_facts(story)
        if fact.said.speaker == "customer" and fact.topic in RETOLD
        if any(_is_same(fact, other) for other in before.get(fact.topic, []))
    }
    return [topic for topic in Topic if topic in again]


def _is_same(one: Fact, other: Fact) -> bool:
    if one.topic not in SENTENCES:
        return _folded(one.value) == _folded(other.value)
    mine, theirs = _words(one.value), _words(other.value)
    n_shared, shorter = len(mine & theirs), min(len(mine), len(theirs))
    return n_shared >= _LEAST_SHARED and n_shared >= _SAME_SHARE * shorter


def _folded(value: str) -> str:
    return re.sub(r"[\W_]", "", value).casefold() or value


def _words(text: str) -> set[str]:
    """Words of Latin letters, and pairs of Chinese signs."""
    found: set[str] = set()
    for piece in _PIECES.findall(text.casefold()):
        if piece[0] < "\u4e00":
            found.add(piece)
        else:
            found.update(piece[at : at + 2] for at in range(len(piece) - 1))
    return found
