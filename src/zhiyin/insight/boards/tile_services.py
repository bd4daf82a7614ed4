"""Adds, changes, moves and removes tiles; what was removed can be put back."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Literal

import msgspec
from django.db import transaction

from zhiyin.errors import InvalidInput, NotFound
from zhiyin.insight.boards.services import get_own
from zhiyin.insight.boards.tiles import MAX_TILES, Tile, check_tile, read_tiles, write_tiles
from zhiyin.insight.models import Board
from zhiyin.people.models import Account

Direction = Literal["up", "down", "first", "last"]
_MAX_REMOVED = 10


class _Removed(msgspec.Struct, frozen=True, kw_only=True):
    """A tile that was taken away, and where it stood."""

    tile: Tile
    place: int


def new_id(taken: frozenset[str] = frozenset()) -> str:
    """An id for a tile that no other of the board has."""
    while (found := secrets.token_hex(4)) in taken:
        pass
    return found


@transaction.atomic
def add_tile(board_id: int, tile: Tile, *, owner: Account, now: datetime) -> Tile:
    """The tile, at the end of the board and with an id of its own.

    Raises:
        NotFound: the board is not theirs. InvalidInput: it is full, or the tile cannot be shown.
    """
    board = _locked(board_id, owner=owner)
    tiles = read_tiles(board.tiles)
    if len(tiles) >= MAX_TILES:
        raise InvalidInput(
            f"A board holds {MAX_TILES} tiles at most.", next_step="Remove one, or begin another board."
        )
    added = msgspec.structs.replace(check_tile(tile), id=new_id(frozenset(one.id for one in tiles)))
    _store(board, [*tiles, added], now=now)
    return added


@transaction.atomic
def change_tile(board_id: int, tile: Tile, *, owner: Account, now: datetime) -> Tile:
    """The tile of that id, as given, in its place.

    Raises:
        NotFound: there is no such tile. InvalidInput: it cannot be shown.
    """
    board = _locked(board_id, owner=owner)
    tiles = read_tiles(board.tiles)
    place = _place(tiles, tile.id)
    tiles[place] = check_tile(tile)
    _store(board, tiles, now=now)
    return tiles[place]


@transaction.atomic
def move_tile(board_id: int, tile_id: str, *, to: Direction, owner: Account, now: datetime) -> int:
    """Its new place, from 0; at an end it stays where it is.

    Raises:
        NotFound: there is no such tile.
    """
    board = _locked(board_id, owner=owner)
    tiles = read_tiles(board.tiles)
    place = _place(tiles, tile_id)
    end = len(tiles) - 1
    wanted = {"up": place - 1, "down": place + 1, "first": 0, "last": end}[to]
    new_place = min(max(wanted, 0), end)
    tiles.insert(new_place, tiles.pop(place))
    _store(board, tiles, now=now)
    return new_place


@transaction.atomic
def remove_tile(board_id: int, tile_id: str, *, owner: Account, now: datetime) -> Tile:
    """The tile, away; `put_back` undoes it.

    Raises:
        NotFound: there is no such tile.
    """
    board = _locked(board_id, owner=owner)
    tiles = read_tiles(board.tiles)
    place = _place(tiles, tile_id)
    removed = _Removed(tile=tiles.pop(place), place=place)
    board.removed = [msgspec.to_builtins(removed), *board.removed][:_MAX_REMOVED]
    _store(board, tiles, now=now)
    return removed.tile


@transaction.atomic
def put_back(board_id: int, tile_id: str, *, owner: Account, now: datetime) -> None:
    """A tile that was removed stands where it stood. Nothing happens where it stands there already.

    Raises:
        NotFound: the board is not theirs, or the tile was removed too long ago.
    """
    board = _locked(board_id, owner=owner)
    tiles = read_tiles(board.tiles)
    if any(one.id == tile_id for one in tiles):
        return
    kept = [msgspec.convert(one, _Removed) for one in board.removed]
    found = next((one for one in kept if one.tile.id == tile_id), None)
    if found is None or len(tiles) >= MAX_TILES:
        raise NotFound("This tile cannot be put back.", next_step="Add a new one.")
    tiles.insert(min(found.place, len(tiles)), found.tile)
    board.removed = [msgspec.to_builtins(one) for one in kept if one is not found]
    _store(board, tiles, now=now)


def _locked(board_id: int, *, owner: Account) -> Board:
    board = get_own(board_id, owner=owner)
    return Board.objects.select_for_update().get(pk=board.pk)


def _place(tiles: list[Tile], tile_id: str) -> int:
    for place, one in enumerate(tiles):
        if one.id == tile_id:
            return place
    raise NotFound("There is no such tile.", next_step="Load the board again.")


def _store(board: Board, tiles: list[Tile], *, now: datetime) -> None:
    board.tiles, board.changed_at = write_tiles(tiles), now
    board.save(update_fields=["tiles", "removed", "changed_at"])
