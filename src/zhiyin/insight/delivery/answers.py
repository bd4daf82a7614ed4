"""What came of an attempt, and what each product's error codes mean."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_CODES = Path(__file__).parent / "codes.tsv"
_REASONS = Path(__file__).parent / "reasons.toml"
MAX_ANSWER = 300
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why something did not arrive, in both languages; `is_final` means trying again cannot help.

    `pause_seconds` is for how long the whole destination is left alone; where it `grows`, twice as long
    after each further failure. `ends` switches the destination off.
    """

    code: str
    zh: str
    en: str
    is_final: bool = False
    pause_seconds: float = 0.0
    grows: bool = False
    ends: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`reason` is empty where the message was taken; `text` is the server's own answer, without secrets."""

    reason: str = ""
    text: str = ""
    pause_seconds: float = 0.0
    n_requests: int = 1

    @property
    def is_taken(self) -> bool:
        """Whether the other side took it."""
        return not self.reason


@cache
def reasons() -> dict[str, Reason]:
    """Every reason by its code."""
    told = tomllib.loads(_REASONS.read_text(encoding="utf-8"))
    return {code: Reason(code=code, **parts) for code, parts in told.items()}


def find_reason(code: str) -> Reason:
    """The reason; the unknown one for a code that there is no longer."""
    return reasons().get(code) or reasons()[UNKNOWN]


def refusal(reason: str, text: str = "", *, pause_seconds: float = 0.0) -> Answer:
    """An answer that was no; the pause is that of the reason where the server named none."""
    pause = pause_seconds or find_reason(reason).pause_seconds
    return Answer(reason=reason, text=" ".join(text.split())[:MAX_ANSWER], pause_seconds=pause)


def reason_of_code(kind: str, code: int, *, text: str) -> str:
    """What an error code of a robot means. One code of DingTalk has several meanings: `text` decides."""
    for row in _codes():
        if row["kind"] == kind and int(row["code"]) == code and row["holds"].casefold() in text.casefold():
            return row["reason"]
    return UNKNOWN


@cache
def _codes() -> tuple[dict[str, str], ...]:
    with _CODES.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t"))
