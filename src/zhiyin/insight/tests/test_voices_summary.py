"""A summary of the voices in view, by a real server that speaks the protocol."""

from __future__ import annotations

from decimal import Decimal

import pytest

from zhiyin.assist.services.endpoint import Chosen, save_language_model
from zhiyin.people.actors import SYSTEM


@pytest.fixture
def asked(company, chat_server):
    """What the language model was asked; it is set in this company."""
    chat_server.answer = {"choices": [{"message": {"content": "大家嫌上菜慢。<b>"}}]}
    chosen = Chosen(
        base_url=chat_server.url,
        model="small-1",
        key="",
        seconds=5,
        price_in=Decimal(0),
        price_out=Decimal(0),
        currency="CNY",
        month_limit=None,
    )
    save_language_model(chosen, by=SYSTEM)
    return chat_server.asked


def test_without_a_language_model_nothing_offers_a_summary(company):
    company.say("上菜慢")
    assert "/voices/summary/" not in company.visit("owner").get("/voices/").content.decode()


def test_the_voices_in_view_are_summarised_and_the_draft_is_marked(company, asked):
    company.say("上菜慢，电话13800138000"), company.say("味道很好")
    owner = company.visit("owner")
    assert "/voices/summary/" in owner.get("/voices/?polarity=negative").content.decode()
    page = owner.post("/voices/summary/?polarity=negative").content.decode()
    assert "大家嫌上菜慢。&lt;b&gt;" in page
    assert "Drafted by a machine (small-1)" in page
    assert "Made of 1 voice out of 1" in page
    sent = asked[0][1]["messages"][1]["content"]
    assert "上菜慢" in sent
    assert "味道很好" not in sent
    assert "13800138000" not in sent


def test_a_manager_sends_the_words_of_the_own_store_alone(company, asked):
    company.say("上菜慢", store="n1"), company.say("地上有油", store="s1")
    company.visit("manager", unit="n1").post("/voices/summary/")
    assert "地上有油" not in str(asked)


def test_nothing_is_sent_where_nothing_is_in_view(company, asked):
    page = company.visit("owner").post("/voices/summary/").content.decode()
    assert "Nothing to summarise" in page
    assert asked == []
