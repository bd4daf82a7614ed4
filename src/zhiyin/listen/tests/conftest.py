"""A home of its own for each test, with the real engine, analyser and doors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from zhiyin.engine import Engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.listen.items import FeedbackIn
from zhiyin.listen.pipeline.analysis import Analysis
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.receipts import Receipt
from zhiyin.listen.services.intake import Intake
from zhiyin.understand.analyser import Analyser


@pytest.fixture(scope="session")
def analyser() -> Analyser:
    return Analyser()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(Home(tmp_path / "home"))
    yield opened
    opened.close()


@pytest.fixture
def intake(engine: Engine, db: None) -> Intake:
    return Intake(engine.log, engine.vault)


@pytest.fixture
def pipeline(engine: Engine, analyser: Analyser, db: None) -> Pipeline:
    return Pipeline(engine, Analysis(lambda: analyser.analyse_batch))


@pytest.fixture
def receive(intake: Intake) -> Callable[..., list[Receipt]]:
    """Takes items in from the source `shop`."""

    def take(*items: FeedbackIn, source: str = "shop") -> list[Receipt]:
        return intake.receive(items, source=source, connector="test", connector_version="1")

    return take


@pytest.fixture
def said() -> Callable[..., FeedbackIn]:
    """An item by id and text."""

    def make(external_id: str, text: str = "菜好吃但是上菜慢", **fields: Any) -> FeedbackIn:
        return FeedbackIn(external_id=external_id, text=text, **fields)

    return make


@pytest.fixture
def query(engine: Engine) -> Callable[..., list[tuple[Any, ...]]]:
    """Rows of the lake."""

    def run(sql: str, *values: object) -> list[tuple[Any, ...]]:
        with engine.lake.connect() as connection:
            return connection.execute(sql, list(values)).fetchall()

    return run
