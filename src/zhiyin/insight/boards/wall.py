"""The wall display: a board, or several in turn, large and dark, without a way on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from zhiyin.insight.boards.queries import BoardView
from zhiyin.insight.boards.showing import make_board_state, name_tile
from zhiyin.insight.boards.tiles import Tile
from zhiyin.insight.boards.views import find_board
from zhiyin.insight.selection import VoiceFilter, select
from zhiyin.insight.state import ViewState
from zhiyin.insight.statements import run
from zhiyin.listen.api import open_lake
from zhiyin.people.access import scope_of
from zhiyin.people.permissions import Permission, requires

INTERVALS = (10, 20, 30, 60, 120)
DEFAULT_INTERVAL = 20
_MAX_BOARDS = 8
_CELLS = {"s": 1, "m": 2, "l": 4}
_CELLS_A_SCREEN = 4


class _NewestRow(msgspec.Struct, frozen=True, kw_only=True):
    newest: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A tile on the wall, and how many of the four cells of a screen it takes."""

    tile: Tile
    title: str
    url: str
    cells: int
    element: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What is seen at a time."""

    board: str
    scope: str
    tiles: Sequence[Placed]


@require_safe
@requires(Permission.SUMMARY_READ)
def board_wall(request: HttpRequest, key: str) -> HttpResponse:
    """The board and those of `also`, in screens that follow each other every `every` seconds.

    `one=1` shows one tile at a time.
    """
    keys = list(dict.fromkeys([key, *request.GET.getlist("also")]))[:_MAX_BOARDS]
    found = [find_board(request, one) for one in keys]
    scope = scope_of(request)
    states = [make_board_state(request.GET, board=one, scope=scope) for one in found]
    is_single = request.GET.get("one") == "1"
    screens = [
        screen
        for board, state in zip(found, states, strict=True)
        for screen in make_screens(board, state=state, is_single=is_single)
    ]
    context = {
        "board": found[0],
        "state": states[0],
        "screens": screens,
        "every": read_interval(request.GET.get("every", "")),
        "newest": find_newest_arrival(states[0]),
        "back_url": reverse("board", args=[key]),
    }
    return render(request, "insight/boards/wall.html", context)


def read_interval(text: str) -> int:
    """Seconds between two screens; the usual ones for what is not offered."""
    return next((one for one in INTERVALS if str(one) == text), DEFAULT_INTERVAL)


def make_screens(board: BoardView, *, state: ViewState, is_single: bool) -> Iterator[Screen]:
    """Screens of four cells that the tiles fill in their order."""
    where = state.unit.name if state.unit else ""
    waiting: list[Placed] = []
    for tile in board.tiles:
        placed = _place(board, tile, state=state, is_single=is_single)
        if sum(one.cells for one in waiting) + placed.cells > _CELLS_A_SCREEN:
            yield Screen(board=board.name, scope=where, tiles=waiting)
            waiting = []
        waiting.append(placed)
    if waiting:
        yield Screen(board=board.name, scope=where, tiles=waiting)


def find_newest_arrival(state: ViewState) -> datetime | None:
    """When the newest voice of the reader's units came in (UTC); None without any."""
    wanted = VoiceFilter(unit_ids=state.filter.unit_ids)
    chosen = select(state.scope, filter=wanted)
    with closing(open_lake().connect("feedback", "opinions")) as connection:
        row = run(
            connection,
            "board_newest",
            row=_NewestRow,
            parameters=chosen.parameters,
            kept_voices=chosen.kept_voices,
        )[0]
    return row.newest.astimezone(UTC) if row.newest else None


def _place(board: BoardView, tile: Tile, *, state: ViewState, is_single: bool) -> Placed:
    url = reverse("board_tile", args=[board.key, tile.id])
    return Placed(
        tile=tile,
        title=name_tile(tile, state=state),
        url=f"{url}?{state.query(wall=1)}",
        cells=_CELLS_A_SCREEN if is_single else _CELLS[tile.size],
        element=f"wall-{board.key}-{tile.id}",
    )
