"""A report's summary by the language model: from its sentences alone, each of its own tied to one of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

from zhiyin.assist.services.drafts import Material, make_draft
from zhiyin.console.numbers import Language
from zhiyin.errors import InvalidInput
from zhiyin.insight.reports.plain_words import as_text
from zhiyin.insight.reports.telling import Told
from zhiyin.people.actors import Actor

_MOST_SENTENCES = 8
_HREF = re.compile(r'href="([^"]+)"')
_NUMBERED = re.compile(r"(.+?)\s?[\[【](\d{1,2})[\]】][。.]?")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?\s?(?:%|％|万|亿|k\b|M\b)?")
# Figures in words, which would escape the comparison of numbers.
_IN_WORDS = re.compile(
    r"百分之|[一二两三四五六七八九十百千万半几多]+(?:成|倍|条|个|人|家|星|分|点|天|次|位)|一半|大半|过半|翻番|翻倍"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|double|doubled|twice|triple|tripled"
    r"|thrice|quarter|dozens?|hundreds?|thousands?|millions?|third|majority|most)\b",
    re.I,
)


class RefusedWords(InvalidInput):
    """The model wrote something that the report does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A sentence of the report, as plain words, and the address of its rows."""

    words: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of the model, and the sentence of the report that it tells again."""

    words: str
    fact: Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The model's sentences, all of which hold; `model` wrote them."""

    sentences: tuple[Sentence, ...]
    model: str


def list_facts(told: Told) -> list[Fact]:
    """The sentences of the report that hold figures; customers' own words are left out."""
    lines = [line for _name, lines in told.sections for line in lines if 'class="quote"' not in line]
    return [Fact(words=as_text(line), href=_address(line)) for line in lines]


def draft_summary(told: Told, *, language: Language, by: Actor) -> Summary:
    """The report in a few sentences.

    Raises:
        RefusedWords: a sentence names no sentence of the report, or a figure that is not in it.
        NotSet, LimitReached, Busy, NoAnswer: as `make_draft`.
    """
    facts = list_facts(told)
    numbered = [f"[{number}] {fact.words}" for number, fact in enumerate(facts, 1)]
    draft = make_draft("report", Material(facts={"report": numbered}), language=language, by=by)
    return Summary(sentences=tuple(check_sentences(draft.text, facts)), model=draft.model)


def check_sentences(text: str, facts: Sequence[Fact]) -> list[Sentence]:
    """The sentences of the text, one a line, each ending in the number of its fact in brackets.

    Raises:
        RefusedWords: as `draft_summary`; nothing is shown of a text that is wrong in one place.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not 0 < len(lines) <= _MOST_SENTENCES:
        raise RefusedWords("The model wrote no summary, or a long one.")
    return [_check(line, facts) for line in lines]


def _check(line: str, facts: Sequence[Fact]) -> Sentence:
    found = _NUMBERED.fullmatch(line)
    if found is None or not 1 <= int(found[2]) <= len(facts):
        raise RefusedWords("A sentence of the model names no sentence of the report.")
    words, fact = found[1], facts[int(found[2]) - 1]
    if _numbers(words) - _numbers(fact.words) or _told(words) - _told(fact.words):
        raise RefusedWords("A sentence of the model names a figure that is not in the report.")
    return Sentence(words=words, fact=fact)


def _numbers(words: str) -> set[str]:
    return {re.sub(r"[,\s]", "", one).replace("％", "%") for one in _NUMBER.findall(words)}


def _told(words: str) -> set[str]:
    return {one.lower() for one in _IN_WORDS.findall(words)}


def _address(line: str) -> str:
    found = _HREF.search(line)
    return unescape(found[1]) if found else ""
