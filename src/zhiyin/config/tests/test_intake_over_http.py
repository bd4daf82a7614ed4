from __future__ import annotations

import base64
import gzip
import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest

GOOD = {"external_id": "good", "text": "菜好吃"}


def problem(response: httpx.Response, status: int, code: str) -> dict:
    assert response.status_code == status, response.text
    assert response.headers["content-type"].startswith("application/problem+json")
    body = response.json()
    assert body["code"] == code
    assert body["status"] == status
    assert body["requestId"] == response.headers["x-request-id"]
    return body


def test_one_item_is_accepted_and_the_same_again_has_the_same_id(send, wait_for):
    first = send({"external_id": "one", "text": "菜好吃但是上菜慢"})
    assert first.status_code == 202
    assert first.json()["status"] == "accepted"
    wait_for(first.json()["id"])
    again = send({"external_id": "one", "text": "菜好吃但是上菜慢"})
    assert again.status_code == 200
    assert again.json() == {"id": first.json()["id"], "status": "unchanged"}


def test_an_edit_is_kept_as_history(send, wait_for):
    feedback_id = send({"external_id": "edit", "text": "好", "rating": {"value": 5}}).json()["id"]
    wait_for(feedback_id)
    edited = send({"external_id": "edit", "text": "不好", "rating": {"value": 1}})
    assert edited.json() == {"id": feedback_id, "status": "accepted"}
    voice = wait_for(feedback_id, revision=2)
    assert [(one["text"], one["stars"]) for one in voice["revisions"]] == [("好", 5.0), ("不好", 1.0)]


def test_an_array_and_lines_answer_row_by_row(send):
    items = [{"external_id": f"row-{i}", "text": "好"} for i in range(3)]
    array = send([items[0], {"external_id": "bad"}, items[1]])
    assert array.status_code == 202
    assert [one["row"] for one in array.json()["items"]] == [0, 2]
    assert array.json()["errors"] == [
        {
            "row": 1,
            "field": "text",
            "reason": "says nothing: give text, turns or a rating",
            "code": "says_nothing",
        }
    ]
    body = b"\n".join(json.dumps(item).encode() for item in [*items[:2], items[2]]) + b"\n"
    lines = send(body, Content_Type="application/x-ndjson")
    assert [one["id"] for one in lines.json()["items"]][:2] == [one["id"] for one in array.json()["items"]]


def test_a_thousand_items_pass_and_one_more_does_not(send):
    items = [{"external_id": f"many-{i}", "text": "好"} for i in range(1001)]
    assert len(send(items[:1000]).json()["items"]) == 1000
    problem(send(items), 413, "too_large")


