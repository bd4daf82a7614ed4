"""The pages of segments: built with plain forms, counted, saved, fixed, exported, each in its scope."""

from __future__ import annotations

import json
import re

import pytest
from django.conf import settings
from django.urls import reverse

from zhiyin.customers.models import ListedForContact, Segment, SegmentSnapshot
from zhiyin.customers.rollup.making import make_rollup
from zhiyin.engine import close_engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.listen.pipeline.store import create_tables
from zhiyin.people.models import AuditEvent, ExportRule, OrgUnit
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role


@pytest.fixture
def engine(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "HOME", Home(tmp_path / "home"))
    opened = open_engine(settings.HOME)
    create_tables(opened.lake)
    yield opened
    close_engine()


@pytest.fixture
def people(engine, person, say, stores):
    one, two = person(1), person(2)
    say(one.key, unit=stores[0], opinions=[("dish_taste", "negative")], sentiment="negative")
    say(two.key, unit=stores[1], opinions=[("dish_taste", "positive")], sentiment="positive")
    make_rollup(engine)
    return one, two


FORM = {
    "name": "口味不满",
    "g.0.op": "all",
    "g.0.n": "1",
    "c.0-0.kind": "spoke",
    "c.0-0.aspect": "dish_taste",
    "c.0-0.polarity": "negative",
    "c.0-0.compare": "at_least",
    "c.0-0.n": "1",
}


@pytest.fixture
def sign_in(client, db):
    def run(role=Role.OWNER, *, unit=None):
        account = create_account(f"a-{role}", password="correct horse battery staple")
        grant_role(account, role=role, unit=OrgUnit.objects.get(pk=unit) if unit else None)
        client.force_login(account)
        return client

    return run


def _save(client, **changes):
    response = client.post(reverse("new_segment"), {**FORM, "do": "save", **changes})
    assert response.status_code == 302, response.content.decode()
    return Segment.objects.latest("pk")


def _words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_a_segment_is_built_with_plain_forms_alone(people, sign_in):
    client = sign_in()
    page = client.get(reverse("new_segment"))
    assert page.status_code == 200
    added = client.post(reverse("new_segment"), {**FORM, "do": "add:0", "new.0": "group"})
    assert 'name="g.0-1.op"' in added.content.decode()
    inside = {**FORM, "g.0.n": "2", "g.0-1.op": "any", "g.0-1.n": "0", "do": "add:0-1", "new.0-1": "bought"}
    nested = client.post(reverse("new_segment"), inside).content.decode()
    assert 'name="c.0-1-0.kind" value="bought"' in nested
    removed = client.post(reverse("new_segment"), {**inside, "do": "remove:0-1"}).content.decode()
    assert 'name="g.0-1.op"' not in removed
    assert 'name="c.0-0.kind"' in removed


def test_the_count_follows_while_one_builds(people, sign_in):
    client = sign_in()
    headers = {"HX-Request": "true", "HX-Target": "segment-count"}
    part = client.post(reverse("new_segment"), FORM, headers=headers)
    assert "<html" not in part.content.decode()
    assert "1 位客户" in _words(part)
    everybody = client.post(reverse("new_segment"), {**FORM, "c.0-0.polarity": ""}, headers=headers)
    assert "2 位客户" in _words(everybody)


