"""A home with two stores."""

from __future__ import annotations

import pytest

from zhiyin.engine import open_engine
from zhiyin.engine.home import Home
from zhiyin.people.services.units import create_unit


@pytest.fixture
def engine(tmp_path, settings):
    settings.HOME = Home(tmp_path / "home")
    opened = open_engine(settings.HOME)
    yield opened
    opened.close()


@pytest.fixture
def stores(db):
    return create_unit("S1", name="一店", kind="store").pk, create_unit("S2", name="二店", kind="store").pk
