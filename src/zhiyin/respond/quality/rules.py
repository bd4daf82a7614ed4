"""How the machine judges: rules over the texts of answers, and over what a robot's talk was."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zhiyin.knowledge.plain import MAX_SIGNS, Code, PlainReport, check_text, language_of

_GREETING = re.compile(
    r"您好|你好|尊敬的|亲爱的|早上好|上午好|下午好|晚上好|"
    r"\b(dear|hello|hi|good (morning|afternoon|evening))\b",
    re.I,
)
_EMPATHY = re.compile(
    r"抱歉|对不起|歉意|致歉|不好意思|理解您|体谅|感谢|谢谢|辛苦您|"
    r"\b(sorry|apolog\w+|thank\w*|understand|appreciate)\b",
    re.I,
)
_PROMISE = re.compile(
    r"[我们将会]{1,3}?(?:尽快|在|于|为您|给您|安排|回复|联系|退|补|处理)|尽快|稍后|"
    r"\b(?:we|i)(?: will|'ll|’ll)\b",
    re.I,
)
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_WORD = re.compile(r"[a-z]{4,}", re.I)
_GREETING_WITHIN = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether an item is met; None where it does not apply. The evidence stands at `start` of the answer
    number `answer` (from 0); no evidence where `answer` is None.
    """

    is_met: bool | None
    answer: int | None = None
    start: int = 0
    length: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A case as the rules read it. `asked`: what the customer wrote, as far as known.

    `is_first_in_time`: None where no clock was decided; `n_asked_again`: None where nobody counted.
    """

    answers: Sequence[str]
    asked: str
    is_first_in_time: bool | None = None
    n_asked_again: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotTalk:
    """A conversation with a robot: how often what happened, and whether people were at work."""

    marks: Mapping[str, int]
    outcome: str | None
    is_after_hours: bool


def judge_answers(case: Answered) -> dict[str, Verdict]:
    """The verdict by key of every automatic item about agents; nothing for a case without an answer.

    >>> found = judge_answers(Answered(answers=["您好，已为您退款 18 元。"], asked="退款没到账"))
    >>> found["greeting"].is_met, found["to_the_point"].is_met, found["dated_promise"].is_met
    (True, True, None)
    """
    if not case.answers:
        return {}
    texts = [text[:MAX_SIGNS] for text in case.answers]
    reports = [check_text(text, language=language_of(text)) for text in texts]
    return {
        "greeting": _greets(texts[0]),
        "empathy": _is_kind(texts),
        "to_the_point": _is_to_the_point(texts, asked=case.asked),
        "plain_words": _without(reports, Code.JARGON, Code.OFFICIALESE, Code.ABBREVIATION),
        "dated_promise": _dates_promises(texts, reports),
        "no_blame": _without(reports, Code.BLAME, Code.LECTURING),
        "no_review_change": _without(reports, Code.REVIEW_CHANGE),
        "first_in_time": Verdict(is_met=case.is_first_in_time),
        "not_asked_again": Verdict(is_met=None if case.n_asked_again is None else case.n_asked_again == 0),
    }


def judge_robot(talk: RobotTalk) -> dict[str, Verdict]:
    """The verdict by key of every automatic item about robots.

    >>> found = judge_robot(RobotTalk(marks={"no_way_to_person": 1}, outcome=None, is_after_hours=False))
    >>> found["robot_way_to_person"].is_met, found["robot_to_the_point"].is_met
    (False, True)
    """
    n = talk.marks
    is_helped = bool(n.get("handed_over") or n.get("promise")) or talk.outcome == "solved"
    is_dead = talk.outcome == "unsolved" and not (n.get("handed_over") or n.get("promise"))
    return {
        "robot_to_the_point": Verdict(is_met=not n.get("beside_the_point")),
        "robot_way_to_person": Verdict(is_met=not n.get("no_way_to_person")),
        "robot_no_dead_end": Verdict(is_met=not is_dead),
        "robot_after_hours": Verdict(is_met=is_helped if talk.is_after_hours else None),
        "robot_not_told_again": Verdict(is_met=not (n.get("told_again") or n.get("asked_again"))),
    }


def _greets(text: str) -> Verdict:
    found = _GREETING.search(text[:_GREETING_WITHIN])
    if found is None:
        return Verdict(is_met=False)
    return Verdict(is_met=True, answer=0, start=found.start(), length=len(found.group()))


def _is_kind(texts: Sequence[str]) -> Verdict:
    for place, text in enumerate(texts):
        if found := _EMPATHY.search(text):
            return Verdict(is_met=True, answer=place, start=found.start(), length=len(found.group()))
    return Verdict(is_met=False)


def _is_to_the_point(texts: Sequence[str], *, asked: str) -> Verdict:
    """Whether any answer takes up a word of what was asked: two Chinese signs, or an English word."""
    wanted = _grams(asked)
    if not wanted:
        return Verdict(is_met=None)
    for place, text in enumerate(texts):
        folded = text.casefold()
        hits = [(at, gram) for gram in wanted if (at := folded.find(gram)) >= 0]
        if hits:
            start, gram = min(hits)
            return Verdict(is_met=True, answer=place, start=start, length=len(gram))
    return Verdict(is_met=False)


def _grams(text: str) -> set[str]:
    pairs = {run[at : at + 2] for run in _HAN.findall(text) for at in range(len(run) - 1)}
    return pairs | {word.casefold() for word in _WORD.findall(text)}


def _dates_promises(texts: Sequence[str], reports: Sequence[PlainReport]) -> Verdict:
    for place, report in enumerate(reports):
        if vague := report.of(Code.VAGUE_PROMISE):
            one = vague[0]
            return Verdict(is_met=False, answer=place, start=one.start, length=one.end - one.start)
    for place, text in enumerate(texts):
        if found := _PROMISE.search(text):
            return Verdict(is_met=True, answer=place, start=found.start(), length=len(found.group()))
    return Verdict(is_met=None)


def _without(reports: Sequence[PlainReport], *codes: Code) -> Verdict:
    for place, report in enumerate(reports):
        for one in report.remarks:
            if one.code in codes:
                return Verdict(is_met=False, answer=place, start=one.start, length=one.end - one.start)
    return Verdict(is_met=True)
