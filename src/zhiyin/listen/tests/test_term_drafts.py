"""The language model proposes aspects of suggested terms; only a person adds them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from zhiyin.assist.services.endpoint import Chosen, save_language_model
from zhiyin.listen.services.taxonomy import choose_taxonomy
from zhiyin.listen.services.taxonomy_versions import draft_of
from zhiyin.people.actors import SYSTEM
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/settings/taxonomy/suggestions/"
SAID = (
    "榴莲很不错",
    "这里的榴莲太差了，电话13800138000",
    "不错的榴莲，环境也好",
    "榴莲真的糟糕",
    "榴莲不太行",
)


@pytest.fixture
def owner(engine, settings):
    settings.HOME = engine.home
    account = create_account("owner", password="correct horse battery staple", language="en")
    grant_role(account, role=Role.OWNER)
    return account


@pytest.fixture
def page(owner, receive, said, pipeline, chat_server):
    """A browser of the owner, where the search was made and a language model is set."""
    choose_taxonomy("telecom")
    receive(*[said(str(n), text) for n, text in enumerate(SAID)])
    pipeline.drain()
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
    client = Client()
    client.force_login(owner)
    client.cookies["django_language"] = "en"
    client.post(PAGE)
    return client


def answer(text):
    return {"choices": [{"message": {"content": text}}]}


def test_the_models_choice_stands_first_is_marked_and_changes_nothing(page, owner, chat_server):
    aspect = draft_of(owner).taxonomy.aspects[-1].id
    chat_server.answer = answer(f"榴莲：{aspect}")
    assert "Let the language model sort them" in page.get(PAGE).content.decode()
    body = page.post(f"{PAGE}ask-model/").content.decode()
    assert "proposed by a machine" in body
    assert f'<option value="{aspect}" selected>' in body
    assert "Drafted by a machine (small-1)" in body
    assert not draft_of(owner).edits
    sent = chat_server.asked[0][1]["messages"][1]["content"]
    assert "榴莲" in sent
    assert aspect in sent
    assert "13800138000" not in sent


def test_a_choice_that_is_no_aspect_is_shown_as_words_alone(page, chat_server):
    chat_server.answer = answer("榴莲：新增：水果 <b>")
    body = page.post(f"{PAGE}ask-model/").content.decode()
    assert "proposed by a machine" not in body
    assert "新增：水果 &lt;b&gt;" in body


def test_a_model_that_fails_leaves_the_suggestions_as_they_are(page, chat_server):
    chat_server.status = 500
    response = page.post(f"{PAGE}ask-model/")
    assert response.status_code == 503
    assert 'value="榴莲"' in response.content.decode()
    assert "Try again in a minute" in response.content.decode()
