"""Remarks on the shape of a text: sentences and texts too long, abbreviations nobody explained."""

from __future__ import annotations

import re
from collections.abc import Iterator

from zhiyin.knowledge.plain.lists import Lists, read_remarks
from zhiyin.knowledge.plain.report import Code, Kind, Language, Remark
from zhiyin.knowledge.plain.texts import Text

MOST_SIGNS = 60
"""Of a Chinese sentence, marks left out: about what is read at one glance and a half."""
MOST_SIGNS_AT_A_STRETCH = 32
"""Of a Chinese clause without any mark."""
MOST_WORDS = 28
"""Of an English sentence."""
_LONGEST: dict[Language, dict[Kind, int]] = {
    "zh": {"answer": 300, "review": 220, "message": 140, "article": 1500, "staff_article": 3000},
    "en": {"answer": 180, "review": 130, "message": 80, "article": 900, "staff_article": 1800},
}
_BETTER: dict[Code, dict[Language, str]] = {
    Code.LONG_SENTENCE: {"zh": "分成两三句", "en": "make it two or three sentences"},
    Code.LONG_TEXT: {"zh": "先说结论，删去其余", "en": "say the answer first and leave out the rest"},
    Code.ABBREVIATION: {"zh": "写出全称或意思", "en": "say what it stands for"},
}
_WORD = re.compile(r"[A-Za-z0-9]+(?:['’-][A-Za-z0-9]+){0,4}|[\u4e00-\u9fff]")
_STRETCH = re.compile(r"[^，,；;：:、。！？!?（）()“”\"\n—]+")
_ABBREVIATION = re.compile(r"(?<![A-Za-z0-9])[A-Z](?:[A-Z]|[&/-][A-Z]|[0-9](?![0-9])){1,5}(?![A-Za-z0-9-])")


def count_words(words: str) -> int:
    """How many English words and Chinese signs there are."""
    return sum(1 for _ in _WORD.finditer(words))


def find_long_sentences(text: Text, *, language: Language) -> Iterator[Remark]:
    """Sentences longer than one reads in one breath."""
    for begin, end in text.sentences:
        words = text.original[begin:end]
        if "](" in words or "http" in words or words.lstrip().startswith(("|", "#")):
            continue  # links, tables and headings of an article
        is_long = count_words(words) > (MOST_SIGNS if language == "zh" else MOST_WORDS)
        if language == "zh" and not is_long:
            is_long = any(
                count_words(match.group()) > MOST_SIGNS_AT_A_STRETCH for match in _STRETCH.finditer(words)
            )
        if is_long:
            yield _remark(Code.LONG_SENTENCE, begin, end, text=text, language=language)


def find_long_text(text: Text, *, kind: Kind, language: Language) -> Iterator[Remark]:
    """One remark where the text is longer than people read."""
    if count_words(text.original) > _LONGEST[language][kind]:
        yield Remark(
            code=Code.LONG_TEXT,
            start=0,
            end=0,
            words="",
            better=_BETTER[Code.LONG_TEXT][language],
            severity=read_remarks()[Code.LONG_TEXT].severity,
        )


def find_abbreviations(text: Text, *, lists: Lists, language: Language) -> Iterator[Remark]:
    """Abbreviations that are neither known to all nor explained; each where it first stands."""
    seen: set[str] = set()
    matches = list(_ABBREVIATION.finditer(text.original))
    for place, match in enumerate(matches):
        short = match.group().upper()
        if (
            short in seen
            or short in lists.known_abbreviations
            or len(set(short)) == 1
            or not short[1:].strip("0123456789")
        ):
            continue
        seen.add(short)
        if not _is_explained(text, match, lists=lists) and not _is_shouted(text, matches, place):
            yield _remark(Code.ABBREVIATION, match.start(), match.end(), text=text, language=language)


def _is_explained(text: Text, match: re.Match[str], *, lists: Lists) -> bool:
    after = text.folded[match.end() : match.end() + 14].lstrip(' ”"，,')
    before = text.original[max(0, match.start() - 1) : match.start()]
    return before in ("（", "(") or any(words in after[:6] for words in lists.explained_by)


def _is_shouted(text: Text, matches: list[re.Match[str]], place: int) -> bool:
    """Whether the neighbours are written in capitals too: emphasis, not abbreviations."""
    here = matches[place]
    return any(
        0 <= place + step < len(matches) and text.original[low:high].strip() == ""
        for step, low, high in (
            (-1, matches[place - 1].end() if place else 0, here.start()),
            (1, here.end(), matches[place + 1].start() if place + 1 < len(matches) else 0),
        )
        if low < high
    )


def _remark(code: Code, start: int, end: int, *, text: Text, language: Language) -> Remark:
    words = text.original[start:end]
    start += len(words) - len(words.lstrip())
    return Remark(
        code=code,
        start=start,
        end=start + len(words.strip()),
        words=words.strip(),
        better=_BETTER[code][language],
        severity=read_remarks()[code].severity,
    )
