"""The editor of journeys: what it keeps, takes back, publishes, and whom it lets in."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from zhiyin.listen.items import AuthorIn, FeedbackIn, IdentityIn, UnitIn
from zhiyin.people.models import AuditEvent


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["edit/", "edit/find/", "history/", "edit/touchpoints/queue/", "edit/personas/new/"]
)
def test_the_editor_is_closed_to_who_may_not_edit_and_to_analysts_of_a_part(
    walked_company, tea_map, path, desk
):
    desk.publish(walked_company.visit("analyst"), tea_map)
    assert walked_company.visit("manager", unit="n1").get(f"/journeys/{tea_map.pk}/{path}").status_code == 403
    of_part = walked_company.visit("analyst", unit="n1")
    assert of_part.get(f"/journeys/{tea_map.pk}/{path}").status_code == 404
    assert of_part.get(f"/journeys/{tea_map.pk}/").status_code == 200


@pytest.mark.django_db
def test_stages_and_touchpoints_are_added_renamed_moved_and_deleted(walked_company, tea_map, desk):
    client = walked_company.visit("analyst")
    assert desk.do(client, tea_map, do="add_stage", name="Farewell").status_code == 302
    stage = desk.document(tea_map)["stages"][-1]
    assert stage["name"] == "Farewell"
    desk.do(client, tea_map, do="change_stage", part=stage["id"], name="Goodbye", aim="Come again")
    desk.do(client, tea_map, do="move_stage", part=stage["id"], to="earlier")
    assert [one["name"] for one in desk.document(tea_map)["stages"]][-2:] == ["Goodbye", "Afterwards"]
    desk.do(client, tea_map, do="add_touchpoint", part=stage["id"], name="The door")
    point = desk.document(tea_map)["stages"][-2]["touchpoints"][0]
    desk.do(client, tea_map, do="move_touchpoint", part=point["id"], to="later")
    assert desk.document(tea_map)["stages"][-1]["touchpoints"][0]["name"] == "The door"
    desk.do(client, tea_map, do="delete_touchpoint", part=point["id"])
    desk.do(client, tea_map, do="delete_stage", part=stage["id"])
    assert "Goodbye" not in json.dumps(desk.document(tea_map))


@pytest.mark.django_db
def test_undo_goes_back_step_by_step_and_the_history_keeps_all(walked_company, tea_map, desk):
    client = walked_company.visit("analyst")
    start = desk.document(tea_map)
    desk.do(client, tea_map, do="add_stage", name="One")
    desk.do(client, tea_map, do="add_stage", name="Two")
    both = desk.document(tea_map)
    desk.do(client, tea_map, do="undo")
    desk.do(client, tea_map, do="undo")
    assert desk.document(tea_map) == start
    desk.do(client, tea_map, do="redo")
    desk.do(client, tea_map, do="redo")
    assert desk.document(tea_map) == both
    desk.do(client, tea_map, do="restore", version="1")
    assert desk.document(tea_map) == start
    history = client.get(f"/journeys/{tea_map.pk}/history/").content.decode()
    assert history.count("Added a stage") == 2
    assert "analyst-all" in history


@pytest.mark.django_db
def test_undo_at_the_first_version_is_refused(walked_company, tea_map, desk):
    client = walked_company.visit("analyst")
    assert desk.do(client, tea_map, do="undo").status_code == 409


@pytest.mark.django_db
def test_of_two_who_change_the_same_version_the_second_is_told(walked_company, tea_map, desk):
    client = walked_company.visit("analyst")
    seen = tea_map.draft
    desk.do(client, tea_map, do="add_stage", name="One")
    late = client.post(
        f"/journeys/{tea_map.pk}/edit/change/", {"do": "add_stage", "name": "Two", "based_on": seen}
    )
    assert late.status_code == 409
    assert "Somebody else changed the map" in late.content.decode()
    assert "Two" not in json.dumps(desk.document(tea_map))


@pytest.mark.django_db
def test_the_draft_stays_with_editors_until_it_is_published(walked_company, tea_map, desk):
    analyst, auditor = walked_company.visit("analyst"), walked_company.visit("auditor")
    desk.publish(analyst, tea_map)
    desk.do(analyst, tea_map, do="add_stage", name="Farewell")
    assert "Farewell" in analyst.get(f"/journeys/{tea_map.pk}/").content.decode()
    assert "Farewell" not in auditor.get(f"/journeys/{tea_map.pk}/").content.decode()
    desk.publish(analyst, tea_map)
    assert "Farewell" in auditor.get(f"/journeys/{tea_map.pk}/").content.decode()


@pytest.mark.django_db
def test_a_touchpoint_and_a_persona_are_changed_by_their_forms(walked_company, tea_map, desk):
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
    changed = next(one for one in desk.points(tea_map) if one["id"] == "queue")
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
    assert desk.document(tea_map)["personas"][-1]["traits"]["needs_unmet"] == ["timely"]


@pytest.mark.django_db
def test_every_change_stands_in_the_trail(walked_company, tea_map, desk):
    client = walked_company.visit("analyst")
    desk.do(client, tea_map, do="add_stage", name="Farewell")
    desk.do(client, tea_map, do="undo")
    desk.publish(client, tea_map)
    client.post(f"/journeys/{tea_map.pk}/delete/")
    client.post(f"/journeys/{tea_map.pk}/delete/?restore")
    actions = _actions()
    assert actions == [
        *("journey.created", "journey.changed", "journey.undone"),
        *("journey.published", "journey.deleted", "journey.restored"),
    ]


@pytest.mark.django_db
def test_a_kind_of_customer_found_in_voices_is_taken_into_the_map(walked_company, tea_map, desk):
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
    persona = desk.document(tea_map)["personas"][-1]
    assert persona["found_in"] == "voices"
    assert any(persona["traits"].values())
    assert client.post(f"/journeys/{tea_map.pk}/edit/find/", {"place": "99"}).status_code == 404


def _actions():
    events = AuditEvent.objects.filter(action__startswith="journey.").order_by("sequence")
    return list(events.values_list("action", flat=True))
