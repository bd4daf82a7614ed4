"""A small sample company in a home of a test's own; its voices are not analysed, for nobody asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from django.conf import LazySettings

from zhiyin.engine import Engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.listen.sample import Company, SampleOptions, make_company
from zhiyin.listen.services.intake import Intake
from zhiyin.listen.services.sample import load_sample


@pytest.fixture(scope="module")
def company() -> Company:
    return make_company(SampleOptions(n_stores=2, n_days=60, n_voices=160, last_day=date(2026, 3, 1)))


@pytest.fixture
def engine(tmp_path: Path, settings: LazySettings, db: None) -> Iterator[Engine]:
    opened = open_engine(Home(tmp_path / "home"))
    settings.HOME = opened.home
    yield opened
    opened.close()


@pytest.fixture
def load(engine: Engine, company: Company) -> Callable[[], int]:
    return lambda: load_sample(company, intake=Intake(engine.log, engine.vault), engine=engine)


@pytest.fixture
def ask(engine: Engine) -> Callable[[str, str], list[tuple[object, ...]]]:
    """Rows that a query of one table finds."""

    def run(table: str, query: str) -> list[tuple[object, ...]]:
        with engine.lake.connect(table) as connection:
            return connection.execute(query).fetchall()

    return run
