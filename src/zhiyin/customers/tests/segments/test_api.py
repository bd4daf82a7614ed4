"""`/v1/segments`: read with a key, in its scope."""

from __future__ import annotations

import json

import pytest
from django.conf import settings

from zhiyin.customers.rollup.making import make_rollup
from zhiyin.customers.segments import services
from zhiyin.customers.segments.definition import read_definition
from zhiyin.engine import close_engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.listen.pipeline.store import create_tables
from zhiyin.people.models import AuditEvent, OrgUnit
from zhiyin.people.permissions import KeyScope
from zhiyin.people.scope import EVERYTHING
from zhiyin.people.services.keys import create_key

COMPLAINTS = {"is": "group", "op": "all", "parts": [{"is": "wrote", "sentiment": "negative"}]}


@pytest.fixture
def engine(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "HOME", Home(tmp_path / "home"))
    opened = open_engine(settings.HOME)
    create_tables(opened.lake)
    yield opened
    close_engine()


@pytest.fixture
def segment(engine, person, say, stores, now):
    for number in range(1, 6):
        say(person(number).key, unit=stores[number % 2], sentiment="negative" if number < 5 else "positive")
    make_rollup(engine)
    wanted = services.WantedSegment(name="负面", definition=read_definition(COMPLAINTS))
    return services.save_segment(wanted, by=None, now=now)


@pytest.fixture
def ask(client, db):
    made = iter(range(100))

    def run(path, *, scope=KeyScope.CUSTOMERS_READ, unit=None, **body):
        unit = OrgUnit.objects.get(pk=unit) if unit else None
        secret = create_key(f"k{next(made)}", scopes=[scope], unit=unit)
        headers = {"Authorization": f"Bearer {secret}"}
        if body:
            content = json.dumps(body["body"])
            answer = client.post(path, content, content_type="application/json", headers=headers)
        else:
            answer = client.get(path, headers=headers)
        return answer.status_code, json.loads(answer.content)

    return run


def test_segments_are_listed_and_counted(ask, segment):
    status, listed = ask("/v1/segments")
    assert (status, [one["name"] for one in listed]) == (200, ["负面"])
    assert listed[0]["definition"] == COMPLAINTS
    _status, one = ask(f"/v1/segments/{segment.pk}")
    assert (one["n_customers"], one["n_all"]) == (4, 5)


def test_members_come_a_page_at_a_time_each_once(ask, segment):
    seen, cursor = [], ""
    while cursor is not None:
        _status, page = ask(f"/v1/segments/{segment.pk}/customers?limit=3&cursor={cursor}")
        seen += [one["customer"] for one in page["items"]]
        cursor = page["next_cursor"]
    assert len(seen) == len(set(seen)) == 4
    assert seen == sorted(seen)


def test_a_key_of_a_unit_sees_its_customers_alone(ask, segment, stores):
    _status, one = ask(f"/v1/segments/{segment.pk}", unit=stores[0])
    assert (one["n_customers"], one["n_all"]) == (2, 2)


def test_a_snapshot_is_read_by_its_id(ask, segment, engine, now):
    taken = services.take_snapshot(segment, engine=engine, scope=EVERYTHING, by=None, now=now)
    _status, page = ask(f"/v1/segments/{segment.pk}/customers?snapshot={taken.pk}")
    assert len(page["items"]) == 4
    assert ask(f"/v1/segments/{segment.pk}/customers?snapshot={taken.pk + 1}")[0] == 404


def test_a_list_for_contact_leaves_out_who_did_not_agree_and_is_told(ask, segment):
    _status, page = ask(f"/v1/segments/{segment.pk}/customers?purpose=marketing&channel=sms")
    assert page == {"items": [], "next_cursor": None}
    event = AuditEvent.objects.latest("sequence")
    assert (event.action, json.loads(event.details)["purpose"]) == ("segment.exported", "marketing")
    assert ask(f"/v1/segments/{segment.pk}/customers?purpose=marketing")[0] == 422


def test_a_definition_is_counted_without_being_kept(ask, segment):
    status, counted = ask("/v1/segments/count", body=COMPLAINTS)
    assert (status, counted) == (200, {"n_customers": 4, "n_all": 5})
    status, problem = ask("/v1/segments/count", body={"is": "group", "op": "all", "parts": [{"is": "x"}]})
    assert status == 422
    assert "x" in json.dumps(problem)


def test_other_keys_and_unknown_segments_are_refused(ask, segment):
    assert ask("/v1/segments", scope=KeyScope.FEEDBACK_READ)[0] == 403
    assert ask("/v1/segments/999999")[0] == 404
    assert ask(f"/v1/segments/{segment.pk}/customers?cursor=x")[0] == 422
