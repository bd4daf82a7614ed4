"""A home with two stores, and people who speak and buy there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from zhiyin.customers.models import Identity, IdentityUnit
from zhiyin.customers.rollup.making import make_rollup
from zhiyin.customers.rollup.reading import connect_rollup
from zhiyin.engine import open_engine
from zhiyin.engine.home import Home
from zhiyin.listen.facts import FEEDBACK, OPINIONS
from zhiyin.listen.pipeline.store import create_tables
from zhiyin.listen.records.tables import CONTACTS, PURCHASES
from zhiyin.people.scope import EVERYTHING
from zhiyin.people.services.units import create_unit

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def engine(tmp_path):
    opened = open_engine(Home(tmp_path / "home"))
    create_tables(opened.lake)
    yield opened
    opened.close()


@pytest.fixture
def stores(db):
    return create_unit("S1", name="一店", kind="store").pk, create_unit("S2", name="二店", kind="store").pk


@pytest.fixture
def person(db):
    def make(number, *, customer=None, units=()):
        """An identity; `customer` names the identity that it is linked to."""
        born = f"019a0000-0000-7000-8000-{number:012d}"
        joined = f"019a0000-0000-7000-8000-{customer or number:012d}"
        identity = Identity.objects.create(
            key=f"{number:032x}",
            type="phone",
            born=born,
            customer=joined,
            sealed=b"",
            first_seen_at=NOW,
            last_seen_at=NOW,
            changed_at=NOW + timedelta(seconds=number),
        )
        for unit in units:
            IdentityUnit.objects.create(identity=identity, unit_id=unit, last_seen_at=NOW)
        return identity

    return make


def _rows(spec, rows):
    columns = {name: [row.get(name) for row in rows] for name in spec.schema.names}
    arrays = [pa.array(columns[name], spec.schema.field(name).type) for name in spec.schema.names]
    return pa.table(arrays, schema=spec.schema)


@pytest.fixture
def say(engine):
    made = [0]

    def run(key, *, days_ago=1, unit=None, opinions=(), **fields):
        """A voice of the identity, with (aspect, polarity) of each opinion."""
        made[0] += 1
        at = NOW - timedelta(days=days_ago)
        voice = {
            "feedback_id": f"voice-{made[0]}",
            "is_current": True,
            "author_key": key,
            "unit_id": unit,
            "occurred_at": at,
            "day": at.date(),
            "channel": "review_site",
            "sentiment": "neutral",
            **fields,
        }
        engine.lake.append("feedback", _rows(FEEDBACK, [voice]))
        said = [
            {**{name: voice[name] for name in ("feedback_id", "is_current", "unit_id", "occurred_at", "day")}}
            | {"aspect": aspect, "polarity": polarity}
            for aspect, polarity in opinions
        ]
        if said:
            engine.lake.append("opinions", _rows(OPINIONS, said))

    return run


@pytest.fixture
def buy(engine):
    made = [0]

    def run(key, *, days_ago=1, unit=None, **fields):
        """A line of an order; lines with one `order_key` are one order."""
        made[0] += 1
        at = NOW - timedelta(days=days_ago)
        line = {
            "record_id": f"line-{made[0]}",
            "is_current": True,
            "customer_key": key,
            "unit_id": unit,
            "occurred_at": at,
            "day": at.date(),
            **fields,
        }
        engine.lake.append("purchases", _rows(PURCHASES, [line]))

    return run


@pytest.fixture
def call(engine):
    def run(key, *, days_ago=1, unit=None, **fields):
        at = NOW - timedelta(days=days_ago)
        row = {"record_id": "c", "is_current": True, "customer_key": key, "unit_id": unit}
        row |= {"occurred_at": at, "day": at.date(), **fields}
        engine.lake.append("contacts", _rows(CONTACTS, [row]))

    return run


@pytest.fixture
def rollup(engine):
    def run(sql="SELECT * FROM customers ORDER BY number", *, scope=EVERYTHING, makes=True):
        """Rows as dictionaries, of the roll-up as it is after making it anew."""
        if makes:
            make_rollup(engine, now=NOW)
        with connect_rollup(engine, scope=scope, now=NOW) as connection:
            return connection.execute(sql).to_arrow_table().to_pylist()

    return run
