"""More of the scoreboard and the pages of units."""

import re
from datetime import UTC, datetime
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from zhiyin.people.roles import Role

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


def names_of(page):
    return re.findall(r'<th scope="row"><span class="unit-cell"><a href="[^"]*">([^<]+)</a>', page)


def test_another_unit_of_the_bar_leads_to_its_page(company, sign_in):
    client = sign_in(Role.OWNER)
    assert client.get("/units/s1/?period=7d&unit=s2").url == "/units/s2/?period=7d"
    assert client.get("/units/s1/?period=7d&unit=").url == "/units/?period=7d"


def test_an_aspect_shows_words_reasons_and_units(company, sign_in):
    client = sign_in(Role.OWNER)
    page = page_of(client, "/aspects/service/?show=units&show=reasons&show=words")
    assert "上菜 → <strong>慢</strong>" in page
    assert '<mark class="opinion opinion-negative"' in page
    assert "How do customers speak of “Service”?" in page
    assert names_of(page)[0] == "1 号店"
    links = [unescape(link) for link in re.findall(r'href="(/voices/\?[^"]*)"', page)]
    asked = [parse_qs(urlsplit(link).query) for link in links]
    assert any(query.get("word") == ["慢"] and query.get("term") == ["上菜"] for query in asked)
    assert any(query.get("cause") == ["service"] for query in asked)
    assert page_of(client, "/aspects/gone_with_the_taxonomy/")


def test_the_page_of_a_unit_ranks_it_and_compares_its_aspects(company, sign_in):
    page = page_of(sign_in(Role.OWNER), "/units/s1/?show=aspects")
    assert "Place <strong>3</strong> of 3" in page
    assert "It is really worse than the others." in page
    assert "Elsewhere" in page
    own = page_of(sign_in(Role.MANAGER, company["stores"][0]), "/units/s1/?show=aspects")
    assert "Place" not in re.sub(r"placeholder", "", own)
    assert "Elsewhere" not in own


@pytest.mark.parametrize("address", ["/units/", "/units/s1/", "/aspects/", "/aspects/service/"])
def test_pages_ask_the_database_few_questions(company, sign_in, django_assert_max_num_queries, address):
    client = sign_in(Role.OWNER)
    page_of(client, address)
    with django_assert_max_num_queries(25):
        page_of(client, address)
