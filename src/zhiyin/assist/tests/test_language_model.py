"""The language model against a real server: settings, drafts, masking, time limit, cost."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest

from zhiyin.assist.errors import Busy, LimitReached, NotSet
from zhiyin.assist.models import LanguageModel, ModelCall
from zhiyin.assist.protocol import NoAnswer, check_base_url
from zhiyin.assist.services import drafts
from zhiyin.assist.services.drafts import Material, make_draft
from zhiyin.assist.services.endpoint import Chosen, is_on, save_language_model, turn_off
from zhiyin.errors import InvalidInput
from zhiyin.people.actors import SYSTEM
from zhiyin.people.models import AuditEvent


@pytest.fixture
def chosen(visit, chat_server):
    """Sets the server, with changes."""

    def choose(**changes):
        values = {
            "base_url": chat_server.url,
            "model": "small-1",
            "key": "secret-key",
            "seconds": 2,
            "price_in": Decimal(2),
            "price_out": Decimal(8),
            "currency": "CNY",
            "month_limit": None,
        }
        return save_language_model(Chosen(**(values | changes)), by=SYSTEM)

    return choose


def draft(*said, **facts):
    return make_draft("summary", Material(said=said, facts=facts), language="zh", by=SYSTEM)


def test_a_draft_is_what_the_server_answered_and_names_the_model(chosen, chat_server):
    chosen()
    made = draft("等了四十分钟没人理")
    assert (made.text, made.model) == ("上菜慢，建议增加人手。", "small-1")
    path, asked = chat_server.asked[0]
    assert (path, asked["model"]) == ("/v1/chat/completions", "small-1")
    assert chat_server.keys == ["Bearer secret-key"]
    assert "等了四十分钟没人理" in asked["messages"][1]["content"]


def test_private_data_never_leaves_in_words_nor_in_facts(chosen, chat_server):
    chosen()
    draft("我电话13800138000，微信号wx_lisi88", notes=["已致电 139 0013 9000"])
    sent = str(chat_server.asked)
    for private in ("13800138000", "wx_lisi88", "139 0013 9000"):
        assert private not in sent
    assert "我电话" in sent


def test_every_request_is_counted_with_its_cost_and_none_of_its_words(chosen):
    chosen()
    draft("太慢了")
    call = ModelCall.objects.get()
    assert (call.purpose, call.outcome, call.n_in, call.n_out) == ("summary", "done", 200, 50)
    assert call.cost == Decimal("0.0008")  # 200 × 2 and 50 × 8 of a million
    assert "太慢了" not in str(ModelCall.objects.values())


def test_a_server_that_counts_no_tokens_is_estimated_by_signs(chosen, chat_server):
    chosen()
    del chat_server.answer["usage"]
    draft("太慢了")
    call = ModelCall.objects.get()
    assert call.is_estimated
    assert call.n_out == len("上菜慢，建议增加人手。")


def test_an_answer_that_comes_too_late_is_given_up(chosen, chat_server):
    chosen(seconds=1)
    chat_server.seconds = 10.0
    started = time.monotonic()
    with pytest.raises(NoAnswer) as raised:
        draft("太慢了")
    assert raised.value.reason == "timeout"
    assert time.monotonic() - started < 9
    assert ModelCall.objects.get().outcome == "timeout"


@pytest.mark.parametrize(
    ("status", "answer", "reason"),
    [
        (401, b"{}", "refused"),
        (404, b"no such page", "refused"),
        (429, b"{}", "failed"),
        (503, b"{}", "failed"),
        (302, b"", "refused"),
        (200, b"<html>hello</html>", "unreadable"),
        (200, b'{"choices": []}', "unreadable"),
        (200, b'{"choices": [{"message": {"content": "  "}}]}', "unreadable"),
        (200, b"x" * (1024 * 1024 + 1), "unreadable"),
    ],
)
def test_what_is_no_answer_says_why_and_is_counted(chosen, chat_server, status, answer, reason):
    chosen()
    chat_server.status, chat_server.answer = status, answer
    with pytest.raises(NoAnswer) as raised:
        draft("太慢了")
    assert raised.value.reason == reason
    assert ModelCall.objects.get().outcome == reason


def test_a_server_that_is_not_there_is_out_of_reach(chosen):
    chosen(base_url="http://127.0.0.1:9/v1")
    with pytest.raises(NoAnswer) as raised:
        draft("太慢了")
    assert raised.value.reason == "unreachable"


def test_nothing_is_sent_when_off_nor_when_the_money_is_spent(chosen, chat_server):
    with pytest.raises(NotSet):
        draft("太慢了")
    chosen(month_limit=Decimal("0.01"), price_in=Decimal(100))
    draft("太慢了")
    with pytest.raises(LimitReached):
        draft("太慢了")
    turn_off(by=SYSTEM)
    assert not is_on()
    with pytest.raises(NotSet):
        draft("太慢了")
    assert len(chat_server.asked) == 1


def test_more_than_four_at_once_are_told_to_wait(chosen, monkeypatch):
    chosen()
    for _ in range(4):
        assert drafts._AT_ONCE.acquire(blocking=False)
    try:
        with pytest.raises(Busy):
            draft("太慢了")
    finally:
        drafts._AT_ONCE.release(4)


def test_the_key_is_sealed_stays_with_its_address_and_goes_when_turned_off(chosen, chat_server):
    saved = chosen()
    assert b"secret-key" not in bytes(LanguageModel.objects.get().sealed_key)
    chosen(key=None, model="small-2")
    draft("太慢了")
    assert chat_server.keys[-1] == "Bearer secret-key"
    chosen(key=None, base_url=chat_server.url.replace("127.0.0.1", "localhost"))
    draft("太慢了")
    assert chat_server.keys[-1] is None
    chosen(key="other")
    turn_off(by=SYSTEM)
    saved.refresh_from_db()
    assert bytes(saved.sealed_key) == b""


@pytest.mark.parametrize(
    "url",
    ["", "ftp://host/v1", "file:///etc/passwd", "http://", "https://me:pw@host/v1", "http://host/v1?a=b"],
)
def test_an_address_that_is_none_is_refused_naming_the_field(url):
    with pytest.raises(InvalidInput) as raised:
        check_base_url(url)
    assert raised.value.field == "base_url"


def test_an_owner_sets_tries_and_turns_off_by_page(visit, given, chat_server):
    owner = visit("owner")
    assert "no language model is set" in owner.get("/settings/model/").content.decode()
    assert owner.post("/settings/model/", given).status_code == 302
    page = owner.post("/settings/model/try/").content.decode()
    assert "上菜慢，建议增加人手。" in page
    assert "secret-key" not in page
    assert "0.0008 CNY" in page
    owner.post("/settings/model/off/")
    assert not is_on()
    actions = list(AuditEvent.objects.values_list("action", flat=True))
    assert {"language_model.changed", "language_model.turned_off"} <= set(actions)


def test_a_page_says_what_is_wrong_and_keeps_what_was_typed(visit, given, chat_server):
    owner = visit("owner")
    response = owner.post("/settings/model/", given | {"base_url": "htp:/x", "model": "kept-model"})
    assert response.status_code == 422
    assert "https://host/v1" in response.content.decode()
    assert "kept-model" in response.content.decode()
    owner.post("/settings/model/", given)
    chat_server.status = 500
    response = owner.post("/settings/model/try/")
    assert response.status_code == 503
    assert "Try again in a minute" in response.content.decode()


@pytest.mark.parametrize("role", ["analyst", "auditor"])
def test_only_the_owner_may_set_it(visit, given, role):
    client = visit(role)
    assert client.get("/settings/model/").status_code in (403, 404)
    assert client.post("/settings/model/", given).status_code in (403, 404)
    assert not LanguageModel.objects.exists()
