"""The scoreboard and the pages of units and aspects: figures that open to as many rows, scope, files."""

import csv
import io
import re
from contextlib import closing
from datetime import UTC, datetime
from html import unescape
from urllib.parse import urlsplit

import openpyxl
import pytest
from django.http import QueryDict
from django.urls import reverse

from zhiyin.insight.queries.rows import count_rows
from zhiyin.insight.state import make_state
from zhiyin.listen.api import open_lake
from zhiyin.people.models import AuditEvent
from zhiyin.people.queries.accounts import get_scope
from zhiyin.people.roles import Role
from zhiyin.people.services.units import create_unit

pytestmark = pytest.mark.django_db
SLOW = ("service_serving_speed", "negative", "上菜", "慢")
FAST = ("service_serving_speed", "positive", "上菜", "快")
RUDE = ("service_waiters_attitude", "negative", "店员", "凶")
TASTY = ("dish_taste", "positive", "菜", "好吃")
NOW = datetime.now(UTC).replace(microsecond=0)


def page_of(client, address, **headers):
    response = client.get(address, headers=headers)
    assert response.status_code == 200, (address, response.status_code)
    return response.content.decode()


def rows_behind(client, link):
    """How many voices the list at this address holds for this account."""
    query = urlsplit(link).query
    state = make_state(QueryDict(query), scope=get_scope(client.account), customers=None)
    with closing(open_lake().connect("feedback", "opinions", "replies")) as connection:
        return count_rows(connection, scope=state.scope, filter=state.filter)


def voices_links(page):
    """Address and text of each link to voices that shows a plain number."""
    found = re.findall(r'<a(?![^>]*polarity-)[^>]*href="(/voices/\?[^"]*)"[^>]*>\s*([\d,]+)\s*</a>', page)
    # A net sentiment may be a plain number too; it is no count.
    return [(unescape(link), int(text.replace(",", ""))) for link, text in found if "=neutral" not in link]


@pytest.mark.parametrize(
    "address",
    [
        "/units/",
        "/units/?kind=store",
        "/units/?unit=N",
        "/units/s1/",
        "/units/N/?show=aspects",
        "/units/s2/?period=all",
        "/aspects/",
        "/aspects/?flat=1&period=all&unit=N",
        "/aspects/service/?show=units&show=reasons&show=words",
        "/aspects/service_serving_speed/?show=units&show=reasons&unit=N",
    ],
)
def test_each_number_opens_to_as_many_voices_as_it_says(company, sign_in, address):
    client = sign_in(Role.OWNER)
    links = voices_links(page_of(client, address))
    assert len(links) >= 1
    for link, n in links:
        assert rows_behind(client, link) == n, link


def test_shares_and_means_open_to_the_voices_they_are_of(company, sign_in):
    client = sign_in(Role.OWNER)
    page = page_of(client, "/units/?kind=store&name=2 号店")
    links = [unescape(link) for link in re.findall(r'href="(/voices/\?[^"]*)"', page)]
    assert {rows_behind(client, link) for link in links if "rated=4.8" in link} == {60}
    assert {rows_behind(client, link) for link in links if "answered=yes" in link} == {60}
    assert {rows_behind(client, link) for link in links if "stars=1" in link} == {60}
    assert "3.0" in page


def test_the_list_of_voices_shows_the_number_that_led_there(company, sign_in):
    client = sign_in(Role.OWNER)
    page = page_of(client, "/units/?kind=store")
    link, n = next(pair for pair in voices_links(page) if "unit=s1" in pair[0])
    assert n == 60
    assert "60" in page_of(client, link)


def test_regions_come_first_and_open_to_their_stores(company, sign_in):
    client = sign_in(Role.OWNER)
    page = page_of(client, "/units/")
    assert "华北" in page
    assert "1 号店" not in page
    below = page_of(client, "/units/?unit=N")
    assert "1 号店" in below
    assert "3 号店" not in below


def names_of(page):
    return re.findall(r'<th scope="row"><span class="unit-cell"><a href="[^"]*">([^<]+)</a>', page)


def test_the_worst_stands_first_and_one_voice_is_no_verdict(company, sign_in):
    client = sign_in(Role.OWNER)
    page = page_of(client, "/units/?kind=store")
    assert names_of(page)[0] == "1 号店"
    assert "really worse" in page
    small = page[page.index("3 号店") - 400 : page.index("3 号店")]
    assert "small-n" in small
    best = page_of(client, "/units/?kind=store&sort=-rating")
    assert names_of(best)[0] == "2 号店"
    by_name = page_of(client, "/units/?kind=store&sort=-name")
    assert names_of(by_name) == ["3 号店", "2 号店", "1 号店"]


