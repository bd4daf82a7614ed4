"""The page of why: it answers in a sentence, links every figure to its rows, and keeps to the scope."""

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from zhiyin.listen.items import FeedbackIn, RatingIn, UnitIn
from zhiyin.people.models import AuditEvent

TEXTS = (
    ("味道很好吃，服务员态度很好", 5),
    ("味道太难吃了", 1),
    ("服务员态度很差", 2),
    ("味道不错，就是价格太贵", 4),
    ("上菜太慢，等了四十分钟", 2),
    ("服务员态度很好，味道太难吃了", 3),
    ("价格实惠，味道很好吃", 5),
)


@pytest.fixture
def rated_company(company):
    """280 rated voices of two stores."""
    now = datetime.now(UTC)
    items = [
        FeedbackIn(
            text=f"{TEXTS[number % len(TEXTS)][0]}，第{number}次来",
            external_id=f"r{number}",
            occurred_at=now - timedelta(hours=2 + number),
            rating=RatingIn(value=TEXTS[number % len(TEXTS)][1], best=5),
            unit=UnitIn(code="n1" if number % 2 else "s1"),
            product="奶茶" if number % 7 == 1 or number % 5 == 0 else "果茶",
            touchpoint="in_store" if number % 3 else "delivery",
        )
        for number in range(280)
    ]
    company.hear(*items)
    return company


def _links(page, *, to):
    found = re.findall(r'href="([^"]+)"', page) + re.findall(r'"href": "([^"]+)"', page)
    return [unescape(link).replace("\\u0026", "&") for link in found if link.startswith(to)]


@pytest.mark.django_db
def test_the_page_says_what_weighs_most_and_links_to_the_rows(rated_company):
    client = rated_company.visit("analyst")
    page = client.get("/why/?period=all&level=2").content.decode()
    assert "What moves the rating?" in page
    assert "Praise and blame explain" in page
    assert "Taste" in page
    blamed = [
        link
        for link in _links(page, to="/voices/")
        if parse_qs(urlsplit(link).query).get("polarity") == ["negative"]
    ]
    assert blamed
    assert client.get(blamed[0]).status_code == 200


@pytest.mark.django_db
def test_the_number_of_those_who_blame_is_the_number_of_rows(rated_company):
    client = rated_company.visit("analyst")
    # Without a period too: the page and the list of voices have different defaults.
    page = client.get("/why/?level=2").content.decode()
    cells = re.findall(r'data-label="Blame"><a class="figure-link" href="([^"]+)">([\d,]+)</a>', page)
    assert cells
    for link, n in cells:
        listed = client.get(unescape(link)).content.decode()
        assert f"<strong>{n}</strong> voice" in listed, link


@pytest.mark.django_db
def test_needs_and_lift_come_alone_to_htmx_and_within_the_page_without_script(rated_company):
    client = rated_company.visit("analyst")
    part = client.get("/why/?period=all&show=needs", headers={"hx-request": "true", "hx-target": "why-needs"})
    assert part.content.decode().lstrip().startswith('<section class="card" id="why-needs"')
    whole = client.get("/why/?period=all&show=lift").content.decode()
    assert 'id="why-lift"' in whole
    assert "<html" in whole


@pytest.mark.django_db
def test_the_map_changes_with_its_choices(rated_company):
    client = rated_company.visit("analyst")
    derived = client.get("/why/?period=all").content.decode()
    stated = client.get("/why/?period=all&importance=stated&performance=praise&cross=median").content.decode()
    assert re.search(r'chip-here" href="[^"]*importance=stated', stated)
    assert not re.search(r'chip-here" href="[^"]*importance=stated', derived)
    assert '"name": "Share of praise"' in stated


@pytest.mark.django_db
def test_a_store_manager_gets_the_reasons_of_the_own_store(rated_company):
    def n(client):
        page = client.get("/why/?period=all").content.decode()
        return re.search(r"between ([\d,]+) rated voices", page)[1]

    everything = n(rated_company.visit("analyst"))
    own = n(rated_company.visit("manager", unit="n1"))
    assert int(own) < int(everything)


@pytest.mark.django_db
def test_without_ratings_the_page_says_what_is_missing(company):
    company.say()
    page = company.visit("analyst").get("/why/").content.decode()
    assert "Too few rated voices to say why" in page


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["drivers", "needs", "lift"])
def test_each_table_is_exported_and_the_export_kept_in_the_trail(rated_company, table):
    answer = rated_company.visit("analyst").get(f"/export/why/{table}/?period=all&format=csv")
    assert answer.status_code == 200
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + int(answer["X-Row-Count"])
    event = AuditEvent.objects.filter(action="why.exported").latest("pk")
    assert json.loads(event.details) == {"table": table, "rows": str(len(lines) - 1)}


@pytest.mark.django_db
def test_an_unknown_table_and_a_role_that_may_not_export_are_refused(rated_company):
    assert rated_company.visit("analyst").get("/export/why/nothing/").status_code == 404
    assert rated_company.visit("agent", unit="n1").get("/export/why/drivers/").status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["level=99", "level=x", "outcome=nps", "unit=nowhere", "cross=bad"])
def test_unreadable_parameters_do_no_harm(rated_company, query):
    assert rated_company.visit("analyst").get(f"/why/?{query}").status_code == 200


@pytest.mark.django_db
def test_where_it_takes_long_the_answer_comes_behind_the_page(rated_company, monkeypatch):
    monkeypatch.setattr("zhiyin.insight.remembering.FEW_VOICES", 10)
    client = rated_company.visit("analyst")
    page = client.get("/why/?period=all").content.decode()
    assert "Praise and blame explain" not in page
    assert 'id="why-answer" class="lazy"' in page
    part = client.get("/why/?period=all&now=1", headers={"HX-Request": "true", "HX-Target": "why-answer"})
    assert "Praise and blame explain" in part.content.decode()
    assert "now=1" not in part.content.decode()
    # Asked again within the minute it stands at once.
    assert "Praise and blame explain" in client.get("/why/?period=all").content.decode()


@pytest.mark.django_db
def test_the_choices_outlive_another_period(rated_company):
    page = rated_company.visit("analyst").get("/why/?level=1&outcome=nps&cross=median").content.decode()
    form = page[page.index('class="scope-form"') :]
    form = form[: form.index("</form>")]
    for name, value in (("level", "1"), ("outcome", "nps"), ("cross", "median")):
        assert f'name="{name}" value="{value}"' in form
