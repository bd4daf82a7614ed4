"""How two records are compared field by field: the levels, from the same to quite different."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from zhiyin.customers.matching.kinds import SHOWN, Field, Kind

_SAME, _CLOSE_TOGETHER = 0.75, 0.15
"""How often one person's records agree in a field, and nearly agree, until the table itself tells."""
_SHOWN_RIGHT = 0.85
"""How often what a platform shows is the person's own: some order for others, some make up a name."""
_TWO_OF_ONE = 0.1
"""How often one person has two accounts of one system, and both are known as different customers."""
_TOLD_TWICE = 0.05
"""How often two records of a person who share purchases with anybody share one with each other."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Level:
    """A degree of agreement: `code` names it in evidence, `sql` tells it of the columns `_l` and `_r`.

    `m` is how often one person's records meet it, until the table tells; None: as levels usually do.
    """

    code: str
    sql: str
    is_exact: bool = False
    m: float | None = None


def levels_of(field: Field, *, has_new_year: bool = False) -> list[Level]:
    """The levels of a field, the closest first; what meets none is different.

    `has_new_year`: 1 January stands for a birthday not known, so that a near date tells less there.
    """
    name = field.code
    if field.kind is Kind.BOUGHT:
        return [Level(code="together", sql=f'list_has_any("{name}_l", "{name}_r")', m=_TOLD_TWICE)]
    if field.kind in SHOWN:
        return [Level(code="same", sql=f'list_has_any("{name}_l", "{name}_r")', m=_SHOWN_RIGHT)]
    if field.kind is Kind.ACCOUNTS:
        return [Level(code="two_of_one", sql=f'list_has_any("{name}_l", "{name}_r")', m=_TWO_OF_ONE)]
    same = Level(code="same", sql=f'"{name}_l" = "{name}_r"', is_exact=True)
    if field.kind is Kind.BIRTH:
        return [same, *_dates(name, has_new_year=has_new_year)]
    return [same, *_CLOSE.get(field.kind, _text)(name)]


def _named(name: str) -> list[Level]:
    return [*_sound(name), *_alike(name, 0.92, 0.82)]


def _called(name: str) -> list[Level]:
    return [*_sound(name), *_given(name), *_alike(name, 0.92, 0.82)]


def _text(name: str) -> list[Level]:
    typo, similar = _alike(name, 0.92, 0.8)
    return [typo, Level(code="part", sql=_part(name)), similar]


def _post(name: str) -> list[Level]:
    return [*_typed(name, 1), Level(code="region", sql=_same_head(name))]


def _mail(name: str) -> list[Level]:
    return [Level(code="mailbox", sql=_mailbox(name)), *_alike(name, 0.95)]


def _alike(name: str, *bounds: float) -> list[Level]:
    codes = ("typo", "similar")
    return [
        Level(code=code, sql=f'jaro_winkler_similarity("{name}_l", "{name}_r") >= {bound}')
        for code, bound in zip(codes, bounds, strict=False)
    ]


def _typed(name: str, *bounds: int) -> list[Level]:
    codes = ("one_sign", "two_signs")
    return [
        Level(code=code, sql=f'{_same_end(name)} and damerau_levenshtein("{name}_l", "{name}_r") <= {bound}')
        for code, bound in zip(codes, bounds, strict=False)
    ]


def _same_end(name: str) -> str:
    """One wrong sign leaves the first or the last in place: cheap to ask before the dear comparison."""
    return f'(left("{name}_l", 1) = left("{name}_r", 1) or right("{name}_l", 1) = right("{name}_r", 1))'


def _sound(name: str) -> list[Level]:
    return [Level(code="sound", sql=f'"{name}_sound_l" = "{name}_sound_r"')]


def _given(name: str) -> list[Level]:
    left, right = f'"{name}_l"', f'"{name}_r"'
    short = f"least(length({left}), length({right}))"
    starts = f"(starts_with({left}, {right}) or starts_with({right}, {left}))"
    return [
        Level(code="nickname", sql=f'list_contains("{name}_others_l", {right})'),
        Level(code="short", sql=f"{starts} and {short} >= 3"),
        Level(code="initial", sql=f"{starts} and {short} = 1 and unicode({left}) < 12000"),
    ]


def _dates(name: str, *, has_new_year: bool) -> list[Level]:
    left, right = f'"{name}_l"', f'"{name}_r"'
    turned = (
        f"substr({left}, 1, 4) = substr({right}, 1, 4) and substr({left}, 5, 2) = substr({right}, 7, 2) "
        f"and substr({left}, 7, 2) = substr({right}, 5, 2)"
    )
    near = f"hamming({left}, {right}) <= 1"
    levels = [Level(code="turned", sql=turned)]
    if has_new_year:
        levels.append(
            Level(
                code="near_year",
                sql=f"{near} and substr({left}, 5, 4) = '0101' and substr({right}, 5, 4) = '0101'",
            )
        )
    levels += [
        Level(code="one_sign", sql=near),
        Level(code="two_signs", sql=f"hamming({left}, {right}) <= 2 and substr({left}, 5, 4) <> '0101'"),
        Level(code="year", sql=f"substr({left}, 1, 4) = substr({right}, 1, 4)"),
    ]
    return levels


def _same_head(name: str) -> str:
    left, right = f'"{name}_l"', f'"{name}_r"'
    return f"left({left}, length({left}) - 3) = left({right}, length({right}) - 3) and length({left}) > 4"


def _mailbox(name: str) -> str:
    return f"split_part(\"{name}_l\", '@', 1) = split_part(\"{name}_r\", '@', 1)"


def _part(name: str) -> str:
    left, right = f'"{name}_l"', f'"{name}_r"'
    return (
        f"(contains({left}, {right}) or contains({right}, {left})) "
        f"and least(length({left}), length({right})) >= case when unicode({left}) > 12000 then 2 else 4 end"
    )


_CLOSE: dict[Kind, Callable[[str], list[Level]]] = {
    Kind.GIVEN: _called,
    Kind.FAMILY: _named,
    Kind.PHONE: lambda name: _typed(name, 1, 2),
    Kind.NUMBER: lambda name: _typed(name, 1, 2),
    Kind.HOUSE: lambda name: _typed(name, 1),
    Kind.POST: _post,
    Kind.EMAIL: _mail,
    Kind.CATEGORY: lambda _: [],
    Kind.USUAL: lambda _: [],
}
"""The levels of each kind below the same; text where a kind has none of its own."""


def as_comparison(field: Field, *, levels: Sequence[Level]) -> dict[str, object]:
    """The field's comparison in Splink's words; the same rare value tells more than the same common one."""
    name = field.code
    told: list[dict[str, object]] = [
        {
            "sql_condition": _not_told(field),
            "label_for_charts": "not told",
            "is_null_level": True,
        }
    ]
    for level in levels:
        entry: dict[str, object] = {
            "sql_condition": level.sql,
            "label_for_charts": level.code,
            "m_probability": _begins(level, n_levels=len(levels)),
        }
        if level.is_exact:
            entry["tf_adjustment_column"] = name
        told.append(entry)
    different = 1.0 - sum(_begins(level, n_levels=len(levels)) for level in levels)
    told.append({"sql_condition": "ELSE", "label_for_charts": "different", "m_probability": different})
    return {"output_column_name": name, "comparison_levels": told}


def _not_told(field: Field) -> str:
    """Where nothing is compared: one tells nothing; or both tell the whole, of which this is a part."""
    name = field.code
    nothing = f'"{name}_l" IS NULL OR "{name}_r" IS NULL'
    return nothing + (f' OR ("{name}_whole_l" AND "{name}_whole_r")' if field.kind in SHOWN else "")


def _begins(level: Level, *, n_levels: int) -> float:
    if level.m is not None:
        return level.m
    return _SAME if level.is_exact else _CLOSE_TOGETHER / (n_levels - 1)