def test_only_the_table_is_sent_to_who_asks_for_the_table(company, sign_in):
    client = sign_in(Role.OWNER)
    part = page_of(client, "/units/?sort=-n", **{"HX-Request": "true", "HX-Target": "unit-table"})
    assert part.lstrip().startswith('<div id="unit-table">')
    lower = page_of(client, "/aspects/service/", **{"HX-Request": "true", "HX-Target": "aspect-reasons"})
    assert 'id="aspect-reasons"' in lower
    assert "<html" not in lower


def test_chosen_aspects_become_columns(company, sign_in):
    page = page_of(sign_in(Role.OWNER), "/units/?column=dish_taste&column=group.service&column=nonsense")
    headings = re.findall(r'class="table-sort[^"]*"[^>]*>([^<]+)', page)
    assert headings[-4:-2] == ["Taste", "Service"]


def test_a_store_manager_sees_the_own_store_alone(company, sign_in):
    client = sign_in(Role.MANAGER, company["stores"][1])
    assert client.get("/units/?period=7d").url == "/units/s2/?period=7d"
    for address in (
        "/units/?kind=store",
        "/units/?name=号店",
        "/units/s2/?show=aspects",
        "/aspects/",
        "/aspects/service/?show=units&show=reasons&show=words",
    ):
        page = page_of(client, address)
        assert "1 号店" not in page
        assert "华北" not in page
        for link, n in voices_links(page):
            assert n <= 60
            assert rows_behind(client, link) == n
    assert "No unit is found" in page_of(client, "/units/?name=1 号店")
    for address in ("/units/s1/", "/units/N/", "/units/nowhere/"):
        assert client.get(address).status_code == 404
    assert names_of(page_of(client, "/units/?kind=store")) == ["2 号店"]


def table_of(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_files_hold_every_row_of_the_page_and_are_audited(company, sign_in):
    client = sign_in(Role.OWNER)
    for address, n in (
        ("/export/units/?kind=store", 3),
        ("/export/units/", 2),
        ("/export/units/?name=2 号", 1),
        ("/export/aspects/?flat=1", 3),
        ("/export/aspects/units/service/", 3),
        ("/export/aspects/words/service/", 3),
    ):
        response = client.get(address)
        rows = table_of(response)
        assert (len(rows) - 1, response["X-Row-Count"]) == (n, str(n)), address
        assert len({len(row) for row in rows}) == 1
    assert AuditEvent.objects.filter(action__endswith=".exported").count() == 6
    assert client.get("/export/aspects/nonsense/service/").status_code == 404


def test_a_file_says_what_the_page_says(company, sign_in):
    rows = table_of(sign_in(Role.OWNER).get("/export/units/?kind=store"))
    first = dict(zip(rows[0], rows[1], strict=True))
    assert (first["Code"], first["Above it"], first["Voices"], float(first["Net sentiment"])) == (
        "s1",
        "华北",
        "60",
        -100,
    )
    assert (first["Rating"], first["Ratings ≥ 4.8, share"], first["Answered"]) == ("1.5", "0.0", "0")
    assert first["Against the others"] == "really worse"


def test_a_spreadsheet_holds_the_same_rows(company, sign_in):
    response = sign_in(Role.OWNER).get("/export/units/?kind=store&format=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    assert [row[0] for row in book.active.iter_rows(values_only=True)][1:] == ["s1", "s3", "s2"]


def test_a_store_manager_takes_the_own_store_only_and_an_agent_nothing(company, sign_in):
    manager = sign_in(Role.MANAGER, company["stores"][1])
    assert [row[0] for row in table_of(manager.get("/export/units/?kind=store"))][1:] == ["s2"]
    assert len(table_of(manager.get("/export/aspects/units/service/"))) == 2
    agent = sign_in(Role.AGENT, company["N"])
    for address in ("/export/units/", "/export/aspects/", "/export/aspects/words/service/"):
        assert agent.get(address).status_code == 403
    assert "/export/" not in page_of(agent, "/units/") + page_of(
        agent, "/aspects/service/?show=reasons&show=units"
    )


def test_pages_without_voices_say_what_would_be_there(home, sign_in):
    client = sign_in(Role.OWNER)
    assert "No units yet" in page_of(client, "/units/")
    assert "Nobody speaks of an aspect here" in page_of(client, "/aspects/")
    assert "Nobody speaks of it in this period" in page_of(
        client, "/aspects/service/?show=units&show=reasons&show=words"
    )
    create_unit("a/b", name="空店", kind="store")
    assert "No voices of this period" in page_of(client, reverse("unit", args=["a/b"]) + "?show=aspects")
    assert "空店" in page_of(client, "/units/")
