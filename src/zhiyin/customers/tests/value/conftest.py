"""A home with two stores."""

from __future__ import annotations

import pytest
from django.test import Client

from zhiyin.engine import close_engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.people.caches import forget_everything
from zhiyin.people.models import OrgUnit
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.people.services.units import create_unit


@pytest.fixture
def engine(tmp_path, settings):
    settings.HOME = Home(tmp_path / "home")
    opened = open_engine(settings.HOME)
    yield opened
    close_engine()


@pytest.fixture
def stores(db):
    return create_unit("S1", name="一店", kind="store").pk, create_unit("S2", name="二店", kind="store").pk


@pytest.fixture
def visit(engine, db, settings, monkeypatch):
    """A browser in which somebody with this role is signed in, everywhere or at a unit."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setenv("ZHIYIN_TAXONOMY", "restaurant")
    forget_everything()

    def run(role, *, unit=None):
        account = create_account(f"{role}-{unit or 'all'}", password="correct horse battery staple")
        grant_role(account, role=Role(role), unit=OrgUnit.objects.get(pk=unit) if unit else None)
        client = Client(headers={"accept-language": "en"})
        client.force_login(account)
        client.cookies["django_language"] = "en"
        return client

    yield run
    forget_everything()
