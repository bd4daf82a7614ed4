"""Reads what somebody typed into a search field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from zhiyin.insight.search.expression import All, Any, Expression, Not, Term
from zhiyin.insight.search.folding import fold
from zhiyin.insight.search.pinyin import find_words

MAX_TERMS = 20
_MAX_DEPTH = 20
_PIECE = re.compile(
    r"(?P<open>\()|(?P<close>\))|(?P<not>[-\u2212!](?=[^\s)]))"
    r'|"(?P<quoted>[^"]*)"|“(?P<curly>[^”]*)”|「(?P<corner>[^」]*)」|『(?P<corners>[^』]*)』'
    r"|(?P<word>[^\s()\"“「『]+)"
)
# Only capitals, so that "bed and breakfast" can be searched for.
_OPERATORS = {
    "AND": "and", "&": "and", "&&": "and", "且": "and", "并且": "and",
    "OR": "or", "|": "or", "||": "or", "或": "or", "或者": "or",
    "NOT": "not", "非": "not",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Piece:
    kind: str
    text: str = ""


@lru_cache(maxsize=512)
def read_search(text: str) -> Expression | None:
    """What the text asks for, its first `MAX_TERMS` words and phrases; None where it asks for nothing.

    Words between spaces must all be there; a phrase stands between quotation marks. AND, OR, NOT in
    capitals, or 且, 或, 非 between spaces, a minus or an exclamation mark before what is unwanted, and
    brackets; NOT binds closest, then AND. Letters that spell a known Chinese word find it too, unless
    quoted. A bracket that was left open or a word that joins nothing is passed over.

    >>> read_search("上菜 -慢")
    All(parts=(Term(words=('上菜',)), Not(part=Term(words=('慢',)))))
    """
    return _Reader(list(_pieces(text))).read()


def _pieces(text: str) -> Iterator[_Piece]:
    n_terms = 0
    for match in _PIECE.finditer(_narrow(text)):
        kind, found = match.lastgroup or "", match[match.lastgroup or 0]
        if kind == "word" and found in _OPERATORS:
            yield _Piece(_OPERATORS[found])
        elif kind in {"open", "close", "not"}:
            yield _Piece(kind)
        elif (folded := fold(found).strip()) and n_terms < MAX_TERMS:
            n_terms += 1
            yield _Piece("word" if kind == "word" else "phrase", folded)


def _narrow(text: str) -> str:
    """Wide signs of the keyboard as narrow ones: （）－＂ and the space."""
    return "".join(
        unicodedata.normalize("NFKC", sign) if "\uff01" <= sign <= "\uff5e" or sign == "\u3000" else sign
        for sign in text
    )


class _Reader:
    """Recursive descent: or of ands of perhaps-nots. Nothing that is typed is an error."""

    def __init__(self, pieces: list[_Piece]) -> None:
        self._pieces = pieces
        self._place = 0
        self._depth = 0

    def read(self) -> Expression | None:
        found: list[Expression] = []
        while self._place < len(self._pieces):
            if self._next() == "close":  # closes what was never opened
                self._place += 1
            elif (part := self._any()) is not None:
                found.append(part)
        return _joined(found, All)

    def _any(self) -> Expression | None:
        parts = [self._all()]
        while self._next() == "or":
            self._place += 1
            parts.append(self._all())
        return _joined([part for part in parts if part is not None], Any)

    def _all(self) -> Expression | None:
        parts: list[Expression] = []
        while self._next() not in {"", "or", "close"}:
            if self._next() == "and":
                self._place += 1
            elif (part := self._one()) is not None:
                parts.append(part)
        return _joined(parts, All)

    def _one(self) -> Expression | None:
        piece = self._pieces[self._place]
        self._place += 1
        if piece.kind == "not":
            return self._not()
        if piece.kind == "open":
            return self._bracket()
        return Term(words=(piece.text, *(find_words(piece.text) if piece.kind == "word" else ())))

    def _not(self) -> Expression | None:
        if self._next() in {"", "or", "close", "and"}:
            return None
        part = self._one()
        if part is None:
            return None
        return part.part if isinstance(part, Not) else Not(part=part)

    def _bracket(self) -> Expression | None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            return None
        part = self._any()
        self._depth -= 1
        if self._next() == "close":
            self._place += 1
        return part

    def _next(self) -> str:
        return self._pieces[self._place].kind if self._place < len(self._pieces) else ""


def _joined(parts: list[Expression], kind: type[All | Any]) -> Expression | None:
    if len(parts) < 2:
        return parts[0] if parts else None
    return kind(parts=tuple(parts))
