"""A home of its own for each test, with the real engine, analyser and doors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import uuid_utils
from django.conf import LazySettings
from django.test import Client

from zhiyin.engine import Engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.engine.lake import DeltaLake
from zhiyin.engine.protocols import Transaction
from zhiyin.listen.facts import FEEDBACK
from zhiyin.listen.items import FeedbackIn
from zhiyin.listen.pipeline.analysis import Analysis
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.pipeline.store import APP_ID
from zhiyin.listen.receipts import Receipt
from zhiyin.listen.services.intake import Intake
from zhiyin.listen.services.taxonomy import choose_taxonomy_text
from zhiyin.people.models import OrgUnit
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.understand.analyser import Analyser

TEA = """
name: tea
version: 1
aspects:
  - id: drink
    zh: 饮品
    en: Drinks
    group: quality
    children:
      - {id: sweet, zh: 甜度, en: Sweetness, terms: [甜度], negative: [齁甜], exclusions: [甜度计]}
      - {id: pearls, zh: 珍珠, en: Pearls, terms: [珍珠, 波霸], negative_with_term: [硬]}
  - {id: pickup, zh: 取餐, en: Pick-up, terms: [取餐], negative_with_term: [慢]}
"""


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


@pytest.fixture
def tea() -> str:
    """A small taxonomy of a tea shop, as YAML."""
    return TEA


@pytest.fixture
def enter(
    engine: Engine, settings: LazySettings, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Client]:
    """Signs somebody in, in a home that uses the taxonomy of the tea shop."""
    settings.HOME = engine.home
    monkeypatch.delenv("ZHIYIN_TAXONOMY", raising=False)
    choose_taxonomy_text(TEA, file="tea.yaml")

    def make(role: Role = Role.OWNER, *, unit: OrgUnit | None = None, language: str = "en") -> Client:
        account = create_account(role.value, password="correct horse battery staple", language=language)
        grant_role(account, role=role, unit=unit)
        client = Client()
        client.force_login(account)
        client.cookies["django_language"] = language
        return client

    return make


class Arriving:
    """A lake that voices come to, a batch of the intake log at a time."""

    def __init__(self, folder: Path) -> None:
        self.lake, self.sequence = DeltaLake(folder), 0
        self.lake.create(FEEDBACK)

    def add(self, *units: int | None, urgency: int = 0, **values: object) -> list[str]:
        self.sequence += 1
        rows = [
            {
                "feedback_id": str(uuid_utils.uuid7()),
                "sequence": self.sequence,
                "revision": 1,
                "is_current": True,
                "unit_id": unit,
                "urgency": urgency,
                "day": datetime.now(UTC).date(),
                **values,
            }
            for unit in units
        ]
        columns = [FEEDBACK.schema.field(name) for name in rows[0]]
        self.lake.append(
            "feedback",
            pa.Table.from_pylist(rows, schema=pa.schema(columns)),
            transaction=Transaction(app_id=APP_ID, version=self.sequence),
        )
        return [str(row["feedback_id"]) for row in rows]


@pytest.fixture
def arriving(tmp_path: Path) -> Arriving:
    return Arriving(tmp_path / "lake")
