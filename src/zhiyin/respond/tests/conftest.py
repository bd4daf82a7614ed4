"""Builders that the tests of this room share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uuid_utils
from django.test import Client

from zhiyin.engine import Engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account, OrgUnit
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.people.services.units import create_unit, ensure_root
from zhiyin.respond.models import Case
from zhiyin.respond.services import open_case


@dataclass(frozen=True, kw_only=True)
class Shop:
    """A company with two regions and a store each, and who works there."""

    company: OrgUnit
    north: OrgUnit
    south: OrgUnit
    store: OrgUnit
    far_store: OrgUnit
    owner: Account
    manager: Account
    agent: Account
    stranger: Account
    auditor: Account

    @property
    def by_agent(self) -> Actor:
        return Actor.of(self.agent)

    @property
    def by_manager(self) -> Actor:
        return Actor.of(self.manager)


@pytest.fixture
def make_account(db: None, settings: Any) -> Callable[..., Account]:
    # Nobody guesses these passwords; hashing five of them slowly would take most of the time.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

    def make(username: str, *, role: Role | None = None, unit: OrgUnit | None = None) -> Account:
        account = create_account(username, password="correct horse battery staple")
        if role:
            grant_role(account, role=role, unit=unit)
        return account

    return make


@pytest.fixture
def shop(make_account: Callable[..., Account]) -> Shop:
    north = create_unit("north", name="华北", kind="region")
    south = create_unit("south", name="华南", kind="region")
    store = create_unit("n1", name="北京一店", kind="store", parent=north)
    far_store = create_unit("s1", name="广州一店", kind="store", parent=south)
    return Shop(
        company=ensure_root(),
        north=north,
        south=south,
        store=store,
        far_store=far_store,
        owner=make_account("owner", role=Role.OWNER),
        manager=make_account("manager", role=Role.MANAGER, unit=north),
        agent=make_account("agent", role=Role.AGENT, unit=store),
        stranger=make_account("stranger", role=Role.AGENT, unit=far_store),
        auditor=make_account("auditor", role=Role.AUDITOR),
    )


@pytest.fixture
def new_id() -> Callable[[], str]:
    """The id of a voice."""
    return lambda: str(uuid_utils.uuid7())


@pytest.fixture
def make_case(shop: Shop, new_id: Callable[[], str]) -> Callable[..., Case]:
    """A case of the store, opened by the agent."""

    def make(**fields: Any) -> Case:
        wanted = {
            "feedback_id": new_id(),
            "unit_id": shop.store.pk,
            "title": "上菜太慢",
            "by": shop.by_agent,
            **fields,
        }
        return open_case(**wanted)

    return make


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(Home(tmp_path / "home"))
    yield opened
    opened.close()


@pytest.fixture
def enter() -> Callable[[Account], Client]:
    """A browser in which the account is signed in, in English."""

    def sign_in(account: Account) -> Client:
        account.language = "en"
        account.save()
        client = Client()
        client.force_login(account)
        client.cookies["django_language"] = "en"
        return client

    return sign_in
