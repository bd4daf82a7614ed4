"""Corrections, saved views and files, as browsers ask for them."""

from __future__ import annotations

import csv
import io
import re

import openpyxl
import pytest

from zhiyin.insight.models import SavedView
from zhiyin.insight.voice_files import CountMismatch, counted
from zhiyin.listen.models import LabelCorrection
from zhiyin.people.models import AuditEvent


@pytest.fixture
def voice(company):
    return company.say("菜好吃但是上菜慢")


@pytest.fixture
def change(company, voice):
    first = company.detail(voice).opinions[0]
    return {
        "action": "change",
        "revision": 1,
        "n_changes": 0,
        "of_aspect": first.aspect,
        "of_start": first.start,
        "of_end": first.end,
        "aspect": first.aspect,
        "polarity": "negative",
        "reason": "反话",
    }


def polarities(company, voice):
    return [one.polarity for one in company.detail(voice).opinions]


def test_a_correction_by_page_is_in_the_figures_and_can_be_undone(company, voice, change):
    client = company.visit("agent", unit="n1", name="li")
    answer = client.post(f"/voices/{voice}/correct/", {**change, "next": f"/voices/{voice}/?period=7d"})
    assert (answer.status_code, answer["Location"]) == (302, f"/voices/{voice}/?period=7d")
    page = client.get(f"/voices/{voice}/").content.decode()
    assert "Corrected by people" in page
    assert "反话" in page
    assert polarities(company, voice) == ["negative", "negative"]
    assert (
        len(re.findall('id="v-', client.get("/voices/?aspect=dish_taste&polarity=negative").content.decode()))
        == 1
    )
    undo = re.findall(rf"/voices/{voice}/corrections/\d+/undo/", page)
    assert len(undo) >= 2, "by the message and by the list"
    client.post(undo[0])
    assert polarities(company, voice) == ["positive", "negative"]
    assert "taken back by" in client.get(f"/voices/{voice}/").content.decode()


def test_of_two_people_at_once_the_second_is_told_and_keeps_the_input(company, voice, change):
    company.visit("owner").post(f"/voices/{voice}/correct/", change)
    later = {**change, "action": "add", "words": "但是", "aspect": "price_level", "reason": "转折"}
    answer = company.visit("manager", unit="n1").post(f"/voices/{voice}/correct/", later)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "corrected or edited since you opened it" in page
    assert 'value="但是"' in page
    assert 'value="转折"' in page
    assert 'name="n_changes" value="1"' in page, "sending it once more now works"
    assert LabelCorrection.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"action": "add", "words": "服务员", "aspect": "price_level", "polarity": "negative"},
        {"action": "add", "words": "但是", "aspect": "nothing"},
        {"action": "sentiment", "sentiment": "furious"},
        {"action": "change", "polarity": "positive"},
        {"action": "what"},
        {},
    ],
)
def test_a_correction_that_cannot_be_is_explained(company, voice, change, wrong):
    given = {**change, **wrong} if wrong else {"revision": 1}
    answer = company.visit("owner").post(f"/voices/{voice}/correct/", given)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not LabelCorrection.objects.exists()


@pytest.mark.parametrize(
    ("role", "unit", "status"), [("frontline", "n1", 403), ("auditor", None, 403), ("agent", "s1", 404)]
)
def test_others_correct_nothing(company, voice, change, role, unit, status):
    client = company.visit(role, unit=unit)
    assert client.post(f"/voices/{voice}/correct/", change).status_code == status
    if status == 403:
        assert "correct/" not in client.get(f"/voices/{voice}/").content.decode()


def test_a_correction_of_another_store_cannot_be_undone(company, voice, change):
    company.visit("owner").post(f"/voices/{voice}/correct/", change)
    made = LabelCorrection.objects.get()
    client = company.visit("agent", unit="s1")
    assert client.post(f"/voices/{voice}/corrections/{made.pk}/undo/").status_code == 404
    assert polarities(company, voice) == ["negative", "negative"]


def rows_of(answer):
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


