"""The page of QSC: what its address asks for, and the rows it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import duckdb
import numpy as np
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from zhiyin.insight.aspect_tree import read_aspect_tree
from zhiyin.insight.headings import Column, Sort, read_sort
from zhiyin.insight.pages import ListPage, read_page, rows_of
from zhiyin.insight.qsc.board import QscBoard, QscLine, get_qsc_board
from zhiyin.insight.qsc.dimensions import DIMENSIONS, NAMES, Assigned, assign, members
from zhiyin.insight.qsc.settings import Made, read_settings
from zhiyin.insight.queries.unit_tree import UnitTree, list_rows, read_unit_tree
from zhiyin.insight.state import ViewState
from zhiyin.listen.api import open_lake
from zhiyin.listen.services.taxonomy import get_taxonomy
from zhiyin.measure.comparison import Change
from zhiyin.measure.estimate import Floats

PAGE_SIZE = 50
MAX_NAMES = 50  # as many aspects as an address of voices may name
_MAX_NAME = 100
BEST_FIRST = Sort(by="rank", is_descending=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class QscRow:
    """A line with its links; an address is empty where the list of voices could not show what was counted."""

    line: QscLine
    open_url: str
    page_url: str
    total_url: str
    urls: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class QscTable:
    """The scoreboard in order; `has_inspections` is False where none were ever brought in."""

    board: QscBoard
    order: Sequence[int]
    sort: Sort
    headings: Sequence[Column]
    tree: UnitTree
    members: Mapping[str, Sequence[str]]
    made: Made
    kind: str

    @property
    def has_inspections(self) -> bool:
        """Whether inspections stand beside the voices."""
        return self.board.inspection is not None


def read_assigned(state: ViewState, *, made: Made) -> list[Assigned]:
    """Every aspect in use with the dimension it counts for."""
    return assign(
        read_aspect_tree(state.language), taxonomy=get_taxonomy().taxonomy.name, changed=made.aspects
    )


def make_qsc_table(connection: duckdb.DuckDBPyConnection, *, state: ViewState, given: QueryDict) -> QscTable:
    """The whole scoreboard of this address."""
    made = read_settings()
    of_dimension = members(read_assigned(state, made=made))
    tree = read_unit_tree(scope=state.scope, top=state.unit)
    kind = given.get("kind", "")[:_MAX_NAME]
    rows = [] if state.is_unit_unknown else list_rows(tree, kind=kind)
    board = get_qsc_board(
        connection,
        scope=state.scope,
        filter=state.filter,
        tree=tree,
        rows=rows,
        members=of_dimension,
        made=made,
    )
    headings = list_headings(board)
    sort = read_sort(given.get("sort", ""), columns=headings, default=BEST_FIRST)
    found = _order(board, sort=sort)
    return QscTable(
        board=board,
        order=[place for place in found if rows[place].is_active or board.total.n[place] > 0],
        sort=sort,
        headings=headings,
        tree=tree,
        members=of_dimension,
        made=made,
        kind=kind,
    )


def list_headings(board: QscBoard) -> list[Column]:
    """The columns that this board has."""
    up = partial(Column, is_down_first=True)
    shown = [
        Column(code="name", name=_("Unit"), is_down_first=False),
        Column(
            code="rank",
            name=_("Rank"),
            hint=_("A range where intervals overlap: these places cannot be told apart"),
            is_down_first=False,
        ),
        up(code="total", name=_("Total"), hint=_("0 to 100, drawn to the average where few have spoken")),
    ]
    if board.total_changes is not None:
        shown.append(up(code="change", name=_("Change"), hint=_("Total against the period before")))
    shown += [
        up(code=name, name=NAMES[name], hint=_("What customers say: 0 all blame, 50 even, 100 all praise"))
        for name in DIMENSIONS
    ]
    if board.inspection_total is not None:
        shown += [
            up(code="inspection", name=_("Inspection"), hint=_("Points of the inspections, 0 to 100")),
            up(
                code="gap",
                name=_("Inspection against customers"),
                hint=_("How much farther above the average the inspection sees it than customers do"),
            ),
        ]
    return [*shown, Column(code="n", name=_("Mentions"))]


def draw_rows(table: QscTable, *, state: ViewState, page_text: str) -> tuple[list[QscRow], ListPage]:
    """One page of rows."""
    page = read_page(page_text, n_rows=len(table.order), size=PAGE_SIZE)
    return [
        _row(table.board.line(place), table=table, state=state) for place in rows_of(page, table.order)
    ], page


def open_qsc_tables() -> duckdb.DuckDBPyConnection:
    """The lake with voices, and with inspections where there are any; close it after use."""
    lake = open_lake()
    return lake.connect("feedback", "opinions", "replies", *({"inspections"} & set(lake.tables())))


def _row(line: QscLine, *, table: QscTable, state: ViewState) -> QscRow:
    voices = partial(state.url, "voices", unit=line.node.code)
    page_url = state.url("unit", line.node.code, unit=None)
    urls = {name: _voices_url(voices, table.members[name]) for name in DIMENSIONS}
    counted = [
        aspect
        for name, weight in zip(DIMENSIONS, table.made.weights, strict=True)
        if weight
        for aspect in table.members[name]
    ]
    return QscRow(
        line=line,
        open_url=page_url if line.node.is_leaf else state.url("qsc", unit=line.node.code),
        page_url=page_url,
        total_url=_voices_url(voices, counted),
        urls=urls,
    )


def _voices_url(voices: partial[str], aspects: Sequence[str]) -> str:
    return voices(aspect=aspects) if 0 < len(aspects) <= MAX_NAMES else ""


def _order(board: QscBoard, *, sort: Sort) -> list[int]:
    names = np.argsort(np.argsort([node.name for node in board.rows], kind="stable"), kind="stable")
    values = _values(board, by=sort.by) if sort.by != "name" else names.astype(np.float64)
    sign = -1 if sort.is_descending else 1
    keys = np.round(sign * values, 9)
    return [int(place) for place in np.lexsort((names, keys, np.isnan(keys)))]


def _values(board: QscBoard, *, by: str) -> Floats:
    if by in DIMENSIONS:
        return board.voice[by].value
    nothing = np.full(len(board.rows), np.nan)
    inspection = board.inspection_total
    return {
        "rank": np.where(board.ranks.place > 0, board.ranks.place, np.nan),
        "total": board.total.value,
        "n": board.total.n,
        "change": _of(board.total_changes, nothing),
        "inspection": nothing if inspection is None else inspection.value,
        "gap": _of(board.gaps, nothing),
    }.get(by, nothing)


def _of(found: Sequence[Change] | None, nothing: Floats) -> Floats:
    if found is None:
        return nothing
    return np.array(
        [np.nan if (v := getattr(one, "value", None)) is None else v for one in found], dtype=float
    )
