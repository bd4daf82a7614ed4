"""A checked text cut into pieces, so that pages can mark the words that a remark is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zhiyin.knowledge.plain import Language, PlainReport, Remark, Severity
from zhiyin.knowledge.plain.lists import name_of, reason_of

# A whole sentence as one mark would hide the words marked within it.
_MOST_MARKED = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some of the text; `number` is that of the remark about it, 0 for none."""

    words: str
    number: int = 0
    severity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRemark:
    """A remark with its name, and with why it matters where it is the first of its kind."""

    number: int
    remark: Remark
    name: str
    reason: str

    @property
    def is_forbidden(self) -> bool:
        """Whether it must go before sending."""
        return self.remark.severity is Severity.FORBIDDEN


def name_remarks(report: PlainReport, *, language: Language) -> list[NamedRemark]:
    """The remarks as pages show them, numbered from 1."""
    first = {one.code: number for number, one in reversed(list(enumerate(report.remarks, 1)))}
    return [
        NamedRemark(
            number=number,
            remark=one,
            name=name_of(one.code, language=language),
            reason=reason_of(one.code, language=language) if first[one.code] == number else "",
        )
        for number, one in enumerate(report.remarks, 1)
    ]


def cut(text: str, remarks: Sequence[NamedRemark]) -> list[Piece]:
    """The text in pieces; where marks overlap, the first stands."""
    pieces, at = [], 0
    for one in sorted(remarks, key=lambda named: (named.remark.start, named.remark.end)):
        start, end = one.remark.start, one.remark.end
        if start < at or end <= start or end - start > _MOST_MARKED:
            continue
        if start > at:
            pieces.append(Piece(words=text[at:start]))
        pieces.append(Piece(words=text[start:end], number=one.number, severity=one.remark.severity.value))
        at = end
    return [*pieces, Piece(words=text[at:])] if at < len(text) else pieces
