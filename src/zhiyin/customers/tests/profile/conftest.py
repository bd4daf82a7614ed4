"""A company with two stores, and customers whose facts stand in a real lake."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
import uuid_utils.compat
from django.test import Client

from zhiyin.customers.events.tables import EVENT_TABLES
from zhiyin.customers.identifiers.sealing import make_tail_key, seal_identifier
from zhiyin.customers.models import Identity, IdentityUnit
from zhiyin.customers.rollup.making import make_rollup
from zhiyin.engine import close_engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.listen.api import open_lake
from zhiyin.listen.facts import FEEDBACK, OPINIONS, REPLIES
from zhiyin.listen.records.tables import CONTACTS, PRODUCTS_OWNED, PURCHASES
from zhiyin.people.caches import forget_everything
from zhiyin.people.queries.accounts import find_account
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.people.services.units import create_unit

_SPECS = {spec.name: spec for spec in (FEEDBACK, OPINIONS, REPLIES, CONTACTS, PURCHASES, PRODUCTS_OWNED)}


class Company:
    def __init__(self, engine):
        self.engine = engine
        self.now = datetime.now(UTC)
        self.north = create_unit("n1", name="北京一店", kind="store")
        self.south = create_unit("s1", name="广州一店", kind="store")
        self.n_made = 0

    def identity(self, value, *units, type="phone", joined_to=None):
        """An identity seen at these units; `joined_to` is one whose customer it is part of."""
        vault = self.engine.vault
        key = vault.blind_index(f"{type}\0\0{value}", purpose="author").hex()
        born = uuid_utils.compat.uuid7()
        made = Identity.objects.create(
            key=key,
            type=type,
            born=born,
            customer=joined_to.customer if joined_to else born,
            sealed=seal_identifier(value, key=key, vault=vault),
            tail_key=make_tail_key(type, value, vault=vault),
            first_seen_at=self.now,
            last_seen_at=self.now,
            changed_at=self.now,
        )
        for unit in units:
            IdentityUnit.objects.create(identity=made, unit_id=unit.pk, last_seen_at=self.now)
        return made

    def add(self, table, *rows):
        """Rows of a lake table, with what all rows of it have."""
        spec = _SPECS[table]
        filled = [
            {**dict.fromkeys(spec.schema.names), "is_current": True, "day": self.now.date(), **row}
            for row in rows
        ]
        open_lake().append(table, pa.Table.from_pylist(filled, spec.schema))

    def _id(self):
        self.n_made += 1
        return str(uuid_utils.compat.uuid7())

    def _at(self, days_ago, at):
        return at or self.now - timedelta(days=days_ago)

    def say(self, who, text="上菜慢", *, unit=None, days_ago=1.0, at=None, opinions=(), reply="", **fields):
        """A voice; its id."""
        feedback_id, moment = self._id(), self._at(days_ago, at)
        common = {
            "feedback_id": feedback_id,
            "unit_id": (unit or self.north).pk,
            "occurred_at": moment,
            "channel": "review_site",
        }
        lists = {"intents": [], "needs": [], "emotions": [], "signals": [], "n_turns": 0}
        self.add("feedback", {**common, "author_key": who.key, "text": text, "urgency": 0, **lists, **fields})
        for aspect, polarity in opinions:
            self.add("opinions", {**common, "aspect": aspect, "aspect_name": aspect, "polarity": polarity})
        if reply:
            self.add("replies", {**common, "text": reply, "replied_at": moment})
        return feedback_id

    def contact(self, who, *, unit=None, days_ago=1.0, at=None, **fields):
        """A contact; its id."""
        record_id = self._id()
        self.add(
            "contacts",
            {
                "record_id": record_id,
                "customer_key": who.key,
                "unit_id": (unit or self.north).pk,
                "occurred_at": self._at(days_ago, at),
                "channel": "call_centre",
                "is_field": False,
                **fields,
            },
        )
        return record_id

    def buy(self, who, *, unit=None, days_ago=1.0, at=None, order="", **fields):
        """A line of an order; the order's id."""
        order_key = order or self._id()
        self.add(
            "purchases",
            {
                "record_id": self._id(),
                "order_key": order_key,
                "customer_key": who.key,
                "unit_id": (unit or self.north).pk,
                "occurred_at": self._at(days_ago, at),
                **fields,
            },
        )
        return order_key

    def roll_up(self):
        make_rollup(self.engine)

    def account(self, role, *, unit=None):
        name = f"{role}-{unit or 'all'}"
        account = find_account(name)
        if account is None:
            account = create_account(name, password="correct horse battery staple")
            grant_role(account, role=Role(role), unit=unit)
        return account

    def visit(self, role, *, unit=None):
        """A browser in which somebody with this role is signed in."""
        client = Client(headers={"accept-language": "en"})
        client.force_login(self.account(role, unit=unit))
        client.cookies["django_language"] = "en"
        return client


@pytest.fixture
def company(db, tmp_path, settings, monkeypatch):
    monkeypatch.setenv("ZHIYIN_TAXONOMY", "restaurant")
    settings.HOME = Home(tmp_path / "home")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    forget_everything()
    engine = open_engine(settings.HOME)
    for spec in EVENT_TABLES:
        engine.lake.create(spec)
    yield Company(engine)
    close_engine()
    forget_everything()
