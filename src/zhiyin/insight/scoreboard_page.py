"""The page of the scoreboard: what its address asks for, and the rows it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import duckdb
from django.http import QueryDict

from zhiyin.insight.aspect_tree import AspectTree, read_aspect_tree
from zhiyin.insight.board import Figure
from zhiyin.insight.headings import Column, Sort, read_sort
from zhiyin.insight.pages import ListPage, read_page, rows_of
from zhiyin.insight.queries.aspects import get_mentions
from zhiyin.insight.queries.scoreboard import Scoreboard, ScoreLine, get_scoreboard, list_lines_over_time
from zhiyin.insight.queries.scoreboard_order import sort_rows
from zhiyin.insight.queries.unit_tree import UnitTree, list_rows, read_unit_tree
from zhiyin.insight.scoreboard_headings import list_headings
from zhiyin.insight.state import ViewState
from zhiyin.insight.steps import choose_steps
from zhiyin.insight.unit_columns import AspectColumn, choose_columns
from zhiyin.listen.api import open_lake

PAGE_SIZE = 50
WORST_FIRST = Sort(by="net", is_descending=False)
_POLARITIES = ("positive", "neutral", "negative")
_MAX_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A net sentiment of the row and where its voices are."""

    column: AspectColumn
    figure: Figure
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the table with its links; `open_url` leads to the level below it, or to its own page."""

    line: ScoreLine
    spark: Sequence[float | None]
    cells: Sequence[Cell]
    open_url: str
    page_url: str
    voices_url: str
    net_url: str
    rating_url: str
    excellent_url: str
    answers_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the address asks beyond the state: which rows, in which order, with which columns."""

    kind: str
    name: str
    columns: Sequence[str]
    is_plain: bool

    @property
    def is_narrowed(self) -> bool:
        """Whether it shows something else than the next level."""
        return bool(self.kind or self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The scoreboard in order; `n_outside`: voices of no row, where rows are the next level."""

    board: Scoreboard
    order: Sequence[int]
    sort: Sort
    columns: Sequence[AspectColumn]
    headings: Sequence[Column]
    tree: UnitTree
    aspects: AspectTree

    @property
    def n_outside(self) -> int:
        """Voices that are counted in no row."""
        return self.board.voices.n_all - int(self.board.voices.n.sum())

    def standing(self, *, is_worse: bool) -> list[ScoreLine]:
        """The rows that really stand apart, the farthest first."""
        marks = self.board.is_worse if is_worse else self.board.is_better
        places = [
            place for place in sort_rows(self.board, by="net", is_descending=not is_worse) if marks[place]
        ]
        return [self.board.line(place) for place in places]


def read_question(given: QueryDict) -> Question:
    """What the address asks for."""
    return Question(
        kind=given.get("kind", "")[:_MAX_NAME],
        name=given.get("name", "").strip()[:_MAX_NAME],
        columns=[code for code in given.getlist("column") if code][:20],
        is_plain=given.get("order") == "plain",
    )


def make_table(
    connection: duckdb.DuckDBPyConnection, *, state: ViewState, question: Question, sort: str
) -> Table:
    """The whole scoreboard. Two to four passes over the facts of the period."""
    tree = read_unit_tree(scope=state.scope, top=state.unit)
    # A unit that is not there, or not the asker's, has no rows.
    rows = [] if state.is_unit_unknown else list_rows(tree, kind=question.kind, name=question.name)
    aspects = read_aspect_tree(state.language)
    columns = choose_columns(
        question.columns, tree=aspects, find_harmful=partial(_find_harmful, connection, state=state)
    )
    board = get_scoreboard(
        connection,
        scope=state.scope,
        filter=state.filter,
        tree=tree,
        rows=rows,
        columns=[column.members for column in columns],
    )
    headings = list_headings(board, columns=columns)
    wanted = read_sort(sort, columns=headings, default=WORST_FIRST)
    found = sort_rows(board, by=wanted.by, is_descending=wanted.is_descending, is_plain=question.is_plain)
    # Closed units stand there only as long as people speak of them.
    order = [place for place in found if board.rows[place].is_active or board.voices.n[place] > 0]
    return Table(
        board=board, order=order, sort=wanted, columns=columns, headings=headings, tree=tree, aspects=aspects
    )


def draw_rows(
    connection: duckdb.DuckDBPyConnection, table: Table, *, state: ViewState, page_text: str
) -> tuple[list[Row], ListPage]:
    """One page of rows with their small lines: one more pass over the opinions of these units."""
    page = read_page(page_text, n_rows=len(table.order), size=PAGE_SIZE)
    places = rows_of(page, table.order)
    steps = choose_steps(since=state.filter.since, until=state.filter.until, now=state.now)
    sparks = list_lines_over_time(
        connection,
        scope=state.scope,
        filter=state.filter,
        tree=table.tree,
        rows=[table.board.rows[place] for place in places],
        steps=steps,
    )
    rows = [
        link_row(table.board.line(place), spark=spark, columns=table.columns, state=state)
        for place, spark in zip(places, sparks, strict=True)
    ]
    return rows, page


def link_row(
    line: ScoreLine, *, spark: Sequence[float | None], columns: Sequence[AspectColumn], state: ViewState
) -> Row:
    """The line with its links."""
    voices = partial(state.url, "voices", unit=line.node.code)
    page_url = state.url("unit", line.node.code, unit=None)
    return Row(
        line=line,
        spark=spark,
        cells=[
            Cell(column=column, figure=figure, href=voices(aspect=column.members))
            for column, figure in zip(columns, line.columns, strict=True)
        ],
        open_url=page_url if line.node.is_leaf else state.url("units", unit=line.node.code),
        page_url=page_url,
        voices_url=voices(),
        net_url=voices(polarity=_POLARITIES),
        rating_url=voices(stars=("1", "2", "3", "4", "5")),
        excellent_url=voices(rated="4.8"),
        answers_url=voices(answered="yes"),
    )


def find_only_unit(state: ViewState) -> str | None:
    """Code of the only unit that the asker sees; None for who sees several, or everything. One query."""
    if state.scope.unit_ids is None or len(state.scope.unit_ids) != 1:
        return None
    nodes = read_unit_tree(scope=state.scope).nodes
    return nodes[0].code if nodes else None


def open_tables() -> duckdb.DuckDBPyConnection:
    """The lake with what a scoreboard needs; close it after use."""
    return open_lake().connect("feedback", "opinions", "replies")


def _find_harmful(connection: duckdb.DuckDBPyConnection, *, state: ViewState) -> dict[str, str]:
    """Id and stored name of the aspects, by how often they are spoken badly of."""
    counted = get_mentions(connection, scope=state.scope, filter=state.filter).now.values()
    criticised = [counts for counts in counted if counts.n_negative]
    return {one.aspect: one.name for one in sorted(criticised, key=lambda c: (-c.n_negative, c.aspect))}
