"""What a search wants, as a tree; a text fits or it does not, however it is looked up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One word or phrase: any of `words` stands in the folded text (`folding.fold`), signs side by side.

    The first is what was typed; what follows are Chinese words that it spells in pinyin.
    """

    words: tuple[str, ...]

    @property
    def pinyin_words(self) -> tuple[str, ...]:
        """The Chinese words that are searched for too, because the letters may be pinyin."""
        return self.words[1:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """The part does not fit."""

    part: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class All:
    """Every part fits; at least two."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Any:
    """At least one part fits; at least two."""

    parts: tuple[Expression, ...]


Expression = Term | Not | All | Any


def list_terms(expression: Expression | None) -> Iterator[Term]:
    """Every term, wanted or not, in the order typed."""
    if isinstance(expression, Term):
        yield expression
    elif isinstance(expression, Not):
        yield from list_terms(expression.part)
    elif expression is not None:
        for part in expression.parts:
            yield from list_terms(part)


def list_wanted(expression: Expression | None, *, is_wanted: bool = True) -> Iterator[Term]:
    """The terms that a text is found by: those under no "not", or under two."""
    if isinstance(expression, Term):
        if is_wanted:
            yield expression
    elif isinstance(expression, Not):
        yield from list_wanted(expression.part, is_wanted=not is_wanted)
    elif expression is not None:
        for part in expression.parts:
            yield from list_wanted(part, is_wanted=is_wanted)


def fits(expression: Expression, folded: str) -> bool:
    """Whether a folded text fits. What SQL and the index answer must agree with this."""
    if isinstance(expression, Term):
        return any(word in folded for word in expression.words)
    if isinstance(expression, Not):
        return not fits(expression.part, folded)
    if isinstance(expression, All):
        return all(fits(part, folded) for part in expression.parts)
    return any(fits(part, folded) for part in expression.parts)
