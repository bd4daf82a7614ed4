"""`POST /v1/track` and its like: keys, limits, answers, other sites' pages."""

from __future__ import annotations

import gzip

import msgspec
import pytest

from zhiyin.customers.events.storing import take_waiting_events
from zhiyin.people.permissions import KeyScope
from zhiyin.people.services.keys import create_key

pytestmark = pytest.mark.django_db(transaction=True)
TRACK = {"type": "track", "userId": "u1", "event": "Ordered", "messageId": "m1"}


def test_every_call_of_the_field_is_taken_and_durable_when_it_answers(post, engine, rows):
    calls = {
        "track": {"userId": "u1", "event": "Ordered"},
        "identify": {"userId": "u1", "traits": {"plan": "gold"}},
        "group": {"userId": "u1", "groupId": "acme"},
        "alias": {"userId": "u1", "previousId": "a1"},
        "page": {"anonymousId": "a1", "name": "Home"},
        "screen": {"anonymousId": "a1", "name": "Cart"},
    }
    for kind, call in calls.items():
        answer = post(f"/v1/{kind}", call)
        assert (answer.status_code, answer.json()) == (200, {"success": True}), kind
    assert post("/v1/batch", {"batch": [TRACK]}).json() == {"success": True}
    assert engine.events.lag().n_items == 7
    assert take_waiting_events(engine) == 7
    assert rows("SELECT type, count(*) FROM customer_events GROUP BY 1 ORDER BY 1") == [
        ("page", 1),
        ("screen", 1),
        ("track", 2),
    ]


def test_a_bad_item_does_not_stop_the_others_and_is_named(post, engine):
    answer = post("/v1/batch", {"batch": [TRACK, {**TRACK, "userId": None}]}, **{"Accept-Language": "zh"})
    assert answer.status_code == 200
    [error] = answer.json()["errors"]
    assert (error["row"], error["field"], error["code"]) == (1, "userId", "nobody")
    assert "不能为空" in error["reason"]
    assert engine.events.lag().n_items == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "malformed"),
        (b"", 422, "no_items"),
        (b'{"batch": []}', 422, "no_items"),
        (b'{"batch": 5}', 400, "malformed"),
        (b"[1]", 400, "malformed"),
        (b'{"batch": [5]}', 422, "invalid_items"),
        (b'{"batch": [' + b"[" * 100_000, 400, "malformed"),
        (msgspec.json.encode({"batch": [TRACK], "x": "y" * 512_000}), 413, "too_large"),
    ],
)
def test_what_cannot_be_taken_is_a_problem(post, engine, body, status, code):
    answer = post("/v1/batch", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert engine.events.lag().n_items == 0


def test_gzip_is_understood_and_cannot_hide_too_much(post):
    packed = gzip.compress(msgspec.json.encode({"batch": [TRACK]}))
    assert post("/v1/batch", packed, **{"Content-Encoding": "gzip"}).status_code == 200
    bomb = gzip.compress(b" " * 600_000)
    assert post("/v1/batch", bomb, **{"Content-Encoding": "gzip"}).status_code == 413


def test_the_key_comes_as_user_as_bearer_or_in_the_body(post, key):
    assert post("/v1/batch", {"batch": [TRACK]}, auth=None, Authorization=f"Bearer {key}").status_code == 200
    beacon = {"Content-Type": "text/plain"}
    assert post("/v1/track", {**TRACK, "writeKey": key}, auth=None, **beacon).status_code == 200
    assert post("/v1/track", {**TRACK, "writeKey": "zk_wrong"}, auth=None).status_code == 401
    assert post("/v1/track", TRACK, auth=None).status_code == 401
    assert post("/v1/track", b"{", auth=None).status_code == 401
    reader = create_key("reader", scopes=[KeyScope.FEEDBACK_READ])
    assert post("/v1/track", TRACK, auth=(reader, "")).status_code == 403


def test_a_key_that_sends_too_often_is_told_how_long_to_wait(post):
    slow = create_key("slow", source="app", scopes=[KeyScope.FEEDBACK_WRITE], limit_per_minute=1)
    answer = post("/v1/track", TRACK, auth=(slow, ""), times=2)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")


def test_pages_of_other_sites_may_send_only_where_an_installation_names_them(post):
    site = "https://shop.example.com"
    asking = {
        "Origin": site,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    allowed = post("/v1/track", b"", method="OPTIONS", origins=[site], **asking)
    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == site
    other = post("/v1/track", b"", method="OPTIONS", origins=["https://else.example.com"], **asking)
    assert "access-control-allow-origin" not in other.headers
    none = post("/v1/track", TRACK, Origin=site)
    assert "access-control-allow-origin" not in none.headers
