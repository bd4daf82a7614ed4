"""Builders that the tests of this room share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from zhiyin.knowledge.models import Article
from zhiyin.knowledge.services import Words, publish_version, review_version, write_article
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account, OrgUnit
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.people.services.units import create_unit, ensure_root


@dataclass(frozen=True, kw_only=True)
class Company:
    """A company with two stores, and who works there."""

    root: OrgUnit
    north: OrgUnit
    south: OrgUnit
    owner: Account
    analyst: Account
    agent: Account
    frontline: Account


@pytest.fixture
def company(db: None, settings: Any) -> Company:
    # Nobody guesses these passwords; hashing four of them slowly would take most of the time.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    root = ensure_root()
    north = create_unit("N1", name="北店", kind="store")
    south = create_unit("S1", name="南店", kind="store")

    def person(name: str, role: Role, unit: OrgUnit | None = None) -> Account:
        account = create_account(name, password="correct horse battery staple")
        grant_role(account, role=role, unit=unit)
        return account

    return Company(
        root=root,
        north=north,
        south=south,
        owner=person("owner", Role.OWNER),
        analyst=person("analyst", Role.ANALYST),
        agent=person("agent", Role.AGENT, north),
        frontline=person("frontline", Role.FRONTLINE, south),
    )


@pytest.fixture
def publish(company: Company) -> Callable[..., Article]:
    """Writes, reviews and publishes an article."""

    def make(title: str, text: str, **more: Any) -> Article:
        facts = {name: more.pop(name) for name in ("unit_id", "audience", "review_on") if name in more}
        by = Actor.of(company.owner)
        version = write_article(Words(title=title, text=text, **more), owner=company.owner, by=by, **facts)
        review_version(version, reviewer=company.analyst, by=Actor.of(company.analyst))
        publish_version(version, by=by)
        return Article.objects.get(pk=version.article_id)

    return make


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
