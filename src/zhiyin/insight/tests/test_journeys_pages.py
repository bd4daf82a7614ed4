"""The pages of journeys: what they say, whom they let in, and what the editor keeps."""

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from zhiyin.insight.models import JourneyMap, JourneyVersion
from zhiyin.listen.items import AuthorIn, FeedbackIn, IdentityIn, RatingIn, UnitIn
from zhiyin.people.models import AuditEvent

TEXTS = (
    ("味道很好吃", 5, "in_store"),
    ("味道真不错，好喝", 5, "delivery"),
    ("排队太久了，排队时间太长", 1, "in_store"),
    ("服务员态度很好", 5, "in_store"),
    ("配送服务员态度很差", 2, "delivery"),
)


@pytest.fixture
def walked_company(company):
    """350 voices along the way of customers of two stores."""
    now = datetime.now(UTC)
    items = []
    for number in range(350):
        text, stars, touchpoint = TEXTS[number % len(TEXTS)]
        items.append(
            FeedbackIn(
                text=f"{text}，第{number}次来",
                external_id=f"j{number}",
                occurred_at=now - timedelta(hours=2 + number),
                rating=RatingIn(value=stars, best=5),
                unit=UnitIn(code="n1" if number % 3 else "s1"),
                touchpoint=touchpoint,
            )
        )
    company.hear(*items)
    return company


@pytest.fixture
def tea_map(walked_company):
    """A map from the shipped one for tea shops, as an analyst starts it."""
    analyst = walked_company.visit("analyst")
    answer = analyst.post("/journeys/new/", {"starter": "tea_shop"})
    assert answer.status_code == 302
    return JourneyMap.objects.get()


def _do(client, row, **posted):
    row.refresh_from_db()
    given = {"based_on": row.draft, **posted}
    return client.post(f"/journeys/{row.pk}/edit/change/", given)


def _publish(client, row):
    assert _do(client, row, do="publish").status_code == 302


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
def test_a_store_manager_sees_the_published_map_with_figures_of_the_own_store(walked_company, tea_map):
    analyst, manager = walked_company.visit("analyst"), walked_company.visit("manager", unit="s1")
    address = f"/journeys/{tea_map.pk}/touchpoints/first-sip/"
    assert manager.get(address).status_code == 404
    _publish(analyst, tea_map)

    def n(client):
        return int(re.search(r"<span>([\d,]+) / ", client.get(address).content.decode())[1])

    assert 0 < n(manager) < n(analyst)
    assert "Edit" not in manager.get(f"/journeys/{tea_map.pk}/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["edit/", "edit/find/", "history/", "edit/touchpoints/queue/", "edit/personas/new/"]
)
def test_the_editor_is_closed_to_who_may_not_edit_and_to_analysts_of_a_part(walked_company, tea_map, path):
    _publish(walked_company.visit("analyst"), tea_map)
    assert walked_company.visit("manager", unit="n1").get(f"/journeys/{tea_map.pk}/{path}").status_code == 403
    of_part = walked_company.visit("analyst", unit="n1")
    assert of_part.get(f"/journeys/{tea_map.pk}/{path}").status_code == 404
    assert of_part.get(f"/journeys/{tea_map.pk}/").status_code == 200


@pytest.mark.django_db
def test_stages_and_touchpoints_are_added_renamed_moved_and_deleted(walked_company, tea_map):
    client = walked_company.visit("analyst")
    assert _do(client, tea_map, do="add_stage", name="Farewell").status_code == 302
    stage = _document(tea_map)["stages"][-1]
    assert stage["name"] == "Farewell"
    _do(client, tea_map, do="change_stage", part=stage["id"], name="Goodbye", aim="Come again")
    _do(client, tea_map, do="move_stage", part=stage["id"], to="earlier")
    assert [one["name"] for one in _document(tea_map)["stages"]][-2:] == ["Goodbye", "Afterwards"]
    _do(client, tea_map, do="add_touchpoint", part=stage["id"], name="The door")
    point = _document(tea_map)["stages"][-2]["touchpoints"][0]
    _do(client, tea_map, do="move_touchpoint", part=point["id"], to="later")
    assert _document(tea_map)["stages"][-1]["touchpoints"][0]["name"] == "The door"
    _do(client, tea_map, do="delete_touchpoint", part=point["id"])
    _do(client, tea_map, do="delete_stage", part=stage["id"])
    assert "Goodbye" not in json.dumps(_document(tea_map))


@pytest.mark.django_db
def test_undo_goes_back_step_by_step_and_the_history_keeps_all(walked_company, tea_map):
    client = walked_company.visit("analyst")
    start = _document(tea_map)
    _do(client, tea_map, do="add_stage", name="One")
    _do(client, tea_map, do="add_stage", name="Two")
    both = _document(tea_map)
    _do(client, tea_map, do="undo")
    _do(client, tea_map, do="undo")
    assert _document(tea_map) == start
    _do(client, tea_map, do="redo")
    _do(client, tea_map, do="redo")
    assert _document(tea_map) == both
    _do(client, tea_map, do="restore", version="1")
    assert _document(tea_map) == start
    history = client.get(f"/journeys/{tea_map.pk}/history/").content.decode()
    assert history.count("Added a stage") == 2
    assert "analyst-all" in history


