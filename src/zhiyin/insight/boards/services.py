"""Makes, changes, copies, shares and deletes boards; only their owners may."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from zhiyin.errors import InvalidInput, NotFound
from zhiyin.insight.boards.tiles import MAX_TILES, Tile, check_tile, write_tiles
from zhiyin.insight.models import Board
from zhiyin.insight.periods import CUSTOM, DEFAULT, NAMES
from zhiyin.people.models import Account, OrgUnit
from zhiyin.people.permissions import Permission, roles_with

MAX_NAME, MAX_DESCRIPTION, MAX_BOARDS = 80, 300, 100
PERIODS = tuple(code for code in NAMES if code != CUSTOM)


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedBoard:
    """What a board is to be."""

    name: str
    description: str = ""
    period: str = DEFAULT
    unit: OrgUnit | None = None
    sharing: str = Board.Sharing.OWN.value
    roles: Sequence[str] = ()


def create_board(wanted: WantedBoard, *, owner: Account, tiles: Iterable[Tile] = (), now: datetime) -> Board:
    """The new board.

    Raises:
        InvalidInput: no name, too long a name, too many boards or tiles, or a tile that cannot be shown.
    """
    if Board.objects.filter(owner=owner, deleted_at=None).count() >= MAX_BOARDS:
        raise InvalidInput(f"You have {MAX_BOARDS} boards already.", next_step="Delete some.", field="name")
    board = Board(owner=owner, created_at=now, changed_at=now, tiles=write_tiles(_checked(tiles)))
    _set(board, wanted)
    board.save()
    return board


def change_board(board_id: int, wanted: WantedBoard, *, owner: Account, now: datetime) -> Board:
    """The board, as wanted.

    Raises:
        NotFound: it is not theirs. InvalidInput: as `create_board`.
    """
    board = get_own(board_id, owner=owner)
    _set(board, wanted)
    board.changed_at = now
    board.save()
    return board


def delete_board(board_id: int, *, owner: Account, now: datetime) -> Board:
    """Away from everybody's list; `restore_board` brings it back.

    Raises:
        NotFound: it is not theirs.
    """
    board = get_own(board_id, owner=owner)
    board.deleted_at = now
    board.save(update_fields=["deleted_at"])
    return board


def restore_board(board_id: int, *, owner: Account) -> Board:
    """The deleted board, back again.

    Raises:
        NotFound: it is not theirs.
    """
    board = Board.objects.filter(pk=board_id, owner=owner).first()
    if board is None:
        raise NotFound("There is no such board.")
    board.deleted_at = None
    board.save(update_fields=["deleted_at"])
    return board


def get_own(board_id: int, *, owner: Account) -> Board:
    """The board, if it is theirs.

    Raises:
        NotFound: it is not.
    """
    board = Board.objects.filter(pk=board_id, owner=owner, deleted_at=None).select_related("unit").first()
    if board is None:
        raise NotFound("There is no such board, or it is not yours.")
    return board


def readers() -> list[str]:
    """The roles that a board can be shared with: those that see figures."""
    return sorted(role.value for role in roles_with(Permission.SUMMARY_READ))


def _set(board: Board, wanted: WantedBoard) -> None:
    name = " ".join(wanted.name.replace("\0", "").split())
    if not name or len(name) > MAX_NAME:
        raise InvalidInput(f"Give the board a name of 1 to {MAX_NAME} signs.", field="name")
    if len(wanted.description) > MAX_DESCRIPTION:
        raise InvalidInput(f"Describe it in {MAX_DESCRIPTION} signs at most.", field="description")
    board.name, board.description = name, wanted.description.replace("\0", "").strip()
    board.period = wanted.period if wanted.period in PERIODS else DEFAULT
    board.unit = wanted.unit
    board.roles = sorted(set(wanted.roles) & set(readers())) if wanted.sharing == "roles" else []
    if wanted.sharing == Board.Sharing.ROLES and not board.roles:
        raise InvalidInput("Choose at least one role to share it with.", field="roles")
    is_known = wanted.sharing in Board.Sharing.values
    board.sharing = wanted.sharing if is_known else Board.Sharing.OWN.value


def _checked(tiles: Iterable[Tile]) -> list[Tile]:
    checked = [check_tile(tile) for tile in tiles]
    if len(checked) > MAX_TILES:
        raise InvalidInput(f"A board holds {MAX_TILES} tiles at most.", field="tiles")
    if len({tile.id for tile in checked}) != len(checked):
        raise InvalidInput("Two tiles have the same id.", field="tiles")
    return checked
