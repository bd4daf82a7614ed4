"""What a table must be before it may decide: every fault is named with its row and its column."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import zen

from zhiyin.knowledge.plain import check_text, language_of
from zhiyin.respond.answer_templates.variables import Variable, find_holes
from zhiyin.respond.policies.kinds import Answer, GrantKind
from zhiyin.respond.policies.steps import read_steps
from zhiyin.respond.policies.tables import Column, ColumnType, Row, Table

MAX_COLUMNS, MAX_ROWS = 12, 100
MAX_WORDS = 300
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LITERAL = re.compile(r"\"[^\"]*\"|'[^']*'|`[^`]*`")
_NAME = re.compile(r"[A-Za-z_]\w*(?!\w)(?!\s*\()")
_WORDS_OF_LANGUAGE = frozenset({"and", "or", "not", "in", "true", "false", "null"})
_SAMPLES: Mapping[ColumnType, object] = {
    ColumnType.MONEY: 1.0,
    ColumnType.NUMBER: 1,
    ColumnType.YES_NO: True,
    ColumnType.CHOICE: "x",
}


class Wrong(StrEnum):
    """What can be wrong."""

    NO_COLUMN = "no_column"
    NO_ROW = "no_row"
    TOO_MANY = "too_many"
    BAD_FIELD = "bad_field"
    SAME_FIELD = "same_field"
    NO_OPTIONS = "no_options"
    NO_CONDITION = "no_condition"
    UNKNOWN_NAME = "unknown_name"
    UNKNOWN_ANSWER = "unknown_answer"
    NO_REASON = "no_reason"
    NO_ALTERNATIVE = "no_alternative"
    NO_IF = "no_if"
    NO_NUMBER = "no_number"
    NO_KIND = "no_kind"
    NOTHING_GIVEN = "nothing_given"
    GIVES_INSTEAD = "gives_instead"
    MIXED_KINDS = "mixed_kinds"
    BAD_APPROVERS = "bad_approvers"
    TOO_LONG = "too_long"
    UNKNOWN_VARIABLE = "unknown_variable"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong where: `row` from 1 on, 0 for the heading; `column` a field or an output."""

    wrong: Wrong
    row: int = 0
    column: str = ""
    detail: str = ""


def find_faults(table: Table) -> list[Fault]:
    """Everything that keeps the table from deciding, from the top down; none where it may."""
    return [
        *_of_heading(table),
        *(fault for n, row in enumerate(table.rows, 1) for fault in _of_row(table, row, n=n)),
    ]


def _of_heading(table: Table) -> Iterator[Fault]:
    if not table.columns:
        yield Fault(wrong=Wrong.NO_COLUMN)
    if not table.rows:
        yield Fault(wrong=Wrong.NO_ROW)
    if len(table.columns) > MAX_COLUMNS or len(table.rows) > MAX_ROWS:
        yield Fault(wrong=Wrong.TOO_MANY)
    seen: set[str] = set()
    for column in table.columns:
        if not _FIELD.fullmatch(column.field) or column.field in _WORDS_OF_LANGUAGE:
            yield Fault(wrong=Wrong.BAD_FIELD, column=column.field)
        if column.field in seen:
            yield Fault(wrong=Wrong.SAME_FIELD, column=column.field)
        if column.type is ColumnType.CHOICE and not column.options:
            yield Fault(wrong=Wrong.NO_OPTIONS, column=column.field)
        seen.add(column.field)
    kinds = {row.kind for row in table.rows if row.kind}
    if table.hit == "collect" and len(kinds) > 1:
        yield Fault(wrong=Wrong.MIXED_KINDS, column="kind")


