"""A company of regulars, some of whom have left, one of them in anger."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from django.test import Client

from zhiyin.customers.models import Identity, IdentityUnit
from zhiyin.customers.rollup.making import make_rollup
from zhiyin.engine import close_engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.listen.facts import FEEDBACK
from zhiyin.listen.pipeline.store import create_tables
from zhiyin.listen.records.tables import CONTACTS, PURCHASES
from zhiyin.people.caches import forget_everything
from zhiyin.people.models import OrgUnit
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.people.services.units import create_unit

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def now():
    return NOW


@pytest.fixture(scope="session")
def kept_lakes(tmp_path_factory):
    return tmp_path_factory.mktemp("lakes")


@pytest.fixture
def kept_lake(request, kept_lakes):
    """Where the lake of the regulars is kept for the next test with the same stores; None without them."""
    if "regulars" not in request.fixturenames:
        return None
    return kept_lakes / "-".join(map(str, request.getfixturevalue("stores")))


@pytest.fixture
def engine(tmp_path, settings, kept_lake):
    settings.HOME = Home(tmp_path / "home")
    is_kept = kept_lake is not None and kept_lake.exists()
    if is_kept:
        shutil.copytree(kept_lake, settings.HOME.lake)
    opened = open_engine(settings.HOME)
    if not is_kept:
        create_tables(opened.lake)
        for spec in (PURCHASES, CONTACTS):
            opened.lake.create(spec)
    yield opened
    close_engine()


@pytest.fixture
def stores(db):
    return create_unit("S1", name="一店", kind="store").pk, create_unit("S2", name="二店", kind="store").pk


def customer_id(number):
    return f"019a0000-0000-7000-8000-{number:012d}"


def key_of(number):
    return f"{number:032x}"


@pytest.fixture
def people(engine, db):
    """Give customers numbered from 1 their dealings: {number: [(kind, days ago, unit, fields)]}."""

    def make(dealings, *, makes=True, appends=True):
        Identity.objects.bulk_create(
            Identity(
                key=key_of(number), type="phone", born=customer_id(number), customer=customer_id(number),
                sealed=b"", first_seen_at=NOW, last_seen_at=NOW, changed_at=NOW,
            )
            for number in dealings
        )  # fmt: skip
        ids = dict(Identity.objects.values_list("key", "pk"))
        IdentityUnit.objects.bulk_create(
            IdentityUnit(identity_id=ids[key_of(number)], unit_id=unit, last_seen_at=NOW)
            for number, ofs in dealings.items()
            for unit in {one[2] for one in ofs if one[2]}
        )
        for spec, kind, key_column in (
            (PURCHASES, "buy", "customer_key"),
            (FEEDBACK, "say", "author_key"),
            (CONTACTS, "call", "customer_key"),
        ):
            rows = [
                _row(number, ofs=one, key_column=key_column, place=place)
                for number, ofs in dealings.items()
                for place, one in enumerate(ofs)
                if one[0] == kind
            ]
            if rows and appends:
                engine.lake.append(spec.name, _table(spec, rows))
        if makes:
            make_rollup(engine, now=NOW)

    return make


def _row(number, *, ofs, key_column, place):
    kind, days_ago, unit, fields = ofs
    at = NOW - timedelta(days=days_ago)
    name = f"{kind}-{number}-{place}"
    return {
        "record_id": name, "feedback_id": name, "order_key": name, "is_current": True,
        key_column: key_of(number), "unit_id": unit, "occurred_at": at, "day": at.date(),
        "channel": "review_site", "amount": 20.0, **fields,
    }  # fmt: skip


def _table(spec, rows):
    columns = {name: [row.get(name) for row in rows] for name in spec.schema.names}
    return pa.table(
        [pa.array(columns[name], spec.schema.field(name).type) for name in spec.schema.names],
        schema=spec.schema,
    )


def angry(**more):
    return {"sentiment": "negative", "intents": [{"name": "complaint", "confidence": 0.9}], **more}


@pytest.fixture
def regulars(people, stores, engine, kept_lake):
    """400 people of the model's own making over a year, number 1 a regular who complained and left."""
    random = np.random.default_rng(4)
    dealings = {
        1: [("buy", days, stores[0], {}) for days in range(100, 300, 10)] + [("say", 99, stores[0], angry())],
        2: [("buy", days, stores[0], {}) for days in range(2, 300, 10)],
        3: [("buy", days, stores[1], {}) for days in range(40, 300, 10)],
    }
    for number in range(4, 401):
        interval, leaves = 3 + random.gamma(2.0, 10.0), random.beta(0.6, 6.0)
        at, ofs = 360.0 - random.uniform(0, 150), []
        while at > 0:
            what = "say" if random.random() < 0.15 else "buy"
            ofs.append((what, at, stores[number % 2], {"sentiment": "neutral"} if what == "say" else {}))
            if random.random() < leaves:
                break
            at -= random.exponential(interval)
        dealings[number] = ofs
    is_kept = kept_lake.exists()
    people(dealings, makes=False, appends=not is_kept)
    if not is_kept:
        shutil.copytree(engine.home.lake, kept_lake)
    make_rollup(engine, now=NOW)
    return dealings


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
