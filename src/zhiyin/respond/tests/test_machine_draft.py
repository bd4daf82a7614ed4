"""An answer drafted by a language model: marked, read by a person, never sent by itself."""

from __future__ import annotations

from decimal import Decimal

import pytest

from zhiyin.assist.services.endpoint import Chosen, save_language_model
from zhiyin.engine import close_engine
from zhiyin.engine.home import Home
from zhiyin.people.actors import SYSTEM
from zhiyin.respond.models import CaseAnswer
from zhiyin.respond.services import add_note


@pytest.fixture
def model(shop, chat_server, settings, tmp_path):
    """The language model, set."""
    settings.HOME = Home(tmp_path / "home")
    chat_server.answer = {"choices": [{"message": {"content": "非常抱歉让您久等了。"}}]}
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
    yield chat_server
    close_engine()


def test_the_draft_stands_below_what_was_typed_is_marked_and_not_sent(shop, make_case, enter, model):
    case = make_case()
    add_note(case, text="已致电13800138000，厨房当天少一人", by=shop.by_agent)
    browser = enter(shop.agent)
    assert "Draft an answer" in browser.get(f"/cases/{case.number}/").content.decode()
    page = browser.post(f"/cases/{case.number}/machine-draft/", {"answer": "王女士您好："}).content.decode()
    assert "王女士您好：\n\n非常抱歉让您久等了。" in page
    assert "Drafted by a machine (small-1)" in page
    assert not CaseAnswer.objects.exists()
    sent = model.asked[0][1]["messages"][1]["content"]
    assert "厨房当天少一人" in sent
    assert "13800138000" not in sent


def test_what_was_typed_stays_when_the_model_fails(shop, make_case, enter, model):
    model.status = 500
    case = make_case()
    response = enter(shop.agent).post(f"/cases/{case.number}/machine-draft/", {"answer": "您好"})
    assert response.status_code == 503
    assert "Try again in a minute" in response.content.decode()
    assert "您好</textarea>" in response.content.decode()


def test_who_may_only_look_drafts_nothing(shop, make_case, enter, model):
    case = make_case()
    assert "Draft an answer" not in enter(shop.auditor).get(f"/cases/{case.number}/").content.decode()
    for account in (shop.auditor, shop.stranger):
        assert enter(account).post(f"/cases/{case.number}/machine-draft/").status_code in (403, 404)
    assert model.asked == []
