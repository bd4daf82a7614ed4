"""Reads measures: one statement over each kind of facts that they need, for total, groups and points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date, timedelta

import duckdb
import numpy as np

from zhiyin.errors import InvalidInput
from zhiyin.insight.board import Figure
from zhiyin.insight.local_days import EPOCH
from zhiyin.insight.measures.contract import (
    Asker,
    Dimension,
    Group,
    Measure,
    MeasureOptions,
    MeasureResult,
    Missing,
    Point,
    Step,
    get_measure,
)
from zhiyin.insight.measures.counted import Ints
from zhiyin.insight.measures.facts_sql import OPTIONAL, TABLES, Cut, knows
from zhiyin.insight.measures.gathering import Gathered, gather
from zhiyin.insight.measures.groups import Groups, make_groups, rows_url
from zhiyin.insight.measures.recipes import RECIPES
from zhiyin.insight.measures.time_steps import TimeSteps, make_steps
from zhiyin.insight.queries.columns import Columns
from zhiyin.insight.statements import has_rows, has_table
from zhiyin.listen.api import open_lake
from zhiyin.measure.comparison import Change, changes
from zhiyin.measure.counts import count_change
from zhiyin.measure.estimate import SMALL_N, Estimates

_NOTHING = Figure(value=None, low=None, high=None, n=0)


def read_all(
    codes: Sequence[str],
    *,
    asked: Asker,
    by: Dimension | None,
    over_time: bool,
    step: Step | None,
    options: MeasureOptions,
    connection: duckdb.DuckDBPyConnection | None,
) -> list[MeasureResult]:
    """As `contract.read_measures`."""
    measures = [get_measure(code, asked.language) for code in codes]
    for measure in measures:
        if by is not None and by not in measure.dimensions:
            raise InvalidInput(
                f"The measure {measure.code} cannot be grouped by {by.value}.",
                next_step=f"Use one of: {', '.join(measure.dimensions)}.",
                field="by",
            )
    with _opened(connection, measures=measures) as facts:
        reader = _Reader(connection=facts, measures=measures, asked=asked, options=options)
        totals = reader.totals()
        groups = reader.groups(by) if by is not None else {}
        points = reader.points(step) if over_time else {}
    return [
        MeasureResult(
            measure=measure,
            total=totals.get(measure.code, _NOTHING),
            groups=groups.get(measure.code, ()),
            points=points.get(measure.code, ()),
            href=_href(measure, asked=asked),
            missing=reader.missing[measure.code],
        )
        for measure in measures
    ]


@contextmanager
def _opened(
    connection: duckdb.DuckDBPyConnection | None, *, measures: Sequence[Measure]
) -> Iterator[duckdb.DuckDBPyConnection]:
    if connection is not None:
        yield connection
        return
    lake = open_lake()
    wanted = {table for one in measures for part in RECIPES[one.code].parts for table in TABLES[part.facts]}
    # Filters may ask for what is said and answered.
    wanted |= {"feedback", "opinions", "replies"}
    there = set(lake.tables())
    with closing(lake.connect(*sorted(wanted & there))) as opened:
        yield opened


class _Reader:
    """Reads the same measures cut in several ways."""

    def __init__(
        self,
        *,
        connection: duckdb.DuckDBPyConnection,
        measures: Sequence[Measure],
        asked: Asker,
        options: MeasureOptions,
    ) -> None:
        self._connection = connection
        self._asked = asked
        self._options = options
        self.missing: Mapping[str, Missing] = {one.code: self._why_missing(one.code) for one in measures}
        self._measures = [one for one in measures if not self.missing[one.code]]

    def _why_missing(self, code: str) -> Missing:
        for part in RECIPES[code].parts:
            if not knows(part.facts, self._asked.filter):
                return "filter"
            table = TABLES[part.facts][-1]
            if not has_table(self._connection, table):
                return "no_table"
            if table in OPTIONAL and not has_rows(self._connection, table):
                return "no_rows"
        return ""

    def _gather(self, cut: Cut) -> Gathered:
        return gather(
            self._connection,
            codes=[one.code for one in self._measures],
            asked=self._asked,
            cut=cut,
            options=self._options,
        )

    def totals(self) -> dict[str, Figure]:
        """One figure a measure."""
        has_before = self._asked.filter.before_since is not None
        gathered = self._gather(Cut(with_before=has_before))
        found = {}
        for measure in self._measures:
            counted = gathered.counted(measure.code, lambda rows: np.zeros(len(rows["key"]), np.int64), n=1)
            estimates = RECIPES[measure.code].formula(counted, self._options)
            found[measure.code] = self._figures(estimates, measure=measure, n=1)[0]
        return found

    def groups(self, by: Dimension) -> dict[str, tuple[Group, ...]]:
        """The groups of each measure, in its order."""
        has_before = self._asked.filter.before_since is not None
        gathered = self._gather(Cut(dimension=by, with_before=has_before))
        known = make_groups(by, asked=self._asked, found=gathered.columns_with_key())
        found = {}
        for measure in self._measures:
            counted = gathered.counted(measure.code, known.places, n=len(known.keys))
            estimates = RECIPES[measure.code].formula(counted, self._options)
            figures = self._figures(estimates, measure=measure, n=len(known.keys))
            found[measure.code] = self._ordered(figures, measure=measure, known=known)
        return found

    def points(self, step: Step | None) -> dict[str, tuple[Point, ...]]:
        """The points of each measure, all over the same days."""
        gathered = self._gather(Cut(with_before=False, by_day=True))
        steps = self._steps(gathered, step=step)
        if steps is None:
            return {}
        found = {}
        n = len(steps.first_days)

        def place(rows: Columns) -> Ints:
            return steps.places(np.asarray(rows["day_number"], dtype=np.int64))

        for measure in self._measures:
            counted = gathered.counted(measure.code, place, n=n)
            estimates = RECIPES[measure.code].formula(counted, self._options)
            found[measure.code] = tuple(
                self._point(measure, days=days, figure=Figure.of(estimate))
                for days, estimate in zip(
                    zip(steps.first_days, steps.last_days, strict=True), estimates, strict=True
                )
            )
        return found

    def _point(self, measure: Measure, *, days: tuple[date, date], figure: Figure) -> Point:
        recipe = RECIPES[measure.code]
        # The list of cases knows no period.
        page = recipe.page if recipe.page != "cases" else ""
        href = rows_url(self._asked, page=page, rows=recipe.rows, days=days)
        return Point(first_day=days[0], last_day=days[1], figure=figure, href=href)

    def _steps(self, gathered: Gathered, *, step: Step | None) -> TimeSteps | None:
        filter, zone = self._asked.filter, self._asked.zone
        days = gathered.day_numbers()
        if filter.since is not None:
            first = filter.since.astimezone(zone).date()
        elif days.size:
            first = EPOCH + timedelta(days=int(days.min()))
        else:
            return None
        last = ((filter.until or self._asked.now) - timedelta(microseconds=1)).astimezone(zone).date()
        return make_steps(first, max(first, last), step=step)

    def _figures(self, estimates: Estimates, *, measure: Measure, n: int) -> list[Figure]:
        now, before = _part(estimates, slice(0, n)), _part(estimates, slice(n, 2 * n))
        moved: Sequence[Change | None] = [None] * n
        if self._asked.filter.before_since is not None:
            if measure.is_change_relative:
                moved = [count_change(int(a), int(b)) for a, b in zip(now.value, before.value, strict=True)]
            else:
                moved = changes(now, before)
        return [Figure.of(one, change=change) for one, change in zip(now, moved, strict=True)]

    def _ordered(self, figures: Sequence[Figure], *, measure: Measure, known: Groups) -> tuple[Group, ...]:
        recipe = RECIPES[measure.code]
        groups = [
            Group(
                key=key,
                name=name,
                figure=figure,
                href=rows_url(
                    self._asked, page=recipe.page, rows=recipe.rows, dimension=known.dimension, key=key
                ),
            )
            for key, name, figure in zip(known.keys, known.names, figures, strict=True)
            if figure.n > 0
        ]
        sign = 1 if measure.is_good_up is False else -1
        is_count = measure.unit == "count"
        return tuple(
            sorted(
                groups,
                key=lambda one: (
                    one.figure.value is None or (one.figure.n < SMALL_N and not is_count),
                    sign * (one.figure.value or 0.0),
                    one.key,
                ),
            )
        )


def _part(found: Estimates, where: slice) -> Estimates:
    return Estimates(value=found.value[where], low=found.low[where], high=found.high[where], n=found.n[where])


def _href(measure: Measure, *, asked: Asker) -> str:
    recipe = RECIPES[measure.code]
    return rows_url(asked, page=recipe.page, rows=recipe.rows)
