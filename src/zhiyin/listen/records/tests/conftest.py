"""A home, a store and the door for records."""

from __future__ import annotations

import pytest

from zhiyin.engine import open_engine
from zhiyin.engine.home import Home
from zhiyin.listen.records.kinds import KINDS
from zhiyin.listen.records.taking import take_records
from zhiyin.people.services.units import create_unit


@pytest.fixture
def engine(tmp_path):
    opened = open_engine(Home(tmp_path / "home"))
    yield opened
    opened.close()


@pytest.fixture
def store(db):
    return create_unit("S1", name="一店", kind="store")


@pytest.fixture
def take(engine, store):
    def run(kind, *records, **options):
        return take_records(records, kind=KINDS[kind], source="pos", engine=engine, **options)

    return run


@pytest.fixture
def rows(engine):
    def run(sql, *values):
        with engine.lake.connect() as connection:
            return connection.execute(sql, list(values)).fetchall()

    return run