def test_saving_keeps_it_and_tells_the_trail(people, sign_in):
    client = sign_in()
    saved = _save(client)
    assert saved.definition["parts"] == [{"is": "spoke", "aspect": "dish_taste", "polarity": "negative"}]
    event = AuditEvent.objects.latest("sequence")
    assert (event.action, event.target_id) == ("segment.created", str(saved.pk))
    page = _words(client.get(reverse("segment", args=[saved.pk])))
    assert "口味不满" in page
    assert "1 位客户" in page
    assert "C-" in page


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"name": " "}, "请起个名字"),
        ({"c.0-0.n": "many"}, "请填数字"),
        ({"c.0-0.n": "0"}, "这里不能这样填"),
        ({"c.0-0.n": ""}, "此项必填"),
        ({"c.0-0.polarity": "green"}, "这里不能这样填"),
        ({"g.0.n": "0"}, "1 到 50 个条件"),
        ({"c.0-0.kind": "seen_at", "c.0-0.unit": "nowhere"}, "没有这个组织"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_input_stays(people, sign_in, changes, word):
    response = sign_in().post(reverse("new_segment"), {**FORM, "do": "save", **changes})
    assert response.status_code == 422
    assert word in _words(response)
    assert Segment.objects.count() == 0


def test_a_hostile_form_is_no_crash(people, sign_in):
    client = sign_in()
    for changes in (
        {"do": "add:9-9-9", "new.9-9-9": "spoke"},
        {"do": "remove:0"},
        {"do": "add:" + "0-" * 500, "g.0.n": "99999999999999999999"},
        {"c.0-0.kind": "nonsense"},
        {"g.0.op": "DROP", "seen_version": "x" * 40},
    ):
        assert client.post(reverse("new_segment"), {**FORM, **changes}).status_code == 200


def test_a_version_can_be_put_back_and_a_deletion_undone(people, sign_in):
    client = sign_in()
    saved = _save(client)
    client.post(
        reverse("edit_segment", args=[saved.pk]),
        {**FORM, "name": "满意", "c.0-0.polarity": "positive", "seen_version": "1", "do": "save"},
    )
    client.post(reverse("restore_segment_version", args=[saved.pk, 1]))
    saved.refresh_from_db()
    assert (saved.name, saved.version) == ("口味不满", 3)
    client.post(reverse("delete_segment", args=[saved.pk]))
    assert client.get(reverse("segment", args=[saved.pk])).status_code == 404
    client.post(reverse("delete_segment", args=[saved.pk]) + "?restore")
    assert client.get(reverse("segment", args=[saved.pk])).status_code == 200


def test_a_change_on_top_of_somebody_elses_is_told(people, sign_in):
    client = sign_in()
    saved = _save(client)
    form = {**FORM, "seen_version": "1", "do": "save"}
    client.post(reverse("edit_segment", args=[saved.pk]), form)
    late = client.post(reverse("edit_segment", args=[saved.pk]), form)
    assert late.status_code == 422
    assert "刚被别人改过" in _words(late)


def test_a_snapshot_is_taken_shown_and_deleted(people, sign_in):
    client = sign_in()
    saved = _save(client)
    answer = client.post(reverse("take_segment_snapshot", args=[saved.pk]))
    taken = SegmentSnapshot.objects.get()
    page = _words(client.get(answer["Location"]))
    assert "1 位客户" in page
    assert "留存于" in page
    client.post(reverse("delete_segment_snapshot", args=[saved.pk, taken.pk]))
    assert client.get(answer["Location"]).status_code == 404


def test_an_export_holds_the_members_under_pseudonyms_and_is_told(people, sign_in):
    client = sign_in()
    saved = _save(client)
    answer = client.get(reverse("segment_export", args=[saved.pk]))
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("C-")
    assert str(people[0].born) in lines[1]
    event = AuditEvent.objects.latest("sequence")
    assert (event.action, json.loads(event.details)["rows"]) == ("segment.exported", "1")


def test_an_export_for_contact_leaves_out_who_did_not_agree(people, sign_in):
    client = sign_in()
    saved = _save(client)
    url = reverse("segment_export", args=[saved.pk])
    answer = client.get(url, {"purpose": "marketing", "channel": "mail"})
    assert len(b"".join(answer.streaming_content).decode().splitlines()) == 1
    assert client.get(url, {"purpose": "marketing"}).status_code == 302
    assert client.get(url, {"purpose": "nonsense", "channel": "mail"}).status_code == 302


def test_a_file_for_contact_counts_when_it_leaves_and_not_when_it_may_not(people, sign_in):
    client = sign_in()
    url = reverse("segment_export", args=[_save(client).pk])
    wish = {"purpose": "service", "channel": "mail"}
    rule = ExportRule.objects.create(n_free=0)
    client.get(url, wish)
    assert not ListedForContact.objects.exists()
    rule.delete()
    n = len(b"".join(client.get(url, wish).streaming_content).decode().splitlines()) - 1
    assert n > 0
    assert ListedForContact.objects.count() == n


def test_a_manager_sees_the_own_unit_alone(people, sign_in, stores, now):
    saved = _save(sign_in())
    client = sign_in(Role.MANAGER, unit=stores[1])
    page = _words(client.get(reverse("segment", args=[saved.pk])))
    assert "0 位客户" in page
    answer = client.get(reverse("segment_export", args=[saved.pk]))
    assert len(b"".join(answer.streaming_content).decode().splitlines()) == 1


def test_who_only_reads_gets_no_buttons_and_no_builder(people, sign_in):
    saved = _save(sign_in())
    client = sign_in(Role.AUDITOR)
    page = client.get(reverse("segment", args=[saved.pk])).content.decode()
    assert reverse("edit_segment", args=[saved.pk]) not in page
    assert reverse("segment_export", args=[saved.pk]) not in page
    assert client.get(reverse("new_segment")).status_code == 403
    assert client.get(reverse("segments")).status_code == 200


def test_the_list_counts_each_by_itself(people, sign_in):
    client = sign_in()
    saved = _save(client)
    listed = client.get(reverse("segments")).content.decode()
    assert reverse("segment_count", args=[saved.pk]) in listed
    assert "谈到" in listed
    counted = client.get(reverse("segment_count", args=[saved.pk]))
    assert "50" in _words(counted)
