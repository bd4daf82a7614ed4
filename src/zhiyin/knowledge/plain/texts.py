"""Texts made ready to look through: folded sign by sign, cut into sentences."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from zhiyin.knowledge.plain.report import Language
from zhiyin.understand.text.table import folding_table

_NEWLINE = 0x0A
_SENTENCE_ENDS = re.compile(r"[。！？!?…\n]|[.](?=\s|$)")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")


def fold(text: str) -> str:
    """The text in small letters, half width and simplified signs; places in it are places in the text.

    >>> fold("敬請諒解，ＳＬＡ")
    '敬请谅解,sla'
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    folded = folding_table()[codes]
    folded[codes == _NEWLINE] = _NEWLINE  # a line may end a sentence
    return folded.tobytes().decode("utf-32-le")


def language_of(text: str) -> Language:
    """Chinese where at least a sixth of the letters are; an empty text counts as Chinese."""
    n_han, n_latin = len(_HAN.findall(text)), len(_LATIN.findall(text))
    return "en" if n_latin > 5 * n_han else "zh"


@dataclass(frozen=True, kw_only=True)
class Text:
    """A text with its folded form of the same length."""

    original: str
    folded: str

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """Begin and end of each sentence that holds a letter or digit; the end mark belongs to it."""
        found, begin = [], 0
        for match in _SENTENCE_ENDS.finditer(self.folded):
            found.append((begin, match.end()))
            begin = match.end()
        found.append((begin, len(self.folded)))
        return [one for one in found if any(sign.isalnum() for sign in self.folded[one[0] : one[1]])]

    @cached_property
    def _begins(self) -> list[int]:
        return [begin for begin, _end in self.sentences]

    def sentence_at(self, place: int) -> int:
        """Number of the sentence that holds the place; that before it where none does; at least 0."""
        return max(0, bisect_right(self._begins, place) - 1)

    def words_of(self, sentence: int) -> str:
        """The folded words of a sentence; empty beyond the last."""
        if not 0 <= sentence < len(self.sentences):
            return ""
        begin, end = self.sentences[sentence]
        return self.folded[begin:end]


def read_text(text: str) -> Text:
    """The text, ready to be looked through."""
    return Text(original=text, folded=fold(text))
