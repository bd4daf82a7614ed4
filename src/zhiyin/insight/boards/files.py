"""Boards as files: JSON that another installation can take in."""

from __future__ import annotations

from typing import Literal

import msgspec

from zhiyin.errors import InvalidInput
from zhiyin.insight.boards.queries import BoardView
from zhiyin.insight.boards.services import WantedBoard
from zhiyin.insight.boards.tile_services import new_id
from zhiyin.insight.boards.tiles import Tile

MAX_BYTES = 200_000


class BoardFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A board without its figures, its owner and its unit: those belong to an installation."""

    format: Literal["zhiyin-board"]
    version: Literal[1]
    name: str
    tiles: list[Tile]
    description: str = ""
    period: str = "30d"


def write_board(board: BoardView) -> bytes:
    """The board as JSON."""
    content = BoardFile(
        format="zhiyin-board",
        version=1,
        name=board.name,
        description=board.description,
        period=board.period,
        tiles=list(board.tiles),
    )
    return msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n"


def read_board(content: bytes) -> tuple[WantedBoard, list[Tile]]:
    """What such a file holds; every tile gets an id of its own.

    Raises:
        InvalidInput: it is no such file; says where it is wrong.
    """
    if len(content) > MAX_BYTES:
        raise InvalidInput("This file is too large for a board.", field="file")
    try:
        found = msgspec.json.decode(content, type=BoardFile)
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(
            f"This is no file of a board: {error}",
            next_step="Choose one that was exported from a board.",
            field="file",
        ) from None
    wanted = WantedBoard(name=found.name, description=found.description, period=found.period)
    return wanted, [msgspec.structs.replace(tile, id=new_id()) for tile in found.tiles]
