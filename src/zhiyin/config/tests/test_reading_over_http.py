from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def told(server):
    """Six voices: three in the north, two in the south, one without a unit."""
    units = ["s1", "s1", "north", "south", "south", None]
    items = [
        {
            "external_id": f"read-{number}",
            "text": "上菜太慢了，电话13812345678",
            "channel": "review_site" if number % 2 else "takeaway",
            "occurred_at": f"2025-03-0{number + 1}T12:00:00",
            **({"unit": {"code": unit}} if unit else {}),
        }
        for number, unit in enumerate(units)
    ]
    with server.client(server.writer) as client:
        ids = [one["id"] for one in client.post("/v1/feedback", json=items).json()["items"]]
    import time

    with server.client(server.reader) as client:
        for _ in range(200):
            if client.get(f"/v1/feedback/{ids[-1]}").status_code == 200:
                return ids
            time.sleep(0.05)
    pytest.fail("the voices were not processed")


PERIOD = {"since": "2025-03-01", "until": "2025-03-07"}


def ids_of(response) -> list[str]:
    assert response.status_code == 200, response.text
    return [one["feedback_id"] for one in response.json()["items"]]


def test_voices_come_the_latest_first_and_masked(told, read):
    response = read("/v1/feedback", params=PERIOD)
    assert ids_of(response) == told[::-1]
    assert "13812345678" not in response.text
    assert response.json()["items"][0]["occurred_at"] == "2025-03-06T04:00:00Z", (
        "a time without a zone is Beijing's"
    )


def test_pages_follow_each_other_without_gap_or_repetition(told, read):
    seen, cursor = [], None
    for _ in range(4):
        page = read("/v1/feedback", params={**PERIOD, "limit": 2, **({"cursor": cursor} if cursor else {})})
        seen += ids_of(page)
        cursor = page.json()["next_cursor"]
        if cursor is None:
            break
    assert seen == told[::-1]


def test_filters_narrow(told, read):
    assert ids_of(read("/v1/feedback", params={**PERIOD, "channel": "takeaway"})) == told[4::-2]
    assert ids_of(read("/v1/feedback", params={**PERIOD, "unit": "north"})) == told[2::-1]
    assert ids_of(read("/v1/feedback", params={**PERIOD, "unit": "s1"})) == told[1::-1]
    assert ids_of(read("/v1/feedback", params={"since": "2025-03-05", "until": "2025-03-06T12:00:00Z"})) == [
        told[5],
        told[4],
    ]


def test_a_key_of_a_unit_sees_the_unit_alone(told, server):
    with server.client(server.north_reader) as client:
        assert ids_of(client.get("/v1/feedback", params=PERIOD)) == told[2::-1]
        assert client.get(f"/v1/feedback/{told[0]}").status_code == 200
        assert client.get(f"/v1/feedback/{told[3]}").status_code == 404
        assert client.get(f"/v1/feedback/{told[5]}").status_code == 404
        assert client.get("/v1/feedback", params={"unit": "south"}).status_code == 404
        assert {unit["code"] for unit in client.get("/v1/units").json()} == {"north", "s1"}
        assert client.get("/v1/summary", params=PERIOD).json()["voices"]["n"] <= 3


def test_a_voice_comes_with_opinions_reply_and_versions(told, read):
    body = read(f"/v1/feedback/{told[0]}").json()
    assert body["opinions"][0]["polarity"] == "negative"
    assert body["reply"] is None
    assert [one["revision"] for one in body["revisions"]] == [1]


def test_channels_units_and_the_summary_are_told(told, read):
    channels = {one["code"]: one for one in read("/v1/channels").json()}
    assert channels["review_site"]["name_zh"] == "点评网站"
    assert {"north", "south", "s1"} <= {one["code"] for one in read("/v1/units").json()}
    board = read("/v1/summary", params={**PERIOD, "include_excluded": True}).json()
    assert board["voices"]["n"] == 6


@pytest.mark.parametrize(
    ("path", "parameters", "status"),
    [
        ("/v1/feedback", {"cursor": "nonsense"}, 422),
        ("/v1/feedback", {"limit": "0"}, 422),
        ("/v1/feedback", {"since": "gestern"}, 422),
        ("/v1/feedback", {"unit": "nowhere"}, 404),
        ("/v1/summary", {"since": "2025-01-02", "until": "2025-01-01"}, 422),
        ("/v1/feedback/019ef412-58ea-7ecf-98c2-1b25d9992dfb", {}, 404),
        ("/v1/feedback/nonsense", {}, 404),
    ],
)
def test_what_cannot_be_answered_is_a_problem(read, path, parameters, status):
    response = read(path, params=parameters)
    assert response.status_code == status, response.text
    assert response.headers["content-type"].startswith("application/problem+json")
    assert response.json()["code"]


def test_reading_needs_a_key_that_may_read(server):
    with server.client(server.writer) as client:
        for path in ("/v1/feedback", "/v1/channels", "/v1/units", "/v1/summary"):
            assert client.get(path).status_code == 403
    with server.client("zk_wrong") as client:
        assert client.get("/v1/feedback").status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "key", "status", "code"),
    [
        ("DELETE", "/v1/feedback", "reader", 405, "method_not_allowed"),
        ("GET", "/v1/feedback", "writer", 403, "forbidden"),
        ("GET", "/v1/units", "nobody", 401, "unauthorized"),
        ("GET", "/v1/nothing", "reader", 404, "not_found"),
        ("GET", "/v1/feedback/x", "reader", 404, "not_found"),
    ],
)
def test_every_refusal_is_one_form_in_the_language_of_the_caller(server, method, path, key, status, code):
    titles = []
    for language in ("en", "zh"):
        secret = getattr(server, key, "zk_nobody")
        with server.client(secret, **{"Accept-Language": language}) as client:
            response = client.request(method, path)
        assert (response.status_code, response.json()["code"]) == (status, code)
        assert response.headers["content-type"] == "application/problem+json"
        assert response.headers["content-language"] == language
        titles.append(response.json()["title"])
    assert titles[0].isascii()
    assert not titles[1].isascii()


def test_a_refusal_names_the_scope_or_the_methods_that_help(server):
    with server.client(server.writer) as client:
        assert "feedback:read" in client.get("/v1/feedback").json()["detail"]
    with server.client(server.reader) as client:
        assert client.delete("/v1/feedback").headers["allow"] == "GET, POST"
        assert client.post("/v1/units").headers["allow"] == "GET"
