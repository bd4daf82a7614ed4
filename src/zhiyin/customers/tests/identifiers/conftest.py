"""People and identities that the tests of this folder share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import uuid_utils.compat
from django.conf import settings as django_settings

from zhiyin.customers.identifiers.sealing import make_tail_key, seal_identifier, seal_traits
from zhiyin.customers.models import Identity, IdentityUnit
from zhiyin.engine import open_engine
from zhiyin.people.models import Account, OrgUnit
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.people.services.units import create_unit

NOW = datetime(2026, 11, 1, 8, tzinfo=UTC)


@pytest.fixture
def make_account(db: None, settings: Any) -> Callable[..., Account]:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

    def make(username: str, *, role: Role, unit: OrgUnit | None = None) -> Account:
        account = create_account(username, password="correct horse battery staple")
        grant_role(account, role=role, unit=unit)
        return account

    return make


@pytest.fixture
def store(db: None) -> OrgUnit:
    return create_unit("n1", name="北京一店", kind="store")


@pytest.fixture
def far_store(db: None) -> OrgUnit:
    return create_unit("s1", name="广州一店", kind="store")


@pytest.fixture
def make_identity(db: None) -> Callable[..., Identity]:
    def make(value: str, *, type: str = "phone", unit: OrgUnit | None = None, **traits: str) -> Identity:
        vault = open_engine(django_settings.HOME).vault
        key = vault.blind_index(f"{type}\0\0{value}", purpose="author").hex()
        born = uuid_utils.compat.uuid7()
        identity = Identity.objects.create(
            key=key,
            type=type,
            born=born,
            customer=born,
            sealed=seal_identifier(value, key=key, vault=vault),
            traits_sealed=seal_traits(traits, key=key, vault=vault) if traits else None,
            tail_key=make_tail_key(type, value, vault=vault),
            first_seen_at=NOW,
            last_seen_at=NOW,
            changed_at=NOW,
        )
        IdentityUnit.objects.create(identity=identity, unit_id=unit.pk if unit else 0, last_seen_at=NOW)
        return identity

    return make
