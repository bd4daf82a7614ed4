"""The API checks texts and searches articles."""

from __future__ import annotations

import pytest

from zhiyin.people.permissions import KeyScope
from zhiyin.people.services.keys import create_key


@pytest.fixture
def key(company):
    return {"Authorization": f"Bearer {create_key('test', scopes=[KeyScope.FEEDBACK_READ])}"}


def test_a_text_is_checked(client, key):
    body = {"text": "我们会尽快处理。", "question": "什么时候退款？"}
    sent = client.post("/v1/check-text", body, content_type="application/json", headers=key)
    assert sent.status_code == 200
    assert [one["code"] for one in sent.json()["remarks"]] == ["vague_promise", "unanswered"]
    assert sent.json()["scores"]["trustworthy"] < 100


@pytest.mark.parametrize("body", ["", "[]", '{"text": ""}', '{"text": "x", "kind": "poem"}', '{"text": 1}'])
def test_a_body_that_is_none_is_refused(client, key, body):
    sent = client.post("/v1/check-text", body, content_type="application/json", headers=key)
    assert sent.status_code == 422


def test_articles_are_searched(client, key, publish):
    publish("发票怎么开", "在小程序的订单里点“开发票”。")
    found = client.get("/v1/articles", {"q": "开发票"}, headers=key).json()
    assert [one["title"] for one in found] == ["发票怎么开"]
    assert client.get("/v1/articles", {"q": "宠物"}, headers=key).json() == []
