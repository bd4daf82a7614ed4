"""Sentences and clauses of a turn."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SENTENCE_END = re.compile(r"[。!?;\n~]|\.(?=\s|$)")
_CLAUSE_END = re.compile(r"[,、]|(?<!\d):|:(?!\d)|\s-\s")


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a turn at `[start, end)`, its end sign included."""

    start: int
    end: int


def sentences_of(folded: str) -> list[Piece]:
    """The sentences of a folded turn, in order; blank ones left out."""
    return _pieces(folded, _SENTENCE_END, start=0, end=len(folded))


def clauses_of(folded: str, sentence: Piece) -> list[Piece]:
    """The clauses of one of its sentences."""
    return _pieces(folded, _CLAUSE_END, start=sentence.start, end=sentence.end)


def _pieces(folded: str, ends: re.Pattern[str], *, start: int, end: int) -> list[Piece]:
    found, begin = [], start
    for one in ends.finditer(folded, start, end):
        found.append(Piece(begin, one.end()))
        begin = one.end()
    found.append(Piece(begin, end))
    return [one for one in found if folded[one.start : one.end].strip(" ,.!?;:~、。\n")]
