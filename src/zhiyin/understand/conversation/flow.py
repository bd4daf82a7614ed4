"""Where the talk goes: handed over, no way to a person, and how it ends."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from zhiyin.understand.conversation.clauses import sentences_of
from zhiyin.understand.conversation.model import Cue, HeardTurn, Mark, Outcome

_SHORTEST_REQUEST = 14
"""Signs up to which a turn that holds the bare word "人工" asks for a person."""
_LAST_TURNS = 2
_CONDITIONS = ("再不", "再拖", "要是", "如果", "不到我", "if you", "if it")


def find_handovers(turns: Sequence[HeardTurn]) -> list[Mark]:
    """Turns in which the company passes the customer on, or somebody new takes over."""
    marks = []
    for row, turn in enumerate(turns):
        cue = _handover(turn) if turn.is_company else None
        if cue is not None:
            marks.append(Mark(kind="handed_over", turn=row, start=cue.start, end=cue.end))
    return marks


def _handover(turn: HeardTurn) -> Cue | None:
    for sentence in sentences_of(turn.folded):
        start, end = sentence.start, sentence.end
        if turn.has("not_handover", "cannot", start=start, end=end):
            continue
        cue = turn.first("handover", start=start, end=end)
        if cue is not None:
            return cue
    return None


def find_no_way_to_person(turns: Sequence[HeardTurn]) -> list[Mark]:
    """Requests of the customer for a person that only a machine answers, or nobody.

    A talk in which no machine takes part has none.
    """
    if not any(turn.speaker == "robot" for turn in turns):
        return []
    marks = []
    for row, turn in enumerate(turns):
        cue = _request(turn) if turn.speaker == "customer" else None
        if cue is None or _speaker_before(turns, row) == "staff" or _is_reached(turns, row):
            continue
        marks.append(Mark(kind="no_way_to_person", turn=row, start=cue.start, end=cue.end))
    return marks


def _request(turn: HeardTurn) -> Cue | None:
    cue = turn.first("person")
    if cue is None and len(turn.folded) <= _SHORTEST_REQUEST:
        cue = turn.first("person_alone")
    return cue


def _speaker_before(turns: Sequence[HeardTurn], row: int) -> str:
    return next((turn.speaker for turn in reversed(turns[:row]) if turn.is_company), "robot")


def _is_reached(turns: Sequence[HeardTurn], row: int) -> bool:
    """Whether a person answers next, or after a machine that hands over."""
    for turn in turns[row + 1 :]:
        if turn.speaker == "staff":
            return True
        if turn.speaker == "robot" and not turn.has("handover"):
            return False
    return False


def read_outcome(turns: Sequence[HeardTurn], *, promised: Collection[int]) -> Outcome | None:
    """Whether the customer says at the end that the matter is solved; None where nothing is said of it.

    Thanks alone count as solved where nothing was promised (`promised` are the turns with promises), and
    complaints only where nothing was promised after them.
    """
    rows = [row for row, turn in enumerate(turns) if turn.speaker == "customer"]
    for row in rows[-_LAST_TURNS:][::-1]:
        turn = turns[row]
        if turn.has("unsolved"):
            is_open = any(one > row for one in promised) or any(one in turn.folded for one in _CONDITIONS)
            return None if is_open else "unsolved"
        if turn.has("solved") and not turn.has("not_solved") and not turn.folded.rstrip().endswith("?"):
            return "solved"
        if row == rows[-1] and turn.has("thanks") and not turn.has("question"):
            return None if promised else "solved"
    return None
