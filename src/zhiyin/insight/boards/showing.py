"""A tile as it is shown: its words, its figures with n, interval and change, and the way to its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from zhiyin.console.charts import Chart
from zhiyin.insight import naming
from zhiyin.insight.board import Figure
from zhiyin.insight.boards.charts import ranking_chart, trend_tile
from zhiyin.insight.boards.queries import BoardView
from zhiyin.insight.boards.tiles import Tile
from zhiyin.insight.boards.wording import LIST_TITLES, MISSING
from zhiyin.insight.measures.choices import DIMENSION_NAMES
from zhiyin.insight.measures.contract import (
    Dimension,
    Group,
    Measure,
    MeasureResult,
    get_measure,
    read_measure,
)
from zhiyin.insight.measures.writing import write_change, write_interval, write_value
from zhiyin.insight.queries.quotes import Quote, list_quotes
from zhiyin.insight.state import ViewState, make_state
from zhiyin.insight.voice_names import channel_names
from zhiyin.insight.wording import wording
from zhiyin.listen.api import open_lake
from zhiyin.measure.comparison import Change
from zhiyin.people.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureShown:
    """One figure ready to show; `name` where it stands in a table."""

    value: str
    n: int
    interval: str
    verdict: str
    change: str
    tone: str
    href: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TileShown:
    """What the template of a tile needs; `missing` says why there is nothing."""

    tile: Tile
    title: str
    narrowed: str
    href: str
    measure: Measure | None = None
    definition_url: str = ""
    total: FigureShown | None = None
    lines: Sequence[FigureShown] = ()
    n_more: int = 0
    chart: Chart | None = None
    quotes: Sequence[Quote] = ()
    missing: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        if self.tile.shape == "voices":
            return not self.quotes
        return not self.lines if self.tile.shape in ("ranking", "table") else False


def make_board_state(given: QueryDict, *, board: BoardView, scope: Scope) -> ViewState:
    """The state of the board: period and unit of the address, else the board's own.

    A board of a unit that the reader does not see shows the reader's own units.
    """
    wanted = QueryDict(mutable=True)
    for name in ("period", "since", "until", "unit"):
        if given.get(name):
            wanted[name] = given.get(name, "")
    if "period" not in wanted:
        wanted["period"] = board.period
        if "unit" not in wanted and board.unit is not None and scope.allows(board.unit.pk):
            wanted["unit"] = board.unit.code
    return make_state(wanted, scope=scope, customers=None)


def tile_state(tile: Tile, *, state: ViewState) -> ViewState:
    """The board's state, narrowed by the tile's own filter."""
    query = QueryDict(state.query(), mutable=True)
    for name, value in tile.parameters().items():
        query[name] = value
    # `make_state` reads the clock again; all tiles of one answer speak of one moment.
    return replace(make_state(query, scope=state.scope, customers=None), now=state.now)


def read_tile(tile: Tile, *, state: ViewState) -> MeasureResult | None:
    """The figures of the tile; None for a list of voices."""
    if tile.shape == "voices":
        return None
    narrowed = tile_state(tile, state=state)
    is_over_time = tile.shape == "trend" or (tile.shape == "table" and not tile.by)
    return read_measure(tile.measure, asked=narrowed, by=tile.by or None, over_time=is_over_time)


def show_tile(tile: Tile, *, state: ViewState) -> TileShown:
    """The tile with its figures, or its voices."""
    narrowed = tile_state(tile, state=state)
    if tile.shape == "voices":
        return _show_voices(tile, state=narrowed)
    result = read_tile(tile, state=state)
    assert result is not None
    measure = result.measure
    shown = TileShown(
        tile=tile,
        title=name_tile(tile, state=state),
        narrowed=name_filter(tile, state=state),
        href=result.href,
        measure=measure,
        definition_url=state.url("measure", measure.code),
        total=show_figure(result.total, measure=measure, state=state, href=result.href),
        missing=str(MISSING.get(result.missing, "")),
    )
    return shown if result.missing else _with_body(shown, result=result, measure=measure, state=narrowed)


def _with_body(shown: TileShown, *, result: MeasureResult, measure: Measure, state: ViewState) -> TileShown:
    tile = shown.tile
    id = f"tile-chart-{tile.id}"
    if tile.shape == "trend":
        chart = trend_tile(result, id=id, state=state)
        return replace(shown, chart=chart)
    if tile.shape == "figure":
        return shown
    if not tile.by:
        lines = [
            show_figure(
                point.figure,
                measure=measure,
                state=state,
                href=point.href,
                name=f"{point.first_day.isoformat()}"
                + ("" if point.first_day == point.last_day else f" – {point.last_day.isoformat()}"),
            )
            for point in reversed(result.points)
        ]
        return replace(shown, lines=lines[: tile.limit], n_more=max(0, len(lines) - tile.limit))
    groups = sort_groups(result.groups, tile=tile)
    first = groups[: tile.limit]
    lines = [
        show_figure(one.figure, measure=measure, state=state, href=one.href, name=one.name) for one in first
    ]
    has_chart = tile.shape == "ranking" and bool(first)
    bars = ranking_chart(first, measure=measure, id=id, state=state) if has_chart else None
    return replace(shown, lines=lines, n_more=len(groups) - len(first), chart=bars)


def sort_groups(groups: Sequence[Group], *, tile: Tile) -> list[Group]:
    """By value as the tile wants; without a value last, then by n."""
    sign = -1 if tile.order == "high" else 1
    return sorted(
        groups,
        key=lambda one: (
            one.figure.value is None,
            0.0 if one.figure.value is None else sign * one.figure.value,
            -one.figure.n,
            one.name,
        ),
    )


def show_figure(
    figure: Figure, *, measure: Measure, state: ViewState, href: str = "", name: str = ""
) -> FigureShown:
    """The figure in the reader's words."""
    change = figure.change
    return FigureShown(
        value=write_value(figure.value, measure=measure, language=state.language),
        n=figure.n,
        interval=write_interval(figure, measure=measure, language=state.language),
        verdict="" if change is None else change.verdict,
        change=write_change(change, measure=measure),
        tone=tone_of(change, measure=measure),
        href=href,
        name=name,
    )


