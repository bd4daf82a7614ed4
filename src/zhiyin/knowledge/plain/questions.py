"""Whether the text says what was asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from zhiyin.knowledge.plain.lists import Asked, Lists, read_remarks
from zhiyin.knowledge.plain.report import Code, Language, Remark
from zhiyin.knowledge.plain.texts import fold
from zhiyin.knowledge.plain.times import has_money, has_number, has_time

_MOST = 5
_BETTER: dict[Language, dict[str, str]] = {
    "zh": {
        "when": "写出日期或时间",
        "how_much": "写出金额",
        "how_many": "写出数目",
        "where": "写出地点或在哪一页",
        "why": "写出原因",
        "how": "写出步骤",
        "who": "写出是谁",
        "whether": "直接说能或不能，不能时说能怎么办",
    },
    "en": {
        "when": "name the day or time",
        "how_much": "name the amount",
        "how_many": "name the number",
        "where": "name the place or page",
        "why": "say why",
        "how": "say the steps",
        "who": "say who",
        "whether": "say yes or no, and for a no what can be done",
    },
}
# Signs and words that ask, and say nothing of what is asked.
_ASKING = frozenset("能可以不吗是否有没行会还要我你您的了么呢们这那在个一就都也给到多少什怎")
_LONG_WORD = re.compile(r"[a-z]{4,20}")
_ASKING_WORDS = frozenset(
    {"there", "have", "does", "could", "would", "will", "your", "mine", "this", "that", "possible", "with"}
)
# A question in what somebody tells, and how people begin one that they ask.
_TELLING = ("不知道", "不清楚", "不知", "无论", "不管", "问我", "don't know", "do not know", "no idea")
_OPENING = ("请问", "想问", "想知道", "咨询", "问一下", "please tell", "want to know", "may i ask")
_MOST_UNMARKED = 18
_CLAUSES = re.compile(r"[^，,。！？!?；;\n]+[？?]?")


def find_unanswered(answer: str, *, question: str, lists: Lists, language: Language) -> Iterator[Remark]:
    """A remark for each thing asked that the answer does not hold; at most five. `words`: the question's.

    It errs on the side of silence: a place, a time or a reason anywhere in the answer counts.
    """
    folded, seen = fold(answer), set[str]()
    for match in _CLAUSES.finditer(question[:2_000]):
        asked = _kind_of(fold(match.group()), lists=lists)
        if asked is None or asked.kind in seen:
            continue
        seen.add(asked.kind)
        if len(seen) > _MOST:
            return
        is_echoed = asked.kind == "whether" and _echoes(folded, fold(match.group()), language=language)
        if not is_echoed and not _is_answered(folded, asked=asked, language=language):
            yield Remark(
                code=Code.UNANSWERED,
                start=0,
                end=0,
                words=match.group().strip(),
                better=_BETTER[language][asked.kind],
                severity=read_remarks()[Code.UNANSWERED].severity,
            )


def _kind_of(clause: str, *, lists: Lists) -> Asked | None:
    """What the clause asks for: the first kind of the list whose cue it holds."""
    if not _is_question(clause):
        return None
    for asked in lists.asked:
        if any(_holds(clause, cue) for cue in asked.cues):
            return asked
    return None


def _is_question(clause: str) -> bool:
    """Whether somebody asks here: a long clause without a mark tells of a question more often."""
    if any(words in clause for words in _TELLING):
        return False
    has_mark = clause.rstrip().endswith(("?", "？"))
    return has_mark or len(clause) <= _MOST_UNMARKED or any(words in clause for words in _OPENING)


def _is_answered(answer: str, *, asked: Asked, language: Language) -> bool:
    for words in asked.answered_by:
        if words == "@time":
            found = has_time(answer, language=language)
        elif words == "@money":
            found = has_money(answer)
        elif words == "@number":
            found = has_number(answer)
        else:
            found = _holds(answer, words)
        if found:
            return True
    return False


def _echoes(answer: str, clause: str, *, language: Language) -> bool:
    """Whether the answer takes up a word of a yes-or-no question: then it says something about it."""
    if language == "zh":
        return any(sign in answer for sign in clause if "\u4e00" <= sign <= "\u9fff" and sign not in _ASKING)
    return any(_holds(answer, word) for word in _LONG_WORD.findall(clause) if word not in _ASKING_WORDS)


def _holds(text: str, words: str) -> bool:
    """Whether the words stand there, Latin ones whole."""
    start = text.find(words)
    while start >= 0:
        before, after = text[start - 1 : start], text[start + len(words) : start + len(words) + 1]
        if not (words[0].isascii() and words[0].isalnum() and before.isascii() and before.isalnum()) and not (
            words[-1].isascii() and words[-1].isalnum() and after.isascii() and after.isalnum()
        ):
            return True
        start = text.find(words, start + 1)
    return False
