"""Measures as tables for files; shares from 0 to 1."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from zhiyin.console.exports import Cell
from zhiyin.insight.board import Figure
from zhiyin.insight.measures.choices import DIMENSION_NAMES, Asked
from zhiyin.insight.measures.contract import MeasureResult
from zhiyin.insight.measures.page import WAYS
from zhiyin.insight.unit_export import verdict_name

Table = tuple[list[str], list[list[Cell]]]


def catalogue_rows(results: Sequence[MeasureResult]) -> Table:
    """One row a measure with its words and value."""
    columns = [
        *(_("Code"), _("Group"), _("Measure"), _("Question"), _("Definition"), _("Formula")),
        *(_("Source of the formula"), _("With few answers"), _("Which way is good")),
        *_figure_columns(),
    ]
    rows: list[list[Cell]] = [
        [
            *(one.measure.code, one.measure.group_name, one.measure.name, one.measure.question),
            *(one.measure.definition, one.measure.formula, one.measure.source),
            *(one.measure.small_samples, str(WAYS[one.measure.is_good_up])),
            *_cells(one.total),
        ]
        for one in results
    ]
    return columns, rows


def measure_rows(result: MeasureResult, *, asked: Asked) -> Table:
    """The total, then groups, then points; `Grouped by` says which."""
    columns = [_("Measure"), _("Grouped by"), _("Code"), _("Name"), *_figure_columns()]
    name = result.measure.name
    by = str(DIMENSION_NAMES[asked.by]) if asked.by else ""
    rows: list[list[Cell]] = [[name, _("All"), "", "", *_cells(result.total)]]
    rows += [[name, by, group.key, group.name, *_cells(group.figure)] for group in result.groups]
    rows += [
        [name, _("Days"), point.first_day.isoformat(), point.last_day.isoformat(), *_cells(point.figure)]
        for point in result.points
    ]
    return columns, rows


def _figure_columns() -> list[str]:
    return [
        *(_("Value"), _("Interval, low"), _("Interval, high"), "n"),
        *(_("Change"), _("Verdict on the change")),
    ]


def _cells(figure: Figure) -> list[Cell]:
    change = figure.change
    return [
        *(figure.value, figure.low, figure.high, figure.n),
        *(change.value if change else None, verdict_name(change.verdict) if change else None),
    ]
