"""The pages of measures: every figure with its definition, its rows, within the reader's scope."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from zhiyin.insight.measures.contract import list_measures
from zhiyin.listen.items import FeedbackIn, RatingIn, ReplyIn, UnitIn
from zhiyin.people.models import AuditEvent


@pytest.fixture
def heard(company):
    """Forty voices of two stores, half of them answered."""
    now = datetime.now(UTC)
    company.hear(
        *(
            FeedbackIn(
                text="味道很好吃" if number % 4 else "上菜太慢",
                external_id=f"m{number}",
                occurred_at=now - timedelta(hours=3 + number),
                rating=RatingIn(value=5 if number % 4 else 1, best=5),
                unit=UnitIn(code="n1" if number % 2 else "s1"),
                reply=ReplyIn(text="谢谢", at=now - timedelta(hours=1 + number)) if number % 2 else None,
            )
            for number in range(40)
        )
    )
    return company


def test_the_catalogue_shows_every_measure_and_fetches_the_values(heard):
    client = heard.visit("analyst")
    page = client.get("/measures/").content.decode()
    assert all(f'id="{one.code}"' in page for one in list_measures("en"))
    assert 'hx-trigger="load"' in page
    values = client.get(
        "/measures/?values=1", headers={"hx-request": "true", "hx-target": "measure-list"}
    ).content.decode()
    assert "<html" not in values
    row = values.split('id="volume"')[1].split("</tr>")[0]
    assert re.search(r'href="/voices/\?*[^"]*">40</a>', row), row
    assert "No such records yet" in values.split('id="contact_wait"')[1].split("</tr>")[0]


def test_the_search_finds_words_of_both_languages(heard):
    client = heard.visit("analyst")
    for words, found, other in [("NPS", "nps", "rating"), ("回复率", "answer_share", "nps")]:
        page = client.get("/measures/", {"find": words}).content.decode()
        assert f'id="{found}"' in page
        assert f'id="{other}"' not in page
    assert "No measure speaks of that" in client.get("/measures/?find=qqq").content.decode()


def test_every_measure_has_its_page(heard):
    client = heard.visit("analyst")
    for one in list_measures("en"):
        page = client.get(f"/measures/{one.code}/")
        assert page.status_code == 200
        assert "How it is worked out" in page.content.decode()


def test_the_page_ranks_stores_and_links_to_their_voices(heard):
    client = heard.visit("analyst")
    page = client.get("/measures/answer_share/?by=store").content.decode()
    link = unescape(re.search(r'<th scope="row"><a href="([^"]+unit=n1[^"]*)"', page)[1])
    assert "answered=yes" in link
    assert "<strong>20</strong> voice" in client.get(link).content.decode()
    assert "Answers per 100 voices" in page  # the other definition beside it


def test_an_hour_more_or_less_is_the_readers_choice(heard):
    client = heard.visit("analyst")
    one = client.get("/measures/answered_in_target/?hours=1").content.decode()
    assert "0.0%" in one
    assert 'aria-current="true">1 h<' in one


def test_a_store_manager_sees_the_own_store_alone(heard):
    page = heard.visit("manager", unit="n1").get("/measures/volume/?by=store").content.decode()
    assert "北京一店" in page
    assert "广州一店" not in page
    assert re.search(r'class="measure-name">Voices</span> <strong><a[^>]+>20</a>', page)


def test_tables_are_exported_with_an_entry_in_the_trail(heard):
    client = heard.visit("analyst")
    one = b"".join(client.get("/export/measures/rating/?by=store&format=csv").streaming_content).decode()
    assert "北京一店" in one
    every = b"".join(client.get("/export/measures/?format=csv").streaming_content).decode()
    assert every.count("\r\n") == len(list_measures("en")) + 1
    assert AuditEvent.objects.filter(action="measures.exported").count() == 2
    assert heard.visit("agent", unit="n1").get("/export/measures/rating/").status_code == 403


def test_the_api_gives_the_same_figures(heard):
    client = heard.visit("analyst")
    assert [one["code"] for one in client.get("/v1/measures").json()] == [
        one.code for one in list_measures("en")
    ]
    found = client.get("/v1/measures/answer_share", {"by": "store", "over_time": "true"}).json()
    assert (found["total"]["value"], found["total"]["n"]) == (0.5, 40)
    assert {one["key"]: one["figure"]["value"] for one in found["groups"]} == {"n1": 1.0, "s1": 0.0}
    assert sum(point["figure"]["n"] for point in found["points"]) == 40
    assert client.get("/v1/measures/happiness").status_code == 404
    assert client.get("/v1/measures/rating?by=aspect").status_code == 422


def test_a_narrowed_page_says_so_and_leads_out(heard):
    page = heard.visit("analyst").get("/measures/volume/?channel=chat&by=store").content.decode()
    assert 'class="chip-label">Channel</span>' in page
    assert re.search(r'class="chip" href="/measures/volume/\??"', page)
