"""Somebody who may set the language model, and what the form takes."""

from __future__ import annotations

import pytest
from django.test import Client

from zhiyin.engine import close_engine
from zhiyin.engine.home import Home
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role


@pytest.fixture
def visit(db, tmp_path, settings):
    """Browsers in which somebody of a role is signed in; the page in English."""
    settings.HOME = Home(tmp_path / "home")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

    def sign_in(role):
        account = create_account(role, password="correct horse battery staple")
        grant_role(account, role=Role(role))
        client = Client(headers={"accept-language": "en"})
        client.force_login(account)
        return client

    yield sign_in
    close_engine()


@pytest.fixture
def given(chat_server):
    """What the form takes."""
    return {
        "base_url": chat_server.url,
        "model": "small-1",
        "key": "secret-key",
        "seconds": "2",
        "price_in": "2",
        "price_out": "8",
        "currency": "CNY",
        "month_limit": "",
    }
