"""The scoreboard as a table for spreadsheets, with all that the page shows and the intervals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from zhiyin.console.exports import Cell
from zhiyin.insight.board import Figure
from zhiyin.insight.queries.scoreboard import ScoreLine
from zhiyin.insight.scoreboard_page import Table
from zhiyin.insight.unit_columns import AspectColumn
from zhiyin.insight.unit_kinds import kind_name


def export_columns(columns: Sequence[AspectColumn]) -> list[str]:
    """The headings, in the order of `export_rows`."""
    chosen = [text for column in columns for text in (column.name, f"{column.name} · n")]
    return [
        *(_("Code"), _("Unit"), _("Kind"), _("Above it"), _("Voices")),
        *(_("Net sentiment"), _("Net sentiment, low"), _("Net sentiment, high"), _("Mentions")),
        *(
            _("Change"),
            _("Verdict on the change"),
            _("To expect (fair to few voices)"),
            _("Against the others"),
        ),
        *(_("Rating"), _("Rating, low"), _("Rating, high"), _("Ratings")),
        *(
            _("Ratings ≥ 4.8, share"),
            _("Ratings ≥ 4.8"),
            _("Stores ≥ 4.8, share"),
            _("Stores with 10 ratings"),
        ),
        *chosen,
        *(_("Answered, share"), _("Answered"), _("Median hours to answer")),
    ]


def export_rows(table: Table) -> Iterator[list[Cell]]:
    """One row a unit, in the order of the page; shares from 0 to 1."""
    names = {node.id: node.name for node in table.tree.nodes}
    for place in table.order:
        line = table.board.line(place)
        above = names.get(line.node.parent_id or 0, "")
        yield _row(line, above=above, expected=float(table.board.expected[place]))


def _row(line: ScoreLine, *, above: str, expected: float) -> list[Cell]:
    node, net, change = line.node, line.net_sentiment, line.net_sentiment.change
    return [
        *(node.code, node.name, kind_name(node.kind), above, line.n_voices),
        *(*_with_interval(net), net.n),
        *(change.value if change else None, verdict_name(change.verdict) if change else None),
        *(expected if net.value is not None else None, standing_name(line.standing)),
        *(*_with_interval(line.rating), line.rating.n),
        *(line.excellent.value, line.n_excellent, line.reached.value, line.reached.n),
        *(cell for figure in line.columns for cell in (figure.value, figure.n)),
        *(line.answers.value if line.answers else None, line.n_answered, line.median_hours),
    ]


def _with_interval(figure: Figure) -> tuple[float | None, float | None, float | None]:
    return figure.value, figure.low, figure.high


def verdict_name(verdict: str) -> str:
    """What became of a figure, in words."""
    names = {"rise": _("up"), "fall": _("down"), "no_real_change": _("no real change")}
    return names.get(verdict, _("nothing to compare with"))


def standing_name(standing: str) -> str:
    """Whether a unit is really apart from the others, in words."""
    return {"worse": _("really worse"), "better": _("really better")}.get(standing, "")
