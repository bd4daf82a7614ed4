"""How sure the check is: found and missed remarks over our own labelled examples."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

from zhiyin.knowledge.plain.checking import check_text
from zhiyin.knowledge.plain.report import Code, Language

Half = Literal["choosing", "reporting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A text with the remarks that a person would make; `half` is decided by the hash of the text."""

    language: Language
    text: str
    question: str
    codes: frozenset[Code]

    @property
    def half(self) -> Half:
        """Lists were chosen on one half and are reported on the other."""
        return "reporting" if hashlib.sha256(self.text.encode()).digest()[0] % 2 else "choosing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sureness:
    """Texts with the remark where it belongs (`n_right`), where not (`n_wrong`), without it (`n_missed`)."""

    code: Code
    n_right: int
    n_wrong: int
    n_missed: int

    @property
    def precision(self) -> float | None:
        """Of the texts it remarks on, how many deserve it."""
        n = self.n_right + self.n_wrong
        return self.n_right / n if n else None

    @property
    def recall(self) -> float | None:
        """Of the texts that deserve it, how many it remarks on."""
        n = self.n_right + self.n_missed
        return self.n_right / n if n else None


def read_examples(language: Language) -> list[Example]:
    """Our examples in that language."""
    lines = (files(__package__) / "examples" / f"{language}.tsv").read_text("utf-8").splitlines()[1:]
    return [
        Example(
            language=language,
            text=text,
            question=question,
            codes=frozenset(Code(code) for code in codes.split(",") if code),
        )
        for codes, text, question in (line.split("\t") for line in lines)
    ]


def found_in(example: Example) -> frozenset[Code]:
    """The kinds of remarks that the check makes on the example."""
    report = check_text(example.text, language=example.language, question=example.question or None)
    return frozenset(one.code for one in report.remarks)


def measure(examples: Sequence[Example]) -> list[Sureness]:
    """The sureness of every kind of remark that is labelled or made in these examples."""
    pairs = [(example.codes, found_in(example)) for example in examples]
    return [one for one in (_count(code, pairs) for code in Code) if one.n_right + one.n_wrong + one.n_missed]


def list_mistakes(examples: Sequence[Example]) -> Iterator[tuple[Example, frozenset[Code], frozenset[Code]]]:
    """The examples that the check gets wrong, with what it says too much and what it misses."""
    for example in examples:
        found = found_in(example)
        if found != example.codes:
            yield example, found - example.codes, example.codes - found


def _count(code: Code, pairs: Sequence[tuple[frozenset[Code], frozenset[Code]]]) -> Sureness:
    return Sureness(
        code=code,
        n_right=sum(code in said and code in found for said, found in pairs),
        n_wrong=sum(code in found and code not in said for said, found in pairs),
        n_missed=sum(code in said and code not in found for said, found in pairs),
    )