def name_tile(tile: Tile, *, state: ViewState) -> str:
    """Its own title; else the measure's name, and by what it is cut."""
    if tile.title:
        return tile.title
    if tile.shape == "voices":
        return str(LIST_TITLES[tile.only])
    name = get_measure(tile.measure, state.language).name
    if tile.shape == "trend":
        return _("%(measure)s over time") % {"measure": name}
    if not tile.by:
        return name
    return _("%(measure)s by %(dimension)s") % {
        "measure": name,
        "dimension": str(DIMENSION_NAMES[Dimension(tile.by)]).lower(),
    }


def name_filter(tile: Tile, *, state: ViewState) -> str:
    """What the tile is narrowed to, in words; empty for nothing."""
    language = state.language
    names = [
        channel_names(language).get(tile.channel, tile.channel) if tile.channel else "",
        tile.product,
        naming.aspect_name(tile.aspect, language=language) if tile.aspect else "",
        wording(language).name(tile.touchpoint) if tile.touchpoint else "",
    ]
    return " · ".join(name for name in names if name)


def _show_voices(tile: Tile, *, state: ViewState) -> TileShown:
    with closing(open_lake().connect("feedback", "opinions", "replies")) as connection:
        quotes = list_quotes(connection, scope=state.scope, filter=state.filter, limit=tile.limit)
    return TileShown(
        tile=tile,
        title=name_tile(tile, state=state),
        narrowed=name_filter(tile, state=state),
        href=state.url("voices"),
        quotes=quotes,
    )


def tone_of(change: Change | None, *, measure: Measure) -> str:
    """Whether the change is `good` or `bad`; `none` where it is neither, or no real one."""
    if change is None or measure.is_good_up is None or change.verdict not in ("rise", "fall"):
        return "none"
    return "good" if (change.verdict == "rise") is measure.is_good_up else "bad"