@pytest.mark.django_db
def test_undo_at_the_first_version_is_refused(walked_company, tea_map):
    client = walked_company.visit("analyst")
    assert _do(client, tea_map, do="undo").status_code == 409


@pytest.mark.django_db
def test_of_two_who_change_the_same_version_the_second_is_told(walked_company, tea_map):
    client = walked_company.visit("analyst")
    seen = tea_map.draft
    _do(client, tea_map, do="add_stage", name="One")
    late = client.post(
        f"/journeys/{tea_map.pk}/edit/change/", {"do": "add_stage", "name": "Two", "based_on": seen}
    )
    assert late.status_code == 409
    assert "Somebody else changed the map" in late.content.decode()
    assert "Two" not in json.dumps(_document(tea_map))


@pytest.mark.django_db
def test_the_draft_stays_with_editors_until_it_is_published(walked_company, tea_map):
    analyst, auditor = walked_company.visit("analyst"), walked_company.visit("auditor")
    _publish(analyst, tea_map)
    _do(analyst, tea_map, do="add_stage", name="Farewell")
    assert "Farewell" in analyst.get(f"/journeys/{tea_map.pk}/").content.decode()
    assert "Farewell" not in auditor.get(f"/journeys/{tea_map.pk}/").content.decode()
    _publish(analyst, tea_map)
    assert "Farewell" in auditor.get(f"/journeys/{tea_map.pk}/").content.decode()


@pytest.mark.django_db
def test_a_touchpoint_and_a_persona_are_changed_by_their_forms(walked_company, tea_map):
    client = walked_company.visit("analyst")
    address = f"/journeys/{tea_map.pk}/edit/touchpoints/queue/"
    page = client.get(address).content.decode()
    assert 'name="owner_name" value="Store manager"' in page
    posted = {
        "based_on": tea_map.draft,
        "name": "The queue",
        "aspects": ["service_wait_time"],
        "hours": "11-13, 18",
        "wanted_emotion": "-0.5",
        "owner_account": "analyst-all",
        "does": "Waits.",
    }
    assert client.post(address, posted).status_code == 302
    changed = next(one for one in _points(tea_map) if one["id"] == "queue")
    assert changed["facts"]["hours"] == [11, 12, 13, 18]
    assert changed["wanted_emotion"] == -0.5
    assert changed["owner"] == {"account": "analyst-all", "name": ""}
    tea_map.refresh_from_db()
    wrong = client.post(address, {**posted, "based_on": tea_map.draft, "hours": "25"})
    assert wrong.status_code == 422
    new = client.post(
        f"/journeys/{tea_map.pk}/edit/personas/new/",
        {"based_on": tea_map.draft, "name": "In a hurry", "needs_unmet": ["timely"], "stars": ["1", "2"]},
    )
    assert new.status_code == 302
    assert _document(tea_map)["personas"][-1]["traits"]["needs_unmet"] == ["timely"]


@pytest.mark.django_db
def test_every_change_stands_in_the_trail(walked_company, tea_map):
    client = walked_company.visit("analyst")
    _do(client, tea_map, do="add_stage", name="Farewell")
    _do(client, tea_map, do="undo")
    _publish(client, tea_map)
    client.post(f"/journeys/{tea_map.pk}/delete/")
    client.post(f"/journeys/{tea_map.pk}/delete/?restore")
    actions = _actions()
    assert actions == [
        *("journey.created", "journey.changed", "journey.undone"),
        *("journey.published", "journey.deleted", "journey.restored"),
    ]


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


def _document(row):
    row.refresh_from_db()
    return JourneyVersion.objects.get(map=row, number=row.draft).document


def _points(row):
    return [point for stage in _document(row)["stages"] for point in stage["touchpoints"]]


def _actions():
    events = AuditEvent.objects.filter(action__startswith="journey.").order_by("sequence")
    return list(events.values_list("action", flat=True))


@pytest.mark.django_db
def test_a_kind_of_customer_found_in_voices_is_taken_into_the_map(walked_company, tea_map):
    now = datetime.now(UTC)
    late = ("等了四十分钟，太慢了", "味道很好吃")
    items = [
        FeedbackIn(
            text=f"{late[number % 2]}，第{number}次来",
            external_id=f"k{number}",
            occurred_at=now - timedelta(hours=3),
            author=AuthorIn(identities=[IdentityIn(type="platform_user", value=f"c{number}")]),
            unit=UnitIn(code="n1"),
        )
        for number in range(120)
    ]
    walked_company.hear(*items)
    client = walked_company.visit("analyst")
    page = client.get(f"/journeys/{tea_map.pk}/edit/find/").content.decode()
    assert "Take into the map" in page
    tea_map.refresh_from_db()
    posted = {"place": "0", "based_on": tea_map.draft}
    assert client.post(f"/journeys/{tea_map.pk}/edit/find/", posted).status_code == 302
    persona = _document(tea_map)["personas"][-1]
    assert persona["found_in"] == "voices"
    assert any(persona["traits"].values())
    assert client.post(f"/journeys/{tea_map.pk}/edit/find/", {"place": "99"}).status_code == 404
