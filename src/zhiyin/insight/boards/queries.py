"""Reads boards: the own ones, those that others share, and the ready-made ones, as one thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zhiyin.console.numbers import Language
from zhiyin.errors import NotFound
from zhiyin.insight.boards.ready import find_ready, list_ready
from zhiyin.insight.boards.tiles import Tile, read_tiles
from zhiyin.insight.models import Board
from zhiyin.people.models import Account, OrgUnit, RoleGrant


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardView:
    """A board as somebody sees it. `key` stands in its address: a number, or the code of a ready-made one.

    `owner_name` is empty for ready-made ones, `board_id` None.
    """

    key: str
    name: str
    description: str
    period: str
    tiles: Sequence[Tile]
    unit: OrgUnit | None = None
    board_id: int | None = None
    is_own: bool = False
    owner_name: str = ""
    sharing: str = ""
    roles: Sequence[str] = ()

    @property
    def is_ready_made(self) -> bool:
        """Whether it comes with Zhiyin."""
        return self.board_id is None


def list_boards(account: Account) -> list[BoardView]:
    """The account's own boards, then those shared with it, each by name. Two queries."""
    roles = _roles(account)
    rows = Board.objects.filter(deleted_at=None).select_related("owner", "unit").order_by("name", "pk")
    seen = [_view(row, account) for row in rows if _is_seen(row, account, roles=roles)]
    return sorted(seen, key=lambda one: not one.is_own)


def list_ready_boards(language: Language) -> list[BoardView]:
    """The boards that come with Zhiyin, in their order."""
    return [_ready_view(code, language) for code in list_ready()]


def get_board(key: str, *, account: Account | None, language: Language) -> BoardView:
    """The board of that key, if the account sees it.

    Raises:
        NotFound: there is none, or it is not shared with them.
    """
    if find_ready(key) is not None:
        return _ready_view(key, language)
    if account is not None and key.isascii() and key.isdigit() and len(key) < 18:
        row = Board.objects.filter(pk=int(key), deleted_at=None).select_related("owner", "unit").first()
        if row is not None and _is_seen(row, account, roles=_roles(account)):
            return _view(row, account)
    raise NotFound("There is no such board, or it is not shared with you.")


def get_tile(board: BoardView, tile_id: str) -> Tile:
    """The tile of that id.

    Raises:
        NotFound: the board has none.
    """
    found = next((tile for tile in board.tiles if tile.id == tile_id), None)
    if found is None:
        raise NotFound("There is no such tile.", next_step="Load the board again.")
    return found


def _is_seen(row: Board, account: Account, *, roles: frozenset[str]) -> bool:
    if row.owner_id == account.pk or row.sharing == Board.Sharing.COMPANY:
        return True
    return row.sharing == Board.Sharing.ROLES and bool(roles & set(row.roles))


def _roles(account: Account) -> frozenset[str]:
    return frozenset(RoleGrant.objects.filter(account=account).values_list("role", flat=True))


def _view(row: Board, account: Account) -> BoardView:
    return BoardView(
        key=str(row.pk),
        name=row.name,
        description=row.description,
        period=row.period,
        tiles=read_tiles(row.tiles),
        unit=row.unit,
        board_id=row.pk,
        is_own=row.owner_id == account.pk,
        owner_name=str(row.owner),
        sharing=row.sharing,
        roles=tuple(row.roles),
    )


def _ready_view(code: str, language: Language) -> BoardView:
    found = find_ready(code)
    if found is None:
        raise NotFound("There is no such board.")
    return BoardView(
        key=code,
        name=found.name.of(language),
        description=found.description.of(language),
        period=found.period,
        tiles=found.tiles,
    )
