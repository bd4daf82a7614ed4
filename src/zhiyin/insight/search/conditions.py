"""A search as a condition of SQL on a column of texts."""

from __future__ import annotations

from dataclasses import dataclass, field

from zhiyin.insight import dialect
from zhiyin.insight.search.expression import All, Any, Expression, Not, Term
from zhiyin.insight.search.folding import pattern, spellings

# One regular expression costs as much as about so many plain comparisons.
_MOST_SPELLINGS = 6


@dataclass(slots=True)
class SearchCondition:
    """The text of the condition and the values that it names."""

    text: str = ""
    parameters: dict[str, str] = field(default_factory=dict)


def make_condition(expression: Expression, *, column: str, prefix: str) -> SearchCondition:
    """The condition, its parameters named `prefix` and a number. A text that is null never fits."""
    condition = SearchCondition()
    condition.text = _write(expression, column=column, prefix=prefix, values=condition.parameters)
    return condition


def _write(expression: Expression, *, column: str, prefix: str, values: dict[str, str]) -> str:
    given = {"column": column, "prefix": prefix, "values": values}
    if isinstance(expression, Not):
        return f"NOT {_write(expression.part, column=column, prefix=prefix, values=values)}"
    if isinstance(expression, Term):
        tests = [test for word in expression.words for test in _tests(word, **given)]  # type: ignore[arg-type]
        return f"({' OR '.join(tests)})"
    joint = " AND " if isinstance(expression, All) else " OR "
    assert isinstance(expression, All | Any)
    parts = [_write(part, column=column, prefix=prefix, values=values) for part in expression.parts]
    return f"({joint.join(parts)})"


def _tests(word: str, *, column: str, prefix: str, values: dict[str, str]) -> list[str]:
    some = spellings(word, most=_MOST_SPELLINGS)
    if some is None:
        return [dialect.fits_pattern(column, parameter=_add(pattern(word), prefix=prefix, values=values))]
    return [dialect.has_word(column, parameter=_add(one, prefix=prefix, values=values)) for one in some]


def _add(value: str, *, prefix: str, values: dict[str, str]) -> str:
    name = f"{prefix}_{len(values)}"
    values[name] = value
    return f"${name}"
