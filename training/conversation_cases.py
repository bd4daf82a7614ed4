"""Reads the labelled conversations of `tests/cases/conversations`."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from zhiyin.understand.conversation import Conversation, Turn

CASES = Path(__file__).parents[1] / "src/zhiyin/understand/tests/cases/conversations/talks.txt"
SECOND = CASES.with_name("talks_second.txt")
"""Written after the first mending by `CASES`, and mended by since."""
UNSEEN = CASES.with_name("talks_unseen.txt")
"""Written after the last mending; nothing is chosen by them."""
KINDS = {
    "promise": "promise",
    "repeat": "told_again",
    "reask": "asked_again",
    "handover": "handed_over",
    "person": "no_way_to_person",
    "beside": "beside_the_point",
}
_SPEAKERS = {"C": "customer", "S": "staff", "R": "robot"}
_ZONE = ZoneInfo("Asia/Shanghai")
_LABEL = re.compile(r' \{(\w+)(?: "([^"]*)")?(?: ([^}]*))?\}')


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What is to be found at a turn (0-based): a mark, its words, the other turn, the moment due."""

    kind: str
    turn: int
    words: str = ""
    about: int | None = None
    due: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Case:
    """A labelled conversation. `outcome` is None where the customer tells none."""

    name: str
    conversation: Conversation
    labels: list[Label] = field(default_factory=list)
    outcome: str | None = None

    @property
    def is_blind(self) -> bool:
        """Whether it is of the half that nobody chose anything by."""
        return zlib.crc32(self.name.encode()) % 2 == 1


def read_cases(path: Path = CASES) -> list[Case]:
    """The cases of the file, in order."""
    blocks = path.read_text(encoding="utf-8").split("\n== ")[1:]
    return [_read(block.split("\n")) for block in blocks]


def _read(lines: Sequence[str]) -> Case:
    name, started = lines[0].split()
    turns: list[Turn] = []
    labels: list[Label] = []
    outcome = None
    for line in filter(None, lines[1:]):
        place = len(turns)
        for kind, words, rest in _LABEL.findall(line):
            if kind in ("solved", "unsolved"):
                outcome = kind
            else:
                labels.append(_label(kind, words=words, rest=rest, turn=place))
        turns.append(Turn(speaker=_SPEAKERS[line[0]], text=_LABEL.sub("", line[2:])))  # type: ignore[arg-type]
    conversation = Conversation(turns=turns, started_at=datetime.fromisoformat(started).replace(tzinfo=_ZONE))
    return Case(name=name, conversation=conversation, labels=labels, outcome=outcome)


def _label(kind: str, *, words: str, rest: str, turn: int) -> Label:
    if kind == "promise":
        due = None if rest == "-" else datetime.fromisoformat(rest).replace(tzinfo=_ZONE)
        return Label(kind=KINDS[kind], turn=turn, words=words, due=due)
    return Label(kind=KINDS[kind], turn=turn, about=int(rest) - 1 if rest else None)
