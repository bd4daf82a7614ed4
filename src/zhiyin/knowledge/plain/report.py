"""What a check tells: remarks with their place, better words, and four scores."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

import msgspec

Language = Literal["zh", "en"]
Kind = Literal["answer", "review", "message", "article", "staff_article"]


class Severity(StrEnum):
    """How much a remark asks of the writer."""

    HINT = "hint"
    WARNING = "warning"
    FORBIDDEN = "forbidden"
    """It must not leave the house."""


class Code(StrEnum):
    """What a remark is about."""

    LONG_SENTENCE = "long_sentence"
    LONG_TEXT = "long_text"
    JARGON = "jargon"
    ABBREVIATION = "abbreviation"
    OFFICIALESE = "officialese"
    BLAME = "blame"
    LECTURING = "lecturing"
    FAMILIAR = "familiar"
    VAGUE_PROMISE = "vague_promise"
    UNANSWERED = "unanswered"
    REVIEW_CHANGE = "review_change"


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to mend: `words` stand from `start` to `end` (code points of the text).

    Where something is missing from the text, both are 0 and `words` are those that miss it.
    """

    code: Code
    start: int
    end: int
    words: str
    better: str
    severity: Severity


class Scores(msgspec.Struct, frozen=True, kw_only=True):
    """Each from 0 to 100; 100 where nothing is to be mended."""

    plain: int = 100
    short: int = 100
    trustworthy: int = 100
    respectful: int = 100


class PlainReport(msgspec.Struct, frozen=True, kw_only=True):
    """The remarks in the order of their places, and the scores."""

    language: Language
    scores: Scores
    remarks: list[Remark]

    @property
    def is_forbidden(self) -> bool:
        """Whether the text must not leave the house as it is."""
        return any(one.severity is Severity.FORBIDDEN for one in self.remarks)

    def of(self, code: Code) -> list[Remark]:
        """The remarks of one kind."""
        return [one for one in self.remarks if one.code is code]
