"""Answers of the company that are beside the point."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from zhiyin.understand.conversation.content import content_of, shared_of, weight_of
from zhiyin.understand.conversation.model import HeardTurn, Mark

_SUBJECT_WEIGHT = 3.0
"""What a question must say to have a subject that an answer can miss."""
_SHARED = 2.0
_LONGEST_EMPTY = 45
_ANSWERS = {
    "when_asked": "time_answer",
    "where_asked": "place_answer",
    "why_asked": "reason_answer",
    "how_asked": "way_answer",
}


def find_beside(
    turns: Sequence[HeardTurn],
    *,
    contents: Sequence[Mapping[str, float]],
    told_again: Mapping[int, int],
    useful: Collection[int],
) -> list[Mark]:
    """Turns of the company that answer what was not asked, each with the customer's turn before it.

    The customer says so next, or says the same again at once; or a machine has not understood; or an offer
    or empty words stand for an answer that shares neither the question's subject nor its kind.
    `told_again` gives for a repetition the turn that it repeats; `useful` are the turns that promise
    something or ask for something, which are never beside the point.
    """
    marks = []
    for row, turn in enumerate(turns):
        asked = row - 1
        if not turn.is_company or asked < 0 or turns[asked].speaker != "customer":
            continue
        if _is_beside(turns, row, contents=contents, told_again=told_again, is_useful=row in useful):
            marks.append(Mark(kind="beside_the_point", turn=row, start=0, end=len(turn.folded), about=asked))
    return marks


def _is_beside(
    turns: Sequence[HeardTurn],
    row: int,
    *,
    contents: Sequence[Mapping[str, float]],
    told_again: Mapping[int, int],
    is_useful: bool,
) -> bool:
    turn = turns[row]
    if turn.has("robot_miss") and turn.speaker == "robot":
        return True
    if is_useful:
        return False
    if _is_protested(turns, row, told_again=told_again):
        return not turn.has("waits") or _is_empty(turn)
    return not turn.has("waits", "handover") and _misses_subject(turns, row, contents=contents)


def _misses_subject(turns: Sequence[HeardTurn], row: int, *, contents: Sequence[Mapping[str, float]]) -> bool:
    """Whether the turn shares neither the subject nor the kind of what was asked."""
    turn, asked, subject = turns[row], turns[row - 1], contents[row - 1]
    has_subject = weight_of(subject) >= _SUBJECT_WEIGHT
    if turn.has("promotion") and has_subject:
        return _misses_offer(turn, asked, subject=subject)
    is_apart = shared_of(subject, contents[row]) < _SHARED
    if _is_question(asked) and not _fits(turn, asked):
        return _is_empty(turn) or is_apart
    if turn.speaker == "robot" and has_subject and not turn.has("question"):
        return is_apart and not _fits(turn, asked)
    return False


def _is_protested(turns: Sequence[HeardTurn], row: int, *, told_again: Mapping[int, int]) -> bool:
    """Whether the customer's next turn says that this was no answer."""
    after = row + 1
    if after >= len(turns) or turns[after].speaker != "customer":
        return False
    if turns[row].has("question") and not turns[row].has("promotion"):
        return False
    said = turns[after]
    if said.has("protest") and not said.has("not_protest"):
        return True
    is_unheard = turns[row].speaker == "robot" or _is_question(turns[row - 1])
    return is_unheard and told_again.get(after) == row - 1


def _misses_offer(turn: HeardTurn, asked: HeardTurn, *, subject: Mapping[str, float]) -> bool:
    """Whether an offer that nobody asked for has nothing of what was asked but its own words."""
    offers = [turn.folded[cue.start : cue.end] for cue in turn.cues if cue.kind == "promotion"]
    if all(offer in asked.folded for offer in offers):
        return False
    offered = {token for offer in offers for token in content_of(offer)}
    wanted = {token: weight for token, weight in subject.items() if token not in offered}
    return shared_of(wanted, content_of(turn.folded)) < _SHARED


def _is_empty(turn: HeardTurn) -> bool:
    """Whether it only asks for patience: a long answer that ends so, or one that names a step, says more."""
    is_short = len(turn.folded) <= _LONGEST_EMPTY
    return is_short and turn.has("empty_talk") and not turn.has("act", "handover")


def _is_question(turn: HeardTurn) -> bool:
    return turn.has("question", *_ANSWERS)


def _fits(turn: HeardTurn, asked: HeardTurn) -> bool:
    """Whether the answer is of a kind that was asked for."""
    if turn.has("question", "cannot"):
        return True
    kinds = [answer for question, answer in _ANSWERS.items() if asked.has(question)]
    if _is_empty(turn):
        return False
    if not kinds:
        return True
    return any(turn.has(kind) for kind in kinds) or any(sign.isdigit() for sign in turn.folded)
