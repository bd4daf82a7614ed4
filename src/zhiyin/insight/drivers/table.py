"""Drivers, importance–performance and Kano of a table of survey answers: the door for command and pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from zhiyin.errors import InvalidInput
from zhiyin.insight.drivers.code_book import CodeBook, kano_answers
from zhiyin.insight.drivers.survey_columns import Columns, Scale, find_ratings, read_columns, scale_of
from zhiyin.listen.importers.tables import ReadOptions
from zhiyin.measure.drivers import Driver, Drivers, drivers
from zhiyin.measure.estimate import Estimate, Floats
from zhiyin.measure.importance_performance import Cross, Map, Quadrant, importance_performance
from zhiyin.measure.kano import Kano, kano
from zhiyin.measure.means import mean
from zhiyin.measure.proportions import proportion

DEFAULT_TOP_BOX = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of the table.

    `columns`: the attributes; empty: those of the code book, else all that are rated on the outcome's
    scale. `top_box`: how many of the highest steps count as "satisfied".
    """

    outcome: str = ""
    columns: Sequence[str] = ()
    code_book: CodeBook = field(default_factory=CodeBook)
    cross: Cross = Cross.MEAN
    is_top_box: bool = False
    top_box: int = DEFAULT_TOP_BOX


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One attribute: its figures as a driver, how it performs, and where that puts it.

    `performance` is the mean answer, `satisfied` the share (0 to 1) in the top box; both of all who
    answered it. `stated`: the mean importance that people gave it, None where nobody was asked.
    """

    name: str
    column: str
    driver: Driver
    performance: Estimate
    satisfied: Estimate
    stated: Estimate | None
    quadrant: Quadrant | None
    stated_quadrant: Quadrant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KanoAttribute:
    """One attribute that was asked in a pair."""

    name: str
    result: Kano


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """The whole answer. `attributes` come heaviest first; `is_recognised`: nobody named the columns."""

    outcome: str
    scale: Scale
    n_rows: int
    n_bad: int
    is_recognised: bool
    result: Drivers
    attributes: tuple[Attribute, ...]
    importance_line: float | None
    performance_line: float | None
    stated_line: float | None
    kano: tuple[KanoAttribute, ...]


def explain_table(path: Path, *, question: Question, options: ReadOptions | None = None) -> Why:
    """Why the outcome is as it is, by the answers of the file's first table.

    Importance in the map is the relative weight (derived) and, beside it, what people stated, where the
    code book has columns of importance.

    Raises:
        InvalidInput: file, column, scale or code book cannot be used, or too few answers.
    """
    book = question.code_book
    outcome = question.outcome or book.outcome
    if not outcome:
        raise InvalidInput("No outcome is named.", next_step="Name its column with --outcome.")
    named = list(question.columns) or list(book.attributes)
    columns = named or find_ratings(path, outcome=outcome, options=options)
    _check(columns, outcome=outcome)
    table = read_columns(
        path,
        wanted=list(dict.fromkeys([outcome, *columns, *book.importance.values(), *_pair_columns(book)])),
        codes=dict.fromkeys(_pair_columns(book), kano_answers()),
        missing=book.missing,
        options=options,
    )
    names = {column: book.attributes.get(column, column) for column in columns}
    result = drivers(
        np.column_stack([table.answers[column] for column in columns]),
        table.answers[outcome],
        names=[names[column] for column in columns],
    )
    return _answer(table, result, question=question, outcome=outcome, names=names, is_recognised=not named)


def _answer(
    table: Columns,
    result: Drivers,
    *,
    question: Question,
    outcome: str,
    names: Mapping[str, str],
    is_recognised: bool,
) -> Why:
    book = question.code_book
    ranked = result.ranked()
    column_of = {name: column for column, name in names.items()}
    answers = [table.answers[column_of[one.name]] for one in ranked]
    scale = scale_of(table.answers[outcome], name=outcome)
    best = max(float(np.nanmax(column)) for column in answers)
    performances = [mean(column) for column in answers]
    satisfied = [_satisfied(column, best=best, top_box=question.top_box) for column in answers]
    stated = [_stated(one.name, table=table, book=book) for one in ranked]
    shown = satisfied if question.is_top_box else performances
    derived_map = _map([one.weight for one in ranked], shown, ranked=ranked, cross=question.cross)
    stated_map = _map(stated, shown, ranked=ranked, cross=question.cross) if any(stated) else None
    return Why(
        outcome=outcome,
        scale=scale,
        n_rows=table.n_rows,
        n_bad=table.n_bad,
        is_recognised=is_recognised,
        result=result,
        attributes=tuple(
            Attribute(
                name=driver.name,
                column=column_of[driver.name],
                driver=driver,
                performance=performances[place],
                satisfied=satisfied[place],
                stated=stated[place],
                quadrant=derived_map.places[place].quadrant,
                stated_quadrant=stated_map.places[place].quadrant if stated_map else None,
            )
            for place, driver in enumerate(ranked)
        ),
        importance_line=derived_map.importance_line,
        performance_line=derived_map.performance_line,
        stated_line=stated_map.importance_line if stated_map else None,
        kano=tuple(
            KanoAttribute(name=name, result=_kano(table, pair)) for name, pair in book.pairs().items()
        ),
    )


def _check(columns: Sequence[str], *, outcome: str) -> None:
    if not columns:
        raise InvalidInput(
            f"No other column is rated on the scale of '{outcome}'.",
            next_step="Name the columns with --of, or a code book.",
        )
    if outcome in columns:
        raise InvalidInput(
            f"'{outcome}' cannot explain itself.", next_step="Leave it out of the columns.", field="of"
        )


def _pair_columns(book: CodeBook) -> list[str]:
    return [column for pair in book.pairs().values() for column in pair]


def _satisfied(answers: Floats, *, best: float, top_box: int) -> Estimate:
    given = answers[np.isfinite(answers)]
    return proportion(np.count_nonzero(given > best - top_box), given.size).one()


def _stated(name: str, *, table: Columns, book: CodeBook) -> Estimate | None:
    column = book.importance.get(name)
    return mean(table.answers[column]) if column else None


def _map(
    importance: Sequence[Estimate | None],
    performance: Sequence[Estimate],
    *,
    ranked: Sequence[Driver],
    cross: Cross,
) -> Map:
    values = [None if one is None else one.value for one in importance]
    return importance_performance(
        np.array(values, dtype=np.float64),
        np.array([one.value for one in performance], dtype=np.float64),
        names=[one.name for one in ranked],
        cross=cross,
    )


def _kano(table: Columns, pair: tuple[str, str]) -> Kano:
    there, absent = (table.answers[column] for column in pair)
    return kano(there, absent)