@pytest.mark.parametrize("query", ["period=all", "polarity=negative", "q=上菜 -味道", "stars=5", "all=1"])
def test_a_file_holds_exactly_the_rows_of_the_list(company, query):
    for text in ("上菜慢", "味道好，上菜快", "味道差", "环境很好", "=1+1 上菜慢"):
        company.say(text)
    client = company.visit("analyst")
    n = int(re.search(r"<strong>(\d+)</strong> voice", client.get(f"/voices/?{query}").content.decode())[1])
    answer = client.get(f"/voices/export/?{query}&format=csv")
    rows = rows_of(answer)
    assert len(rows) == n == int(answer["X-Row-Count"])
    assert len({row["Voice"] for row in rows}) == n
    assert not any(row["Words"].startswith("=") for row in rows)
    event = AuditEvent.objects.get(action="feedback.exported")
    assert f'"rows":"{n}"' in event.details
    assert "上菜" not in event.details, "what people search for may be private"


def test_a_file_has_a_row_an_opinion_where_wished(company):
    company.say("菜好吃但是上菜慢"), company.say("无话")
    rows = rows_of(company.visit("owner").get("/voices/export/?rows=opinions"))
    assert [(row["Aspect"], row["Polarity"]) for row in rows][1:] == [
        ("Taste", "Positive"),
        ("Serving and delivery speed", "Negative"),
    ]
    assert rows[0]["Words"] == "无话"


def test_a_sheet_opens_in_a_spreadsheet(company):
    company.say("菜好吃但是上菜慢")
    answer = company.visit("owner").get("/voices/export/?format=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert sheet.max_row == 2
    assert "菜好吃但是上菜慢" in [cell.value for cell in sheet[2]]


def test_the_chosen_voices_are_exported_and_no_others_store(company):
    own, _, other = company.say("一"), company.say("二"), company.say("三", store="s1")
    client = company.visit("manager", unit="n1")
    rows = rows_of(client.post("/voices/export/", {"voice": [own, other, "x"], "format": "csv"}))
    assert [row["Voice"] for row in rows] == [own]
    assert [row["Words"] for row in rows_of(client.get("/voices/export/?period=all"))] == ["二", "一"]


@pytest.mark.parametrize("role", ["agent", "frontline", "auditor"])
def test_who_may_not_export_gets_no_file_and_no_button(company, role):
    company.say()
    client = company.visit(role, unit=None if role == "auditor" else "n1")
    assert client.get("/voices/export/").status_code == 403
    assert "/voices/export/?" not in client.get("/voices/").content.decode()


@pytest.mark.parametrize("n_rows", [1, 3])
def test_a_file_with_another_number_of_rows_is_broken_off(small_lake, n_rows):
    with pytest.raises(CountMismatch):
        list(counted([["a"], ["b"]], n_rows=n_rows, connection=small_lake.connect()))


def test_a_view_is_saved_opened_first_deleted_and_brought_back(company):
    company.say("上菜慢"), company.say("味道好")
    client = company.visit("manager", unit="n1")
    saved = client.post(
        "/voices/views/?q=上菜&sort=urgent&page=3", {"name": "慢", "is_default": "1"}, follow=True
    )
    view = SavedView.objects.get()
    assert view.query == "q=%E4%B8%8A%E8%8F%9C&sort=urgent"
    assert "慢" in saved.content.decode()
    assert client.get("/voices/")["Location"] == f"/voices/?{view.query}"
    assert client.get("/voices/?period=30d").status_code == 200
    page = client.post(f"/voices/views/{view.pk}/", {"action": "delete"}, follow=True).content.decode()
    assert client.get("/voices/").status_code == 200
    undo = re.search(r'action="(/voices/views/\d+/\?restore)"', page)
    client.post(undo[1])
    assert client.get("/voices/")["Location"] == f"/voices/?{view.query}"


def test_a_shared_view_shows_each_reader_their_own_scope(company):
    company.say("上菜慢"), company.say("上菜慢", store="s1")
    company.visit("owner").post("/voices/views/?q=上菜&unit=s1", {"name": "广州", "sharing": "company"})
    client = company.visit("manager", unit="n1")
    assert "广州" in client.get("/voices/views/").content.decode()
    page = client.get(f"/voices/?{SavedView.objects.get().query}").content.decode()
    assert 'id="v-' not in page
    assert (
        client.post(f"/voices/views/{SavedView.objects.get().pk}/", {"action": "delete"}).status_code == 404
    )


def test_a_name_that_is_taken_is_explained_and_stays_in_its_field(company):
    client = company.visit("owner")
    client.post("/voices/views/?q=a", {"name": "慢"})
    answer = client.post("/voices/views/?q=b", {"name": "慢"})
    assert answer.status_code == 422
    assert 'value="慢"' in answer.content.decode()
