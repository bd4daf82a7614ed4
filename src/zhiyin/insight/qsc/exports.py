"""The QSC scoreboard as a table for spreadsheets, with all that the page shows and the intervals."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from zhiyin.console.exports import Cell
from zhiyin.insight.board import Figure
from zhiyin.insight.qsc.board import QscLine
from zhiyin.insight.qsc.dimensions import DIMENSIONS, NAMES
from zhiyin.insight.qsc.page import QscTable
from zhiyin.insight.unit_export import verdict_name
from zhiyin.insight.unit_kinds import kind_name


def export_columns(table: QscTable) -> list[str]:
    """The headings, in the order of `export_rows`."""
    inspected = (
        [
            *_figure_columns(_("Inspection")),
            *(text for name in DIMENSIONS for text in _inspected_columns(str(NAMES[name]))),
            *(_("Inspection against customers"), _("Verdict")),
        ]
        if table.has_inspections
        else []
    )
    return [
        *(_("Code"), _("Unit"), _("Kind")),
        *(_("Rank"), _("Rank, from"), _("Rank, to")),
        *_figure_columns(_("Total")),
        *(_("Change"), _("Verdict on the change")),
        *(text for name in DIMENSIONS for text in _figure_columns(str(NAMES[name]))),
        *inspected,
    ]


def export_rows(table: QscTable) -> Iterator[list[Cell]]:
    """One row a unit, in the order of the page."""
    for place in table.order:
        yield _row(table.board.line(place))


def _row(line: QscLine) -> list[Cell]:
    change = line.total.change
    place: list[Cell] = [line.place, line.first, line.last] if line.place else [None, None, None]
    cells: list[Cell] = [
        *(line.node.code, line.node.name, kind_name(line.node.kind)),
        *place,
        *_figure(line.total),
        *(change.value if change else None, verdict_name(change.verdict) if change else None),
        *(cell for name in DIMENSIONS for cell in _figure(line.voice[name])),
    ]
    if line.inspection is None or line.inspection_total is None:
        return cells
    cells += _figure(line.inspection_total)
    for name in DIMENSIONS:
        cells += [line.inspection[name].value, line.inspection[name].n]
    return [*cells, line.gap.value if line.gap else None, gap_name(line.gap.verdict if line.gap else "")]


def gap_name(verdict: str) -> str:
    """Whether the inspection sees a unit as customers do, in words."""
    names = {
        "rise": _("the inspection sees it better than customers"),
        "fall": _("the inspection sees it worse than customers"),
    }
    return names.get(verdict, "")


def _figure_columns(name: str) -> list[str]:
    return [name, _("%(name)s, low") % {"name": name}, _("%(name)s, high") % {"name": name}, f"{name} · n"]


def _inspected_columns(name: str) -> list[str]:
    return [_("Inspection: %(name)s") % {"name": name}, _("Inspection: %(name)s, items") % {"name": name}]


def _figure(figure: Figure) -> list[Cell]:
    return [figure.value, figure.low, figure.high, figure.n]
