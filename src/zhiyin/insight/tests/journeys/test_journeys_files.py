"""Maps as files: the schema holds for what is exported, and what is read in comes out again."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from jsonschema_rs import Draft202012Validator, meta

from zhiyin.console.chromium import find_browser
from zhiyin.errors import InvalidInput
from zhiyin.insight.journeys.document import make_schema, read_document, write_document
from zhiyin.insight.journeys.starters import list_starters
from zhiyin.insight.models import JourneyMap
from zhiyin.people.models import AuditEvent

LEAST = {"format": "zhiyin.journey/1", "name": "The way"}


def _map(**more):
    return json.dumps({**LEAST, **more}).encode()


def _import(client, data):
    return client.post("/journeys/import/", {"file": SimpleUploadedFile("map.json", data)}, follow=True)


def test_the_schema_is_one_of_2020_12_and_says_what_holds():
    schema = _schema()
    meta.validate(schema)
    validator = Draft202012Validator(schema)
    assert validator.is_valid(LEAST)
    assert not validator.is_valid({**LEAST, "name": ""})
    assert not validator.is_valid({**LEAST, "mood": "bad"})
    far = {**LEAST, "stages": [{"id": "a", "name": "A", "touchpoints": [_point(wanted_emotion=3)]}]}
    assert not validator.is_valid(far)


def test_the_schema_in_the_documents_is_the_one_that_is_served(pytestconfig):
    stored = json.loads((pytestconfig.rootpath / "docs" / "journey.schema.json").read_text(encoding="utf-8"))
    assert stored == _schema()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_shipped_map_holds_to_the_schema_and_comes_back_the_same(language):
    validator = Draft202012Validator(_schema())
    for starter in list_starters(language):
        data = write_document(starter.document)
        validator.validate(json.loads(data))
        assert read_document(data) == starter.document
        assert write_document(read_document(data)) == data


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"nothing", "malformed"),
        (b"\xff\xfe", "malformed"),
        (_map(format="zhiyin.journey/9"), "$.format"),
        (_map(name=""), "$.name"),
        (_map(stages=[{"id": "A B", "name": "x"}]), "$.stages[0].id"),
        (_map(surprise=1), "surprise"),
        (_map(name="a\0b"), "no sign 0"),
        (_map(stages=[{"id": "a", "name": "x"}, {"id": "a", "name": "y"}]), "stands twice"),
    ],
)
def test_a_file_that_is_no_map_is_refused_with_the_place_named(data, said):
    with pytest.raises(InvalidInput, match=r".+") as caught:
        read_document(data)
    assert said in str(caught.value)


@pytest.mark.django_db
def test_a_map_goes_out_and_comes_in_again_byte_for_byte(company):
    client = company.visit("analyst")
    client.post("/journeys/new/", {"starter": "telecom"})
    first = JourneyMap.objects.get()
    sent = client.get(f"/journeys/{first.pk}/map.json")
    assert sent["Content-Type"] == "application/json"
    assert "attachment" in sent["Content-Disposition"]
    Draft202012Validator(json.loads(client.get("/journeys/schema.json").content)).validate(sent.json())
    _import(client, sent.content)
    second = JourneyMap.objects.exclude(pk=first.pk).get()
    assert client.get(f"/journeys/{second.pk}/map.json").content == sent.content
    actions = AuditEvent.objects.filter(action__startswith="journey.").values_list("action", flat=True)
    assert {"journey.imported", "journey.exported"} <= set(actions)


@pytest.mark.django_db
def test_a_wrong_file_is_refused_on_the_page_and_nothing_is_stored(company):
    answer = _import(company.visit("analyst"), _map(stages="many"))
    assert "This file is no journey map" in answer.content.decode()
    assert not JourneyMap.objects.exists()


@pytest.mark.django_db
def test_texts_of_a_file_are_shown_as_text(company):
    client = company.visit("owner")
    stage = {"id": "a", "name": "<script>alert(1)</script>", "touchpoints": [_point(does="<b>x</b>")]}
    _import(client, _map(stages=[stage]))
    page = client.get(f"/journeys/{JourneyMap.objects.get().pk}/").content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


@pytest.mark.django_db
def test_figures_go_out_as_a_table_with_the_ten_needs(company):
    client = company.visit("analyst")
    company.say("排队太久了", touchpoint="in_store")
    client.post("/journeys/new/", {"starter": "tea_shop"})
    answer = client.get(f"/export/journeys/{JourneyMap.objects.get().pk}/?format=csv&period=all")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 11
    assert "timely · not met" in lines[0]
    queue = next(line for line in lines if ",Queue," in line).split(",")
    assert queue[3] == "1"
    store = company.visit("agent", unit="n1")
    assert store.get(f"/export/journeys/{JourneyMap.objects.get().pk}/").status_code == 403


@pytest.mark.django_db
def test_without_a_browser_the_page_says_what_pictures_need(company, settings):
    settings.CHROMIUM = "no-such-browser"
    client = company.visit("analyst")
    client.post("/journeys/new/", {"starter": "tea_shop"})
    page = client.get(f"/journeys/{JourneyMap.objects.get().pk}/picture/png/", follow=True).content.decode()
    assert "need Chromium or Chrome on the server" in page


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize(("form", "begins"), [("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_a_map_is_drawn_as_picture_and_pdf(company, form, begins):
    if not find_browser():
        pytest.skip("no Chromium or Chrome is installed")
    client = company.visit("analyst")
    company.say("味道很好吃", touchpoint="in_store")
    client.post("/journeys/new/", {"starter": "tea_shop"})
    answer = client.get(f"/journeys/{JourneyMap.objects.get().pk}/picture/{form}/?period=all")
    assert answer.content.startswith(begins)
    assert len(answer.content) > 10_000


def _schema():
    return json.loads(json.dumps(make_schema()))


def _point(**more):
    return {"id": "p", "name": "Point", **more}
