"""The pages of journeys: what they say, and whom they let in."""

import re
from html import unescape

import pytest

from zhiyin.insight.models import JourneyMap


@pytest.mark.django_db
def test_the_list_offers_maps_of_four_trades_to_editors_alone(company):
    page = company.visit("analyst").get("/journeys/").content.decode()
    assert page.count("Start from this") == 4
    assert "Tea shop and takeaway" in page
    assert "Start from this" not in company.visit("manager", unit="n1").get("/journeys/").content.decode()


@pytest.mark.django_db
def test_the_map_marks_where_it_hurts_and_links_to_the_voices(walked_company, tea_map):
    client = walked_company.visit("analyst")
    page = client.get(f"/journeys/{tea_map.pk}/").content.decode()
    assert "It hurts most at" in page
    assert re.search(r'journey-point journey-pain[^>]*aria-labelledby="point-queue"', page)
    assert re.search(r'journey-point journey-delight[^>]*aria-labelledby="point-first-sip"', page)


@pytest.mark.django_db
def test_the_number_of_voices_is_the_number_of_rows(walked_company, tea_map):
    client = walked_company.visit("analyst")
    page = client.get(f"/journeys/{tea_map.pk}/").content.decode()
    cells = re.findall(r'<dt>Voices</dt><dd><a class="figure-link" href="([^"]+)">([\d,]+)</a>', page)
    assert len(cells) >= 3
    for link, n in cells:
        assert f"<strong>{n}</strong> voice" in client.get(unescape(link)).content.decode(), link


@pytest.mark.django_db
def test_those_who_blame_are_as_many_as_the_rows_behind_the_figure(walked_company, tea_map):
    client = walked_company.visit("analyst")
    page = client.get(f"/journeys/{tea_map.pk}/touchpoints/queue/").content.decode()
    link, n = re.search(r'polarity-negative"><a href="([^"]+)">([\d,]+)</a>', page).groups()
    assert int(n) > 30
    assert f"<strong>{n}</strong> voice" in client.get(unescape(link)).content.decode()
    assert "排队太久" in page


@pytest.mark.django_db
def test_a_persona_narrows_the_map_to_its_voices(walked_company, tea_map):
    client = walked_company.visit("analyst")

    def n_at_taste(query):
        page = client.get(f"/journeys/{tea_map.pk}/touchpoints/first-sip/{query}").content.decode()
        return int(re.search(r"<span>([\d,]+) / [\d,]+</span>", page)[1])

    assert n_at_taste("?persona=disappointed") == 0
    assert n_at_taste("") == 140
    shown = client.get(f"/journeys/{tea_map.pk}/?show=journey-personas").content.decode()
    assert "Disappointed regular" in shown
    assert 'id="journey-personas"' in shown


@pytest.mark.django_db
def test_a_store_manager_sees_the_published_map_with_figures_of_the_own_store(walked_company, tea_map, desk):
    analyst, manager = walked_company.visit("analyst"), walked_company.visit("manager", unit="s1")
    address = f"/journeys/{tea_map.pk}/touchpoints/first-sip/"
    assert manager.get(address).status_code == 404
    desk.publish(analyst, tea_map)

    def n(client):
        return int(re.search(r"<span>([\d,]+) / ", client.get(address).content.decode())[1])

    assert 0 < n(manager) < n(analyst)
    assert "Edit" not in manager.get(f"/journeys/{tea_map.pk}/").content.decode()


@pytest.mark.django_db
def test_without_voices_the_map_says_what_is_missing(company):
    client = company.visit("owner")
    client.post("/journeys/new/", {"starter": "hotel_stay"})
    page = client.get(f"/journeys/{JourneyMap.objects.get().pk}/").content.decode()
    assert "No voice belongs to these touchpoints in this period" in page
    assert "Not in your taxonomy" in page


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["curve=stars", "persona=nobody", "period=all", "unit=nowhere", "aspect=x"])
def test_unreadable_parameters_do_no_harm(walked_company, tea_map, query):
    client = walked_company.visit("analyst")
    assert client.get(f"/journeys/{tea_map.pk}/?{query}").status_code == 200
    assert client.get(f"/journeys/{tea_map.pk}/touchpoints/first-sip/?{query}").status_code == 200
