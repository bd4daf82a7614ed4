"""More of the scoreboard and the pages of units."""

import re
from contextlib import closing
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pyarrow as pa
import pytest
from django.conf import settings
from django.test import Client

from zhiyin.engine import open_engine
from zhiyin.listen.api import open_lake
from zhiyin.listen.facts import FEEDBACK, OPINIONS, REPLIES
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.people.services.units import create_unit

pytestmark = pytest.mark.django_db
SLOW = ("service_serving_speed", "negative", "上菜", "慢")
FAST = ("service_serving_speed", "positive", "上菜", "快")
RUDE = ("service_waiters_attitude", "negative", "店员", "凶")
TASTY = ("dish_taste", "positive", "菜", "好吃")
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def company(home, small_lake):
    """Two regions, three stores; one store is bad, one has a single voice."""
    north, south = (
        create_unit(code, name=name, kind="region") for code, name in (("N", "华北"), ("S", "华南"))
    )
    stores = [
        create_unit(f"s{number}", name=f"{number} 号店", kind="store", parent=parent)
        for number, parent in ((1, north), (2, north), (3, south))
    ]
    for place in range(60):
        common = {"at": NOW - timedelta(days=2, minutes=place), "text": "等了很久"}
        small_lake.say(
            unit_id=stores[0].pk, stars=1 + place % 2, cause="service", opinions=[SLOW, RUDE], **common
        )
        small_lake.say(unit_id=stores[1].pk, stars=5, opinions=[FAST, TASTY], reply_after_hours=3, **common)
        small_lake.say(unit_id=stores[1].pk, stars=5, opinions=[FAST], at=NOW - timedelta(days=40), text="快")
    small_lake.say(unit_id=stores[2].pk, stars=4.6, at=NOW - timedelta(days=1), opinions=[SLOW], text="慢")
    small_lake.say(unit_id=None, stars=1, at=NOW - timedelta(days=1), opinions=[SLOW], text="慢")
    for voice in small_lake.feedback:
        voice |= {"source": "shop", "received_at": voice["occurred_at"], "n_turns": 1, "n_media": 0}
        voice |= {"urgency_reasons": [], "private": [], "model": "test", "taxonomy": "t"}
    for opinion in small_lake.opinions:
        opinion["start"], opinion["end"], opinion["confidence"] = 0, 1, 1.0
    lake = open_lake()
    for spec, rows in (
        (FEEDBACK, small_lake.feedback),
        (OPINIONS, small_lake.opinions),
        (REPLIES, small_lake.replies),
    ):
        whole = [{**dict.fromkeys(spec.schema.names), **row} for row in rows]
        lake.append(spec.name, pa.Table.from_pylist(whole, spec.schema))
    return {"N": north, "S": south, "stores": stores}


@pytest.fixture
def sign_in(db):
    def make(role, unit=None):
        account = create_account(
            f"{role.value}-{unit.code if unit else 'all'}", password="correct horse battery"
        )
        grant_role(account, role=role, unit=unit)
        client = Client(headers={"accept-language": "en"}, HTTP_HOST="localhost")
        client.force_login(account)
        client.account = account
        return client

    return make


def page_of(client, address, **headers):
    response = client.get(address, headers=headers)
    assert response.status_code == 200, (address, response.status_code)
    return response.content.decode()


def names_of(page):
    return re.findall(r'<th scope="row"><span class="unit-cell"><a href="[^"]*">([^<]+)</a>', page)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("ZHIYIN_TAXONOMY", "restaurant")
    from zhiyin.engine.home import Home
    from zhiyin.people.caches import forget_everything

    monkeypatch.setattr(settings, "HOME", Home(tmp_path / "home"))
    forget_everything()
    with closing(open_engine(settings.HOME)):
        yield
    forget_everything()


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