def test_a_compressed_body_is_understood_and_a_bomb_is_not(send):
    assert send(gzip.compress(json.dumps(GOOD).encode()), Content_Encoding="gzip").status_code in (200, 202)
    problem(send(gzip.compress(b" " * 40_000_000), Content_Encoding="gzip"), 413, "too_large")
    problem(send(gzip.compress(b"[]" * 99)[:-9], Content_Encoding="gzip"), 400, "malformed_gzip")


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b"[" * 200_000, "application/json", 400, "malformed"),
        (b'{"external_id":"1","attributes":' + b'{"a":' * 50_000, "application/json", 422, "invalid_items"),
        (b'{"external_id":"1","text":"\xff\xfe"}', "application/json", 422, "invalid_items"),
        (b'[{"external_id":"1"', "application/json", 400, "malformed"),
        (b'{"external_id":"1","rating":{"value":1e400}}', "application/json", 422, "invalid_items"),
        (b'{"external_id":' + b"9" * 10_000 + b"}", "application/json", 422, "invalid_items"),
        (b"", "application/json", 422, "no_items"),
        (b"a=1", "application/x-www-form-urlencoded", 415, "unsupported_type"),
        (b"\x00\x01", "application/x-ndjson", 422, "invalid_items"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(send, body, content_type, status, code):
    problem(send(body, Content_Type=content_type), status, code)


def test_a_long_text_and_a_big_body_are_refused(send):
    refused = problem(send({"external_id": "long", "text": "长" * 100_001}), 422, "invalid_items")
    assert refused["invalid_params"][0]["code"] == "too_long"
    problem(send(b" " * (33 * 1024 * 1024)), 413, "too_large")


def test_a_problem_speaks_the_callers_language(send):
    english = problem(send([{"external_id": ""}]), 422, "invalid_items")
    chinese = problem(send([{"external_id": ""}], Accept_Language="zh-CN,en;q=0.5"), 422, "invalid_items")
    assert english["invalid_params"][0]["reason"] == "must not be empty"
    assert chinese["invalid_params"][0]["reason"] == "不能为空"
    assert chinese["title"] != english["title"]


def test_without_a_right_key_nothing_is_taken(server):
    for headers in ({}, {"Authorization": "Bearer zk_wrong"}, {"Authorization": "Basic !!!"}):
        refused = httpx.post(f"{server.address}/v1/feedback", json=GOOD, headers=headers)
        problem(refused, 401, "unauthorized")
        assert refused.headers["www-authenticate"].startswith("Bearer")
    with server.client(server.reader) as client:
        problem(client.post("/v1/feedback", json=GOOD), 403, "forbidden")


def test_a_key_may_come_as_the_user_of_basic(server):
    credentials = base64.b64encode(f"{server.writer}:".encode()).decode()
    answer = httpx.post(
        f"{server.address}/v1/feedback", json=GOOD, headers={"Authorization": f"Basic {credentials}"}
    )
    assert answer.status_code in (200, 202)


def test_a_key_over_its_limit_is_told_to_wait(server):
    with server.client(server.slow_writer) as client:
        answers = [client.post("/v1/feedback", json=GOOD) for _ in range(4)]
    limited = next(answer for answer in answers if answer.status_code == 429)
    problem(limited, 429, "rate_limited")
    assert 1 <= int(limited.headers["retry-after"]) <= 60


def test_a_repeated_request_is_answered_and_not_repeated(send):
    first = send([{"external_id": "idem", "text": "好"}], Idempotency_Key="key-1")
    again = send([{"external_id": "idem", "text": "好"}], Idempotency_Key="key-1")
    assert (again.status_code, again.json()) == (first.status_code, first.json()) == (202, first.json())
    problem(
        send([{"external_id": "idem", "text": "坏"}], Idempotency_Key="key-1"), 422, "idempotency_mismatch"
    )
    problem(send(GOOD, Idempotency_Key="x" * 201), 400, "bad_idempotency_key")


def test_a_failed_request_may_be_repeated_under_its_key(send):
    problem(send(b"[", Idempotency_Key="key-2"), 400, "malformed")
    assert send(b"[" + json.dumps(GOOD).encode() + b"]", Idempotency_Key="key-2").status_code in (200, 202)


def test_requests_at_once_under_one_key_have_one_effect(server, send):
    def post(_: int) -> httpx.Response:
        return send([{"external_id": "at-once", "text": "好"}], Idempotency_Key="key-3")

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(post, range(16)))
    assert {answer.status_code for answer in answers} <= {202, 409}
    assert len({answer.text for answer in answers if answer.status_code == 202}) == 1


def test_many_clients_that_send_the_same_items_get_the_same_ids(server, send):
    items = [{"external_id": f"race-{i}", "text": "好"} for i in range(200)]
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda _: send(items).json(), range(12)))
    ids = {tuple(one["id"] for one in answer["items"]) for answer in answers}
    assert len(ids) == 1


def test_a_caller_that_hangs_up_harms_nobody(server, send):
    address = urlsplit(server.address)
    for _ in range(5):
        with socket.create_connection((address.hostname, address.port)) as caller:
            caller.sendall(
                b"POST /v1/feedback HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n"
                b"Authorization: Bearer " + server.writer.encode() + b"\r\n\r\n[{"
            )
    assert send(GOOD).status_code in (200, 202)


def test_the_watchers_doors_answer(server, send, read):
    send(GOOD)
    assert httpx.get(f"{server.address}/healthz").text == "ok\n"
    assert httpx.get(f"{server.address}/readyz").status_code == 200
    assert httpx.get(f"{server.address}/metrics").status_code == 401
    figures = read("/metrics").text
    assert "zhiyin_items_accepted_total" in figures
    assert "zhiyin_intake_log_items" in figures


def test_the_server_answers_while_it_takes_in_much(server, send):
    ended = threading.Event()

    def load() -> None:
        number = 0
        with server.client(server.writer) as client:
            while not ended.is_set():
                number += 1
                name = f"{threading.get_ident()}-{number}"
                items = [{"external_id": f"{name}-{i}", "text": "好"} for i in range(500)]
                client.post("/v1/feedback", json=items)

    threads = [threading.Thread(target=load) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        seconds = [
            httpx.get(f"{server.address}/healthz", timeout=5).elapsed.total_seconds() for _ in range(30)
        ]
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    assert sorted(seconds)[len(seconds) // 2] < 0.5
