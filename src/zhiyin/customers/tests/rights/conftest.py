"""A home of a test's own, with voices of one person under two identities and of another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from uuid import UUID

import pytest
import uuid_utils

from zhiyin.customers.identifiers.sealing import seal_identifier, seal_traits
from zhiyin.customers.models import Identity, IdentityUnit, Link, LinkState
from zhiyin.engine import Engine, close_engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.listen.authors import identifier_keys
from zhiyin.listen.identifiers import read_identifier
from zhiyin.listen.items import AuthorIn, FeedbackIn, IdentityIn
from zhiyin.listen.pipeline.analysis import Analysis
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.services.intake import Intake
from zhiyin.people.services.units import ensure_root
from zhiyin.understand.analyser import Analyser

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
PHONE, MAIL = "13812345678", "wang.fang@example.com"


@dataclass(frozen=True, kw_only=True)
class Known:
    """A customer with its identities' keys."""

    customer: UUID
    keys: tuple[str, ...]


@pytest.fixture
def home(tmp_path, settings) -> Iterator[Engine]:
    """A home of this test's own."""
    settings.HOME = Home(tmp_path / "home")
    yield open_engine(settings.HOME)
    close_engine()


@pytest.fixture
def know(home: Engine, db: None) -> Callable[..., Known]:
    """Makes identities (type, value) of one customer."""

    def make(*identifiers: tuple[str, str], unit_id: int = 0, **traits: str) -> Known:
        customer: UUID | None = None
        keys = []
        for type_, value in identifiers:
            identifier = read_identifier(type_, value, source="shop")
            assert identifier
            (key,) = identifier_keys([identifier], vault=home.vault)
            born = UUID(str(uuid_utils.uuid7()))
            customer = customer or born
            row, _new = Identity.objects.update_or_create(
                key=key,
                defaults={
                    "type": type_,
                    "source": "shop",
                    "born": born,
                    "customer": customer,
                    "sealed": seal_identifier(identifier.shown, key=key, vault=home.vault),
                    "traits_sealed": seal_traits(traits, key=key, vault=home.vault) if traits else None,
                    "first_seen_at": NOW,
                    "last_seen_at": NOW,
                    "changed_at": NOW,
                },
            )
            IdentityUnit.objects.create(identity=row, unit_id=unit_id, last_seen_at=NOW)
            keys.append(key)
        rows = list(Identity.objects.filter(key__in=keys).order_by("pk"))
        for left, right in pairwise(rows):
            Link.objects.create(
                left=left, right=right, state=LinkState.ACTIVE, origin="staff", made_at=NOW, decided_at=NOW
            )
        assert customer
        return Known(customer=customer, keys=tuple(keys))

    return make


@pytest.fixture
def wang(know) -> Known:
    """A woman known by her phone and her mail."""
    return know(("phone", PHONE), ("email", MAIL), name="王芳")


@pytest.fixture(scope="session")
def analyser() -> Analyser:
    return Analyser()


@pytest.fixture
def open_pipeline(home: Engine, analyser: Analyser) -> Callable[[], Pipeline]:
    return lambda: Pipeline(home, Analysis(lambda: analyser.analyse_batch))


@pytest.fixture
def say(home: Engine, open_pipeline, db: None) -> Callable[..., None]:
    """Takes voices in and makes them facts: (id, text, identity type, value)."""

    def run(voices: Sequence[tuple[str, str, str, str]]) -> None:
        ensure_root()
        items = [
            FeedbackIn(
                external_id=id_,
                text=text,
                channel="review",
                author=AuthorIn(identities=[IdentityIn(type=type_, value=value, verified=True)]),
            )
            for id_, text, type_, value in voices
        ]
        Intake(home.log, home.vault).receive(items, source="shop", connector="api", connector_version="1")
        pipeline = open_pipeline()
        pipeline.drain()
        pipeline.close()

    return run
