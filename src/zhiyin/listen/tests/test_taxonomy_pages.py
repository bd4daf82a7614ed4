"""The taxonomy on its page: looked at, tried, replaced, and followed by a running pipeline at once."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from zhiyin.listen.items import UnitIn
from zhiyin.listen.models import AnalysisSettings
from zhiyin.listen.pipeline.chosen import open_analysis
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.services.taxonomy import choose_taxonomy, get_taxonomy
from zhiyin.listen.services.taxonomy_lines import find_fault
from zhiyin.people.models import AuditEvent
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.people.services.units import create_unit

pytestmark = pytest.mark.django_db(transaction=True)

OWN = """name: tea
version: 3
aspects:
  - id: tea_pearls
    zh: 珍珠
    en: Pearls
    terms: [珍珠, 波霸]
    negative_with_term: [硬]
    children:
      - {id: tea_pearls_size, zh: 大小, en: Size, terms: [个头]}
"""


@pytest.fixture
def sign_in(engine, settings):
    settings.HOME = engine.home

    def make(role=Role.OWNER, *, unit=None, language="en"):
        account = create_account(role.value, password="correct horse battery staple", language=language)
        grant_role(account, role=role, unit=unit)
        client = Client()
        client.force_login(account)
        client.cookies["django_language"] = language
        return client

    return make


def upload(client, text):
    content = text if isinstance(text, bytes) else text.encode()
    return client.post("/settings/taxonomy/use/", {"file": SimpleUploadedFile("tea.yaml", content)})


def test_a_running_pipeline_follows_the_choice_with_its_next_batch(engine, receive, said, query):
    choose_taxonomy("restaurant")
    pipeline = Pipeline(engine, open_analysis())
    receive(said("a", "味道很好"))
    pipeline.drain()
    choose_taxonomy("telecom")
    receive(said("b", "信号很差"))
    pipeline.drain()
    rows = query("SELECT taxonomy FROM feedback ORDER BY sequence")
    assert [label.partition("@")[0] for (label,) in rows] == ["restaurant", "telecom"]


def test_the_tree_is_shown_with_what_was_said_within_the_scope(engine, receive, said, pipeline, sign_in):
    store = create_unit("s1", name="一店")
    receive(said("a", "味道很好", unit=UnitIn(code="s1")), said("b", "味道不错，上菜慢"))
    choose_taxonomy("restaurant")
    Pipeline(engine, open_analysis()).drain()
    counts = {row.id: row.n for row in sign_in().get("/settings/taxonomy/").context["rows"]}
    assert (counts["dish_taste"], counts["service_serving_speed"], counts["service_parking_convenience"]) == (
        2,
        1,
        0,
    )
    page = sign_in(Role.MANAGER, unit=store).get("/settings/taxonomy/")
    counts = {row.id: row.n for row in page.context["rows"]}
    assert (counts["dish_taste"], counts["service_serving_speed"]) == (1, 0)
    assert "Check and use" not in page.content.decode()


def test_it_is_found_by_name_term_and_language(pipeline, sign_in):
    pipeline.process_batch()
    choose_taxonomy("restaurant")
    client = sign_in()
    page = client.get("/settings/taxonomy/?q=PARKING", headers={"HX-Request": "true", "HX-Target": "tree"})
    assert [row.name for row in page.context["rows"]] == ["Parking"]
    assert "<html" not in page.content.decode()
    assert client.get("/settings/taxonomy/?q=没有这个词").context["rows"] == []
    chinese = sign_in(Role.ANALYST, language="zh-hans").get("/settings/taxonomy/?q=停车")
    assert "停车方便" in chinese.content.decode()


def test_a_sentence_is_tried_with_the_tree_that_is_shown(pipeline, sign_in):
    pipeline.process_batch()
    choose_taxonomy("restaurant")
    client = sign_in()
    sentence = {"text": "味道很好但是上菜慢，电话13812345678"}
    page = client.post(
        "/settings/taxonomy/try/", sentence, headers={"HX-Request": "true", "HX-Target": "trial"}
    )
    trial = page.context["trial"]
    assert [(name, one.polarity) for name, one in trial.opinions] == [
        ("Taste", "positive"),
        ("Serving and delivery speed", "negative"),
    ]
    assert "".join(piece.text for piece in trial.pieces).startswith("味道很好但是上菜慢")
    assert "13812345678" not in page.content.decode()
    other = client.post("/settings/taxonomy/try/", {**sentence, "show": "telecom"})
    assert "Taste" not in [name for name, _ in other.context["trial"].opinions]
    assert client.post("/settings/taxonomy/try/", {"text": ""}).status_code == 422


def test_a_built_in_one_is_chosen_and_the_message_brings_the_old_one_back(pipeline, sign_in):
    pipeline.process_batch()
    choose_taxonomy("restaurant")
    client = sign_in()
    page = client.post("/settings/taxonomy/use/", {"name": "telecom"}, follow=True).content.decode()
    assert get_taxonomy().taxonomy.name == "telecom"
    assert 'action="/settings/taxonomy/versions/2/back/"' in page
    client.post("/settings/taxonomy/versions/2/back/")
    assert get_taxonomy().taxonomy.name == "restaurant"
    assert AuditEvent.objects.filter(action="taxonomy.chosen").count() == 2
    assert AuditEvent.objects.filter(action="taxonomy.restored").count() == 1
    client.post("/settings/taxonomy/use/", {"name": "../../etc/passwd"})
    assert get_taxonomy().taxonomy.name == "restaurant"


def test_an_own_one_is_checked_taken_and_given_back(pipeline, sign_in):
    pipeline.process_batch()
    client = sign_in()
    assert upload(client, OWN)["Location"] == "/settings/taxonomy/"
    assert get_taxonomy().taxonomy.label == "tea@3"
    assert client.get("/settings/taxonomy/file/").content.decode() == OWN
    assert b"restaurant" in client.get("/settings/taxonomy/file/?name=restaurant").content
    assert client.get("/settings/taxonomy/file/?name=nothing").status_code == 404


def test_the_tree_counts_the_voices_that_its_links_open(engine, receive, said, sign_in):
    choose_taxonomy("restaurant")
    pipeline = Pipeline(engine, open_analysis())
    receive(said("a", "味道很好，汤的味道也不错。肉的口味很好。"))
    pipeline.drain()
    page = sign_in().get("/settings/taxonomy/")
    taste = next(row for row in page.context["rows"] if row.id == "dish_taste")
    assert page.context["n_mentions"] > 1
    assert taste.n == 1


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (OWN.replace("terms: [珍珠, 波霸]", "terms: 珍珠"), 7, "list of words"),
        (OWN.replace("id: tea_pearls_size", "id: tea_pearls"), 10, "repeats the id"),
        (OWN.replace("en: Pearls", "en: ''"), 6, "not empty"),
        (OWN + "  - [\n", 12, "no valid YAML"),
        ("just words", None, "must begin with"),
    ],
)
def test_a_faulty_one_changes_nothing_and_names_the_line(pipeline, sign_in, text, line, words):
    pipeline.process_batch()
    response = upload(sign_in(), text)
    assert response.status_code == 422
    assert response.context["wrong"].line == line
    assert words in response.content.decode()
    assert not AnalysisSettings.objects.exists()


def test_what_is_no_text_or_too_much_is_refused(pipeline, sign_in):
    pipeline.process_batch()
    client = sign_in()
    assert "UTF-8" in upload(client, "名".encode("gb18030") * 10).content.decode()
    assert upload(client, "#" * (2 * 1024 * 1024 + 1)).status_code == 422
    assert find_fault(OWN, file="tea.yaml") is None


def test_the_servers_setting_stands_above_the_page(pipeline, sign_in, monkeypatch):
    pipeline.process_batch()
    monkeypatch.setenv("ZHIYIN_TAXONOMY", "cars")
    client = sign_in()
    assert "ZHIYIN_TAXONOMY" in client.get("/settings/taxonomy/").content.decode()
    client.post("/settings/taxonomy/use/", {"name": "telecom"})
    assert not AnalysisSettings.objects.exists()


def test_only_those_who_may_edit_change_it(pipeline, sign_in):
    pipeline.process_batch()
    auditor = sign_in(Role.AUDITOR)
    assert auditor.get("/settings/taxonomy/").status_code == 200
    assert auditor.post("/settings/taxonomy/use/", {"name": "telecom"}).status_code == 403