def _of_row(table: Table, row: Row, *, n: int) -> Iterator[Fault]:
    fields = {column.field for column in table.columns}
    for column, cell in zip(table.columns, row.cells, strict=False):
        if cell and (fault := _of_cell(cell, column=column, fields=fields)):
            yield Fault(wrong=fault, row=n, column=column.field, detail=cell[:60])
    yield from _of_answer(row, n=n)
    for name in ("amount", "points"):
        text = getattr(row, name)
        if text and (fault := _of_figure(text, table=table, fields=fields)):
            yield Fault(wrong=fault, row=n, column=name, detail=text[:60])
    if read_steps(row.approvers) is None:
        yield Fault(wrong=Wrong.BAD_APPROVERS, row=n, column="approvers", detail=row.approvers[:60])


def _of_cell(cell: str, *, column: Column, fields: set[str]) -> Wrong | None:
    if _unknown_names(cell, fields=fields):
        return Wrong.UNKNOWN_NAME
    sample = column.options[0] if column.options else _SAMPLES[column.type]
    try:
        zen.compile_unary_expression(cell)
        zen.evaluate_unary_expression(cell, {"$": sample, **dict.fromkeys(fields, sample)})
    except (RuntimeError, ValueError):
        return Wrong.NO_CONDITION
    return None


def _of_figure(text: str, *, table: Table, fields: set[str]) -> Wrong | None:
    if _unknown_names(text, fields=fields):
        return Wrong.UNKNOWN_NAME
    try:
        value = zen.compile_expression(text).evaluate(
            {column.field: _SAMPLES[column.type] for column in table.columns}
        )
    except (RuntimeError, ValueError):
        return Wrong.NO_NUMBER
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return None if is_number else Wrong.NO_NUMBER


def _unknown_names(text: str, *, fields: set[str]) -> set[str]:
    """Names that no column has: the engine takes them for nothing, so that a row would never fit."""
    return set(_NAME.findall(_LITERAL.sub("", text))) - fields - _WORDS_OF_LANGUAGE


def _of_answer(row: Row, *, n: int) -> Iterator[Fault]:
    answers = {one.value for one in Answer} - {Answer.UNKNOWN}
    if row.answer not in answers or row.kind not in {one.value for one in GrantKind}:
        yield Fault(wrong=Wrong.UNKNOWN_ANSWER, row=n, column="answer", detail=row.answer[:60])
        return
    for language in ("zh", "en"):
        reason, condition = getattr(row, f"reason_{language}"), getattr(row, f"condition_{language}")
        if not reason:
            yield Fault(wrong=Wrong.NO_REASON, row=n, column=f"reason_{language}")
        if not condition and row.answer in (Answer.INSTEAD, Answer.YES_IF):
            wrong = Wrong.NO_ALTERNATIVE if row.answer == Answer.INSTEAD else Wrong.NO_IF
            yield Fault(wrong=wrong, row=n, column=f"condition_{language}")
        for name in ("reason", "condition", "agreed"):
            yield from _of_words(row, f"{name}_{language}", n=n)
    yield from _of_gift(row, n=n)


def _of_words(row: Row, column: str, *, n: int) -> Iterator[Fault]:
    """What is wrong in words that a customer reads."""
    text: str = getattr(row, column)
    if len(text) > MAX_WORDS:
        yield Fault(wrong=Wrong.TOO_LONG, row=n, column=column)
    elif holes := [one for one in find_holes(text) if one != Variable.DUE]:
        yield Fault(wrong=Wrong.UNKNOWN_VARIABLE, row=n, column=column, detail=f"{{{holes[0]}}}")
    elif check_text(text, language=language_of(text)).is_forbidden:
        yield Fault(wrong=Wrong.FORBIDDEN, row=n, column=column)


def _of_gift(row: Row, *, n: int) -> Iterator[Fault]:
    if row.answer == Answer.INSTEAD and row.kind:
        yield Fault(wrong=Wrong.GIVES_INSTEAD, row=n, column="kind")
    elif not row.kind and (row.amount or row.points):
        yield Fault(wrong=Wrong.NO_KIND, row=n, column="kind")
    elif (row.kind == GrantKind.MONEY and not row.amount) or (
        row.kind == GrantKind.POINTS and not row.points
    ):
        yield Fault(wrong=Wrong.NOTHING_GIVEN, row=n, column=row.kind if row.kind == "points" else "amount")
