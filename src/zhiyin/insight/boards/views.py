"""Pages: the boards, one board with its tiles, a tile alone, tiles and boards as files."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhiyin.console.exports import Cell, stream_table, wanted_format
from zhiyin.console.pages import render_page
from zhiyin.console.templatetags.shell import page_language
from zhiyin.errors import NotFound
from zhiyin.insight.boards.files import write_board
from zhiyin.insight.boards.queries import BoardView, get_board, get_tile, list_boards, list_ready_boards
from zhiyin.insight.boards.showing import (
    make_board_state,
    name_tile,
    read_tile,
    show_tile,
    sort_groups,
    tile_state,
)
from zhiyin.insight.boards.tiles import Tile
from zhiyin.insight.headings import with_parameters
from zhiyin.insight.measures.contract import MeasureResult
from zhiyin.insight.state import ViewState
from zhiyin.insight.unit_export import verdict_name
from zhiyin.people.access import actor_of, scope_of, visitor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.services.audit import record_event


@require_safe
@requires(Permission.SUMMARY_READ)
def boards(request: HttpRequest) -> HttpResponse:
    """The own boards, those shared, and the ready-made ones."""
    account = visitor_of(request).account
    seen = list_boards(account) if account else []
    context = {
        "own": [one for one in seen if one.is_own],
        "shared": [one for one in seen if not one.is_own],
        "ready": list_ready_boards(page_language()),
    }
    return render_page(request, "insight/boards/boards.html", context)


@require_safe
@requires(Permission.SUMMARY_READ)
def board(request: HttpRequest, key: str) -> HttpResponse:
    """The board; its tiles come by themselves, without script all at once with `?show=all`."""
    found = find_board(request, key)
    state = make_board_state(request.GET, board=found, scope=scope_of(request))
    shows_all = request.GET.get("show") == "all"
    context = {
        "board": found,
        "state": state,
        "tiles": [
            {
                "tile": tile,
                "title": name_tile(tile, state=state),
                "url": tile_url(found, tile, state=state),
                "shown": show_tile(tile, state=state) if shows_all else None,
                **export_of(request, found, tile, state=state),
            }
            for tile in found.tiles
        ],
        "is_elsewhere": found.unit is not None and not state.scope.allows(found.unit.pk),
        "may_keep": visitor_of(request).account is not None,
        "others": _others(request, found),
        "all_url": with_parameters(request.GET, show="all"),
    }
    return render_page(request, "insight/boards/board.html", context)


@require_safe
@requires(Permission.SUMMARY_READ)
def board_tile(request: HttpRequest, key: str, tile_id: str) -> HttpResponse:
    """One tile: its inside for the board that asks, else a page of its own. `wall=1`: without ways on."""
    found = find_board(request, key)
    state = make_board_state(request.GET, board=found, scope=scope_of(request))
    tile = _tile(found, tile_id)
    context = {
        "board": found,
        "state": state,
        "shown": show_tile(tile, state=state),
        **export_of(request, found, tile, state=state),
    }
    if request.GET.get("wall"):
        return render(request, "insight/boards/_wall_tile.html", context)
    parts = {f"tile-{tile.id}": "insight/boards/_tile.html"}
    return render_page(request, "insight/boards/tile.html", context, parts=parts)


@require_safe
@requires(Permission.FEEDBACK_EXPORT)
def board_tile_export(request: HttpRequest, key: str, tile_id: str) -> HttpResponseBase:
    """The rows of a tile as a file, all of them."""
    found = find_board(request, key)
    scope = visitor_of(request).scope_for(Permission.SUMMARY_READ)
    state = make_board_state(request.GET, board=found, scope=scope)
    tile = _tile(found, tile_id)
    result = read_tile(tile, state=state)
    if result is None:
        return redirect(
            tile_state(tile, state=state).url("voices_export")
            + f"&format={wanted_format(request.GET.get('format', ''))}"
        )
    rows = list(_rows(result, tile=tile))
    record_event(
        "board.tile_exported", by=actor_of(request), target=("board", key), details={"rows": len(rows)}
    )
    return stream_table(
        request,
        name=f"zhiyin-{tile.measure}",
        columns=[_("Name"), _("Value"), _("Low"), _("High"), "n", _("Change"), _("Verdict on the change")],
        rows=rows,
        form=wanted_format(request.GET.get("format", "")),
        n_rows=len(rows),
    )


@require_safe
@requires(Permission.SUMMARY_READ)
def board_file(request: HttpRequest, key: str) -> HttpResponse:
    """The board as JSON: what it is made of, without a figure."""
    found = find_board(request, key)
    response = HttpResponse(write_board(found), content_type="application/json")
    response["Content-Disposition"] = (
        f'attachment; filename="zhiyin-board-{found.key}-{timezone.localdate().isoformat()}.json"'
    )
    return response


def find_board(request: HttpRequest, key: str) -> BoardView:
    """The board of the address.

    Raises:
        Http404: there is none that the visitor sees.
    """
    try:
        return get_board(key, account=visitor_of(request).account, language=page_language())
    except NotFound:
        raise Http404 from None


def tile_url(found: BoardView, tile: Tile, *, state: ViewState) -> str:
    """The address of the tile in the state of its board."""
    return f"{reverse('board_tile', args=[found.key, tile.id])}?{state.query()}"


def export_of(request: HttpRequest, found: BoardView, tile: Tile, *, state: ViewState) -> dict[str, str]:
    """The address of the tile's file; empty for who may not have it."""
    if not visitor_of(request).may(Permission.FEEDBACK_EXPORT):
        return {"export_url": ""}
    return {"export_url": f"{reverse('board_tile_export', args=[found.key, tile.id])}?{state.query()}"}


def _others(request: HttpRequest, found: BoardView) -> list[BoardView]:
    account = visitor_of(request).account
    seen = [*(list_boards(account) if account else []), *list_ready_boards(page_language())]
    return [one for one in seen if one.key != found.key]


def _tile(found: BoardView, tile_id: str) -> Tile:
    try:
        return get_tile(found, tile_id)
    except NotFound:
        raise Http404 from None


def _rows(result: MeasureResult, *, tile: Tile) -> Iterator[list[Cell]]:
    named = [(_("All"), result.total)]
    named += [(one.name, one.figure) for one in sort_groups(result.groups, tile=tile)]
    named += [(f"{one.first_day} – {one.last_day}", one.figure) for one in result.points]
    for name, figure in named:
        change = figure.change
        yield [
            *(name, figure.value, figure.low, figure.high, figure.n),
            None if change is None else change.value,
            None if change is None else verdict_name(change.verdict),
        ]
