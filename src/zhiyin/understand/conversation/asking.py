"""What staff ask although the customer has told it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from zhiyin.understand.conversation.clauses import Piece, clauses_of, sentences_of
from zhiyin.understand.conversation.content import content_of, shared_of, weight_of
from zhiyin.understand.conversation.cues import ASKS
from zhiyin.understand.conversation.model import HeardTurn, Mark

_PROBLEM = "problem"
_PROBLEM_WEIGHT = 6.0
_SAME_QUESTION, _SAME_SHARE = 6.0, 0.75
_CODE = re.compile(r"[\u4e00-\u9fff]{2}(?:号码|编号|号|码)|卡号|单号")
"""What staff ask for by a name of its own: "取票码", "合同号"."""
_REFUSALS = ("不知道", "不清楚", "没有", "忘了", "不记得", "不方便", "凭什么", "don't know", "no idea")
_LONGEST_REFUSAL = 12
_N_BEFORE = 200
"""Turns before a question among which it may have been put already."""
# What the customer tells unasked; one class each, bounded: linear, whatever the text.
_TOLD = {
    "phone": re.compile(r"(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8})(?!\d)"),
    "order": re.compile(
        r"(?:单号|编号|订单|order)[^\d]{0,6}[a-z]{0,4}\d{4,20}"
        r"|(?<![a-z0-9])[a-z]{2,4}\d{6,18}|(?<!\d)\d{12,20}(?!\d)"
    ),
    "name": re.compile(r"我叫|我姓|免贵姓|my name is|this is [a-z]{2,12} [a-z]{2,12}"),
    "address": re.compile(
        r"\d{1,4}(?:号楼|单元|栋|幢|弄)|[路街道]\d{1,5}号|我住\d{2,5}|room \d{2,4}"
        r"|(?:我家|我)住?在.{1,12}(?:小区|花园|家园|公寓)"
    ),
    "model": re.compile(r"型号.{0,3}[a-z0-9]|(?<![a-z0-9])[a-z]{1,5}-?\d{2,5}[a-z]{0,3}(?![a-z0-9])"),
    "people": re.compile(
        r"(?:\d{1,3}|[一两三四五六七八九十]{1,2})(?:个人|位|人)(?!次|工)|\d{1,2} (?:people|guests)"
    ),
    "train": re.compile(r"(?<![a-z0-9])(?:[gdckzt]\d{1,4}次?|[a-z]{2}\d{3,4}(?![a-z0-9]))"),
    "plate": re.compile(
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-z]·?[a-z0-9]{5,6}"
    ),
    "bought_at": re.compile(
        r"(?:去年|今年|上个?月|上周|昨天|前天|\d{1,2}月(?:\d{1,2}[号日])?|\d{1,2}号).{0,4}(?:买|购|下的单|订)"
    ),
    "amount": re.compile(r"\d{1,7} ?(?:元|块|dollars|rmb)"),
}


def find_asked_again(turns: Sequence[HeardTurn], *, contents: Sequence[Mapping[str, float]]) -> list[Mark]:
    """Questions of staff whose answer stands in an earlier turn of the customer's, with that turn.

    It stands there if the customer told it unasked, or answered when it was asked for before. What staff
    say only to have it confirmed, or to open the talk, asks for nothing.
    """
    told: dict[str, int] = {}
    pending: set[str] = set()
    marks = []
    questions = _Questions(turns)
    for row, turn in enumerate(turns):
        if turn.speaker == "customer":
            _note(told, row, turn, pending=pending, weight=weight_of(contents[row]))
            pending = set()
        elif turn.is_company:
            asked = list(_asked(turn))
            again = next(((slot, cue) for slot, cue in asked if slot in told), None)
            if turn.speaker == "staff" and again is not None:
                slot, piece = again
                marks.append(
                    Mark(kind="asked_again", turn=row, start=piece.start, end=piece.end, about=told[slot])
                )
            elif turn.speaker == "staff":
                marks += _same_question(turns, row, questions=questions) or _once_more(turns, row)
            pending |= {slot for slot, _ in asked}
    return marks


def _asked(turn: HeardTurn) -> Iterator[tuple[str, Piece]]:
    """What the turn asks for, each with the sentence in which it does."""
    if turn.has("check"):
        return
    for sentence in sentences_of(turn.folded):
        start, end = sentence.start, sentence.end
        if not turn.has("request", "question", start=start, end=end):
            continue
        is_opening = turn.has("opening", start=start, end=end)
        for cue in turn.cues:
            if cue.kind.startswith(ASKS) and start <= cue.start < end:
                slot = cue.kind.removeprefix(ASKS)
                if slot != _PROBLEM or not is_opening:
                    yield slot, sentence
        for code in _CODE.findall(turn.folded, start, end):
            yield code[-3:], sentence


def _note(told: dict[str, int], row: int, turn: HeardTurn, *, pending: set[str], weight: float) -> None:
    for slot, pattern in _TOLD.items():
        if slot not in told and pattern.search(turn.folded):
            told[slot] = row
    if _PROBLEM not in told and weight >= _PROBLEM_WEIGHT and not pending:
        told[_PROBLEM] = row
    if not _is_refusal(turn):
        for slot in pending:
            told.setdefault(slot, row)


def _is_refusal(turn: HeardTurn) -> bool:
    words = turn.folded.strip()
    if not words or words.endswith("?"):
        return True
    return len(words) <= _LONGEST_REFUSAL and any(one in words for one in _REFUSALS)


def _once_more(turns: Sequence[HeardTurn], row: int) -> list[Mark]:
    """The turn as one that asks in so many words for what was told, with the last turn that told a figure."""
    if not turns[row].has("once_more"):
        return []
    for answer in range(row - 1, max(row - _N_BEFORE, -1), -1):
        turn = turns[answer]
        if turn.speaker == "customer" and any(sign.isdigit() for sign in turn.folded):
            return [Mark(kind="asked_again", turn=row, start=0, end=len(turns[row].folded), about=answer)]
    return []


class _Questions:
    """What the turns ask, each worked out once."""

    def __init__(self, turns: Sequence[HeardTurn]) -> None:
        self._turns = turns
        self._known: dict[int, Mapping[str, float]] = {}

    def of(self, row: int) -> Mapping[str, float]:
        """What the clauses of that turn say that ask something."""
        if row not in self._known:
            self._known[row] = _question_of(self._turns[row])
        return self._known[row]


def _question_of(turn: HeardTurn) -> Mapping[str, float]:
    """What the clauses of a turn say that ask something."""
    asking = [
        clause
        for sentence in sentences_of(turn.folded)
        for clause in clauses_of(turn.folded, sentence)
        if turn.has("question", "request", start=clause.start, end=clause.end)
    ]
    return content_of(" ".join(turn.folded[one.start : one.end] for one in asking))


def _same_question(turns: Sequence[HeardTurn], row: int, *, questions: _Questions) -> list[Mark]:
    """The turn as a question that was put before in nearly the same words, and answered."""
    turn = turns[row]
    if not turn.has("question") or turn.has("check", "opening", "robot_miss"):
        return []
    content = questions.of(row)
    for earlier in range(row - 2, max(row - _N_BEFORE, -1), -1):
        before = turns[earlier]
        if before.speaker != "staff" or not before.has("question"):
            continue
        other = questions.of(earlier)
        shared = shared_of(content, other)
        shorter = min(weight_of(content), weight_of(other))
        answer = earlier + 1
        if shared < _SAME_QUESTION or shared < _SAME_SHARE * shorter or answer >= row:
            continue
        if turns[answer].speaker == "customer" and not _is_refusal(turns[answer]):
            return [Mark(kind="asked_again", turn=row, start=0, end=len(turn.folded), about=answer)]
    return []
