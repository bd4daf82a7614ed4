"""The word lists of each language, read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml

from zhiyin.knowledge.plain.phrases import Phrase, Phrases
from zhiyin.knowledge.plain.report import Code, Language, Severity
from zhiyin.knowledge.plain.texts import fold

# In English a word or two take as many signs as a clause in Chinese.
_GAPS: dict[Language, int] = {"zh": 12, "en": 32}
_PHRASES = (
    Code.JARGON,
    Code.OFFICIALESE,
    Code.BLAME,
    Code.LECTURING,
    Code.VAGUE_PROMISE,
    Code.REVIEW_CHANGE,
    Code.FAMILIAR,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A kind of question: what tells it, and what an answer to it holds."""

    kind: str
    cues: tuple[str, ...]
    answered_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """What is looked for in one language."""

    phrases: Phrases
    known_abbreviations: frozenset[str]
    explained_by: tuple[str, ...]
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """A kind of remark: its severity, the points it takes, its name and why it matters, by language."""

    severity: Severity
    takes: MappingProxyType[str, int]
    names: MappingProxyType[str, tuple[str, str]]


@cache
def read_lists(language: Language) -> Lists:
    """The lists of that language. Takes a few milliseconds the first time."""
    known = _read(f"words/{language}.yaml")
    phrases = [
        Phrase(code=code, find=one["find"], better=one["better"], unless=tuple(one.get("unless", ())))
        for code in _PHRASES
        for one in known.get(code.value, ())
    ]
    abbreviations = known["abbreviations"]
    return Lists(
        phrases=Phrases(phrases, gap=_GAPS[language]),
        known_abbreviations=frozenset(one.upper() for one in abbreviations["known"]),
        explained_by=tuple(fold(one) for one in abbreviations["explained_by"]),
        asked=tuple(
            Asked(
                kind=one["kind"],
                cues=tuple(fold(cue) for cue in one["cues"]),
                answered_by=tuple(fold(words) for words in one["answered_by"]),
            )
            for one in known["questions"]
        ),
    )


@cache
def read_remarks() -> MappingProxyType[Code, About]:
    """What is known of every kind of remark."""
    return MappingProxyType(
        {
            Code(code): About(
                severity=Severity(one["severity"]),
                takes=MappingProxyType(one["takes"]),
                names=MappingProxyType(
                    {language: (one[language][0], one[language][1]) for language in _GAPS}
                ),
            )
            for code, one in _read("remarks.yaml").items()
        }
    )


def _read(name: str) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: dict[str, Any] = yaml.load((files(__package__) / name).read_text("utf-8"), Loader=loader)  # noqa: S506
    return found


def name_of(code: Code, *, language: Language) -> str:
    """The name of a kind of remark, for people."""
    return read_remarks()[code].names[language][0]


def reason_of(code: Code, *, language: Language) -> str:
    """Why such a remark matters, in a sentence."""
    return read_remarks()[code].names[language][1]
