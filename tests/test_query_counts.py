"""How many questions each page asks the database: few, and no more where there is more to show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.crawl import crawl, through_test_client

from zhiyin.config.wiring import open_intake, open_pipeline
from zhiyin.engine import open_engine
from zhiyin.engine.home import Home
from zhiyin.listen.items import FeedbackIn, UnitIn
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account
from zhiyin.people.permissions import KeyScope
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.people.services.keys import create_key
from zhiyin.people.services.units import create_unit
from zhiyin.respond.services import open_case

# Session, account, roles, grants and the messages take some six of them.
MOST_QUERIES = 30
# The page of a case puts a dozen parts together, each with one small question by the case's key.
MOST_OF_A_CASE = 60
# A page that found nothing before may ask for what belongs to what it finds.
SLACK = 3
WORDS = (
    "奶茶很好喝，店员也热情",
    "上菜太慢，等了四十分钟",
    "喝完拉肚子，怀疑原料变质",
    "价格偏贵，味道一般",
    "环境干净",
)


@dataclass
class Company:
    """A company that can grow: stores, voices, cases, people, keys."""

    home: Home
    pipeline: Pipeline
    owner: Account
    size: int = 0

    def grow(self, n: int) -> None:
        """So many more of everything."""
        region = create_unit(f"R{self.size}", name=f"大区{self.size}", kind="region")
        for i in range(self.size, self.size + n):
            create_unit(f"S{i}", name=f"第{i}店", kind="store", parent=region)
            create_key(f"key {i}", scopes=[KeyScope.FEEDBACK_READ])
            grant_role(
                create_account(f"agent-{i}", password="correct horse battery staple"),
                role=Role.AGENT,
                unit=region,
            )
        ids = self._hear(n)
        for number, feedback_id in enumerate(ids[:n]):
            open_case(
                feedback_id=feedback_id, unit_id=region.pk, title=f"第{number}件", by=Actor.of(self.owner)
            )
        self.size += n

    def _hear(self, n: int) -> list[str]:
        items = [
            FeedbackIn(
                external_id=f"{self.size + i}-{j}",
                text=f"{words}，{self.size + i}号说的",
                channel=("review_site", "takeaway", "chat")[i % 3],
                author=None,
                unit=UnitIn(code=f"S{self.size + i}"),
            )
            for i in range(n)
            for j, words in enumerate(WORDS)
        ]
        receipts = open_intake(self.home).receive(
            items, source="test", connector="test", connector_version="1"
        )
        self.pipeline.drain()
        return [receipt.id for receipt in receipts if receipt.id]


@pytest.fixture
def company(db: None, tmp_path: Path, settings: LazySettings) -> Iterator[Company]:
    settings.HOME = Home(tmp_path / "home")
    owner = create_account("owner", password="correct horse battery staple")
    grant_role(owner, role=Role.OWNER)
    pipeline = open_pipeline(settings.HOME, n_workers=1)
    yield Company(home=settings.HOME, pipeline=pipeline, owner=owner)
    pipeline.close()
    open_engine(settings.HOME).close()


def _count(client: Client, path: str) -> int:
    client.get(path)  # what is remembered between requests is not counted
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(path).status_code == 200, path
    return len(asked)


def test_pages_ask_few_questions_and_no_more_where_there_is_more(company: Company, client: Client) -> None:
    client.force_login(company.owner)
    company.grow(3)
    pages = {page.name: page.path for page in crawl(through_test_client(client)) if page.status == 200}
    assert {"home"} < pages.keys()
    before = {path: _count(client, path) for path in pages.values()}
    company.grow(12)
    after = {path: _count(client, path) for path in pages.values()}
    most = {pages["case"]: MOST_OF_A_CASE}
    many = {path: n for path, n in after.items() if n > most.get(path, MOST_QUERIES)}
    growing = {path: (before[path], n) for path, n in after.items() if n > before[path] + SLACK}
    assert (many, growing) == ({}, {})
