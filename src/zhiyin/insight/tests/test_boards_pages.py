from __future__ import annotations

import json
import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from zhiyin.insight.boards import services
from zhiyin.insight.boards.services import WantedBoard
from zhiyin.insight.boards.tiles import Tile
from zhiyin.insight.models import Board
from zhiyin.people.queries.accounts import find_account

VOLUME = Tile(id="a", shape="figure", measure="volume")
LIST = Tile(id="v", shape="voices", only="negative")
RANKING = Tile(id="r", shape="ranking", measure="volume", by="store")


def make(company, *, owner="owner-all", tiles=(VOLUME,), **wanted):
    company.visit("owner")
    given = WantedBoard(**{"name": "早会", "period": "7d", **wanted})
    return services.create_board(given, owner=find_account(owner), tiles=tiles, now=timezone.now())


def part(client, url, element):
    return client.get(url, headers={"hx-request": "true", "hx-target": element})


def words(response):
    return response.content.decode()


def test_a_ready_made_board_becomes_an_own_one_by_one_click(company):
    owner = company.visit("owner")
    assert "Make it mine" in words(owner.get("/boards/company/"))
    response = owner.post("/boards/company/copy/")
    board = Board.objects.get()
    assert response["Location"] == f"/boards/{board.pk}/edit/"
    assert len(board.tiles) == 9
    assert "Company" in words(owner.get("/boards/"))


def test_a_tile_shows_the_figures_of_the_reader_alone_and_opens_their_rows(company):
    board = make(company, sharing="company")
    for store in ("n1", "n1", "s1"):
        company.say(store=store)
    url = f"/boards/{board.pk}/tiles/a/"
    everything = words(part(company.visit("owner"), url, "tile-a"))
    own = words(part(company.visit("manager", unit="s1"), url, "tile-a"))
    assert re.search(r'board-value"><a href="/voices/\?[^"]*">3<', everything)
    assert re.search(r'board-value"><a href="/voices/\?[^"]*">1<', own)
    assert "What is counted" in own
    assert "<html" not in own


def test_a_board_of_a_unit_that_the_reader_does_not_see_shows_the_readers_own(company):
    board = make(company, sharing="company", unit=company.north)
    company.say(store="s1")
    manager = company.visit("manager", unit="s1")
    assert "a unit that you do not see" in words(manager.get(f"/boards/{board.pk}/"))
    assert re.search(r">1<", words(part(manager, f"/boards/{board.pk}/tiles/a/", "tile-a")))


def test_a_private_board_is_not_found_by_others(company):
    board = make(company)
    analyst = company.visit("analyst")
    for path in ("", "tiles/a/", "wall/", "file/", "tiles/a/export/?format=csv"):
        assert analyst.get(f"/boards/{board.pk}/{path}").status_code == 404
    assert analyst.get(f"/boards/{board.pk}/edit/").status_code == 404
    assert analyst.post(f"/boards/{board.pk}/copy/").status_code == 404


def test_without_script_all_tiles_stand_in_the_page(company):
    board = make(company, tiles=[VOLUME, RANKING, LIST])
    company.say("上菜太慢，态度恶劣")
    page = words(company.visit("owner").get(f"/boards/{board.pk}/?show=all"))
    assert page.count("board-total") >= 2
    assert "上菜太慢" in page


def test_a_board_is_put_together_by_forms_alone(company):
    owner = company.visit("owner")
    owner.post("/boards/new/", {"name": "值班", "period": "today", "sharing": "own"})
    board = Board.objects.get()
    tiles = f"/boards/{board.pk}/edit/tiles/"
    refused = owner.post(
        f"{tiles}new/", {"shape": "ranking", "measure": "volume", "order": "high", "limit": 5, "size": "m"}
    )
    assert refused.status_code == 422
    for measure in ("volume", "rating"):
        given = {"shape": "figure", "measure": measure, "order": "high", "limit": 5, "size": "s"}
        assert owner.post(f"{tiles}new/", given).status_code == 302
    first, second = (one["id"] for one in Board.objects.get().tiles)
    owner.post(f"{tiles}{second}/move/", {"to": "up"})
    assert [one["id"] for one in Board.objects.get().tiles] == [second, first]
    owner.post(f"{tiles}{first}/remove/")
    assert len(Board.objects.get().tiles) == 1
    owner.post(f"{tiles}{first}/remove/?restore")
    assert len(Board.objects.get().tiles) == 2
    changed = {
        "shape": "trend",
        "measure": "rating",
        "order": "high",
        "limit": 5,
        "size": "l",
        "title": "评分",
    }
    owner.post(f"{tiles}{first}/", changed)
    assert Board.objects.get().tiles[1]["title"] == "评分"
    owner.post(f"/boards/{board.pk}/delete/")
    assert owner.get(f"/boards/{board.pk}/").status_code == 404
    owner.post(f"/boards/{board.pk}/delete/?restore")
    assert owner.get(f"/boards/{board.pk}/").status_code == 200


def test_a_board_leaves_and_enters_as_a_file(company):
    board = make(company, tiles=[RANKING])
    owner = company.visit("owner")
    content = owner.get(f"/boards/{board.pk}/file/").content
    assert json.loads(content)["tiles"][0]["by"] == "store"
    owner.post("/boards/import/", {"file": SimpleUploadedFile("board.json", content)})
    assert Board.objects.count() == 2
    owner.post("/boards/import/", {"file": SimpleUploadedFile("board.json", b"{}")})
    assert Board.objects.count() == 2
    assert "no file of a board" in words(owner.get("/boards/"))


def test_a_tile_is_exported_with_all_its_rows_by_those_who_may(company):
    board = make(company, tiles=[RANKING, LIST], sharing="company")
    company.say(store="n1")
    company.say(store="s1")
    url = f"/boards/{board.pk}/tiles/r/export/?format=csv"
    response = company.visit("owner").get(url)
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 4
    assert lines[1].startswith("All,2")
    assert company.visit("agent", unit="n1").get(url).status_code == 403
    leads = company.visit("owner").get(f"/boards/{board.pk}/tiles/v/export/?format=csv")
    assert "/voices/export/" in leads["Location"]
    assert "sentiment=negative" in leads["Location"]


def test_the_wall_shows_screens_without_a_way_on(company):
    board = make(company, tiles=[VOLUME, RANKING, LIST])
    company.say("上菜太慢，电话13812345678")
    owner = company.visit("owner")
    page = words(owner.get(f"/boards/{board.pk}/wall/?every=30&also=store"))
    assert 'data-every="30"' in page
    assert page.count("data-screen") > 2
    assert "<a " not in page
    assert 'data-newest="' in page
    tile = words(owner.get(f"/boards/{board.pk}/tiles/v/?wall=1&period=7d"))
    assert "<a " not in tile
    assert "13812345678" not in tile
