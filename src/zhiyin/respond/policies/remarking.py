"""The words that a row has for customers, each with what the check of plain words says to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhiyin.console.templatetags.shell import page_language
from zhiyin.knowledge.marking import NamedRemark, name_remarks
from zhiyin.knowledge.plain import check_text, language_of
from zhiyin.respond.policies.checking import MAX_WORDS
from zhiyin.respond.policies.tables import Row
from zhiyin.respond.policies.words import OUTPUT_NAMES

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

_WORDS = ("reason_zh", "reason_en", "condition_zh", "condition_en", "agreed_zh", "agreed_en")


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsField:
    """A field of the form whose words a customer reads, by its `name` there."""

    name: str
    label: StrPromise
    text: str
    language: str
    is_wrong: bool
    remarks: Sequence[NamedRemark]

    @property
    def is_of_agreed(self) -> bool:
        """Whether it is said only once somebody agreed."""
        return "-agreed_" in self.name


def list_words(row: Row, *, n: int, wrong: frozenset[str]) -> list[WordsField]:
    """The fields of the `n`-th row from 0; a tenth of a millisecond for each that is filled in."""
    return [
        WordsField(
            name=f"row-{n}-{column}",
            label=OUTPUT_NAMES[column],
            text=(text := getattr(row, column)),
            language=column[-2:],
            is_wrong=column in wrong,
            remarks=_remarks(text),
        )
        for column in _WORDS
    ]


def _remarks(text: str) -> list[NamedRemark]:
    # What is too long to be kept is told as a fault; nobody waits for remarks on it.
    if not text or len(text) > MAX_WORDS:
        return []
    report = check_text(text, language=language_of(text))
    return name_remarks(report, language=page_language())
