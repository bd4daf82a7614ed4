from __future__ import annotations

import json

import pytest
from django.utils import timezone

from zhiyin.errors import InvalidInput, NotFound
from zhiyin.insight.boards import services, tile_services
from zhiyin.insight.boards.files import read_board, write_board
from zhiyin.insight.boards.queries import get_board, list_boards, list_ready_boards
from zhiyin.insight.boards.ready import find_ready, list_ready
from zhiyin.insight.boards.services import WantedBoard
from zhiyin.insight.boards.tiles import Tile, check_tile, read_tiles
from zhiyin.insight.models import Board
from zhiyin.people.models import Account, RoleGrant

pytestmark = pytest.mark.django_db


@pytest.fixture
def accounts(db):
    made = {}
    for name, roles in {"wang": ["analyst"], "li": ["manager"], "zhao": ["auditor"]}.items():
        made[name] = Account.objects.create(username=name)
        for role in roles:
            RoleGrant.objects.create(account=made[name], role=role)
    return made


def make(owner, *, tiles=(), **wanted):
    given = WantedBoard(**{"name": "早会", **wanted})
    return services.create_board(given, owner=owner, tiles=tiles, now=timezone.now())


def figure(id="a", measure="volume", **fields):
    return Tile(id=id, shape="figure", measure=measure, **fields)


def names(account):
    return [one.name for one in list_boards(account)]


def ids(board):
    return [tile.id for tile in read_tiles(Board.objects.get(pk=board.pk).tiles)]


def test_a_private_board_is_seen_by_its_owner_alone(accounts):
    board = make(accounts["wang"])
    assert (names(accounts["wang"]), names(accounts["li"])) == (["早会"], [])
    with pytest.raises(NotFound):
        get_board(str(board.pk), account=accounts["li"], language="zh")


def test_a_board_is_shared_with_roles_or_with_all_and_changed_by_its_owner_only(accounts):
    board = make(accounts["wang"], sharing="roles", roles=["manager", "frontline", "nobody"])
    assert board.roles == ["manager"], "only roles that see figures"
    assert (names(accounts["li"]), names(accounts["zhao"])) == (["早会"], [])
    services.change_board(
        board.pk, WantedBoard(name="早会", sharing="company"), owner=accounts["wang"], now=timezone.now()
    )
    assert names(accounts["zhao"]) == ["早会"]
    for change in (
        lambda: services.delete_board(board.pk, owner=accounts["li"], now=timezone.now()),
        lambda: services.restore_board(board.pk, owner=accounts["li"]),
        lambda: tile_services.add_tile(board.pk, figure(), owner=accounts["li"], now=timezone.now()),
    ):
        with pytest.raises(NotFound):
            change()


def test_sharing_by_role_needs_a_role_and_a_board_a_name(accounts):
    with pytest.raises(InvalidInput) as refused:
        make(accounts["wang"], sharing="roles")
    assert refused.value.field == "roles"
    with pytest.raises(InvalidInput):
        make(accounts["wang"], name="  \n")


def test_a_deleted_board_comes_back(accounts):
    board = make(accounts["wang"])
    services.delete_board(board.pk, owner=accounts["wang"], now=timezone.now())
    assert names(accounts["wang"]) == []
    services.restore_board(board.pk, owner=accounts["wang"])
    assert names(accounts["wang"]) == ["早会"]


def test_tiles_are_added_moved_changed_removed_and_put_back_where_they_stood(accounts):
    wang, now = accounts["wang"], timezone.now()
    board = make(wang, tiles=[figure("a"), figure("b", "rating"), figure("c", "net_sentiment")])
    assert tile_services.move_tile(board.pk, "c", to="up", owner=wang, now=now) == 1
    assert tile_services.move_tile(board.pk, "a", to="up", owner=wang, now=now) == 0, "it is the first"
    assert ids(board) == ["a", "c", "b"]
    tile_services.remove_tile(board.pk, "c", owner=wang, now=now)
    assert ids(board) == ["a", "b"]
    tile_services.put_back(board.pk, "c", owner=wang, now=now)
    tile_services.put_back(board.pk, "c", owner=wang, now=now)
    assert ids(board) == ["a", "c", "b"]
    tile_services.change_tile(board.pk, figure("b", "volume", size="l"), owner=wang, now=now)
    assert read_tiles(Board.objects.get(pk=board.pk).tiles)[2].size == "l"
    added = tile_services.add_tile(board.pk, figure("a"), owner=wang, now=now)
    assert added.id not in {"a", "b", "c"}
    with pytest.raises(NotFound):
        tile_services.remove_tile(board.pk, "x", owner=wang, now=now)


@pytest.mark.parametrize(
    ("tile", "field"),
    [
        (Tile(id="a", shape="figure", measure="moon"), "measure"),
        (Tile(id="a", shape="ranking", measure="volume"), "by"),
        (Tile(id="a", shape="table", measure="volume", by="aspect"), "by"),
        (Tile(id="a", shape="figure", measure="volume", title="长" * 81), "title"),
    ],
)
def test_a_tile_that_cannot_be_shown_is_refused_by_its_field(tile, field):
    with pytest.raises(InvalidInput) as refused:
        check_tile(tile)
    assert refused.value.field == field


def test_every_ready_made_board_can_be_shown_and_copied_in_both_languages(accounts):
    assert list_ready() == ["company", "region", "store", "product", "channel", "touchpoint"]
    for code in list_ready():
        tiles = find_ready(code).tiles
        assert make(accounts["wang"], tiles=tiles).pk
    assert all(one.name and one.description for one in [*list_ready_boards("zh"), *list_ready_boards("en")])


def test_a_board_goes_through_a_file_and_comes_back_the_same(accounts):
    tile = Tile(id="a", shape="ranking", measure="rating", by="store", size="m", channel="phone", order="low")
    board = make(accounts["wang"], tiles=[tile, Tile(id="v", shape="voices", only="negative")], period="7d")
    view = get_board(str(board.pk), account=accounts["wang"], language="zh")
    wanted, tiles = read_board(write_board(view))
    assert (wanted.name, wanted.period, wanted.sharing) == ("早会", "7d", "own")
    assert [(one.shape, one.by, one.channel, one.only) for one in tiles] == [
        ("ranking", "store", "phone", ""),
        ("voices", "", "", "negative"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"\xff\xfe",
        json.dumps({"format": "other", "version": 1, "name": "a", "tiles": []}).encode(),
    ],
)
def test_another_file_is_refused(content):
    with pytest.raises(InvalidInput) as refused:
        read_board(content)
    assert refused.value.field == "file"
