"""A home with its vault, and short words for appearances."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import LazySettings

from zhiyin.customers.linking.contract import Appearance
from zhiyin.customers.linking.services import take_appearances
from zhiyin.customers.models import Identity
from zhiyin.engine import Engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.listen.authors import identifier_keys
from zhiyin.listen.identifiers import read_identifier
from zhiyin.listen.items import IdentityIn

START = datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path: Path, settings: LazySettings, db: None) -> Iterator[Engine]:
    opened = open_engine(Home(tmp_path / "home"))
    settings.HOME = opened.home
    yield opened
    opened.close()


@pytest.fixture
def seen() -> Callable[..., Appearance]:
    """An appearance of `member:M1!` (verified) or `phone:13811112222` (claimed) and so on."""

    def make(
        *names: str, source: str = "shop", unit_id: int | None = None, minutes: int = 0, **fields: object
    ) -> Appearance:
        identities = []
        for name in names:
            type_, _, value = name.partition(":")
            identities.append(IdentityIn(type=type_, value=value.rstrip("!"), verified=value.endswith("!")))
        at = START + timedelta(minutes=minutes)
        return Appearance(identities=identities, source=source, at=at, unit_id=unit_id, **fields)  # type: ignore[arg-type]

    return make


@pytest.fixture
def take(engine: Engine, seen: Callable[..., Appearance]) -> Callable[..., UUID | None]:
    """Takes one appearance in; its customer."""

    def run(*names: str, **fields: object) -> UUID | None:
        return take_appearances([seen(*names, **fields)], vault=engine.vault)[0]

    return run


@pytest.fixture
def identity(engine: Engine) -> Callable[..., Identity]:
    """The identity of `phone:13811112222` and so on."""

    def find(name: str, *, source: str = "shop") -> Identity:
        type_, _, value = name.partition(":")
        identifier = read_identifier(type_, value, source=source)
        assert identifier is not None
        (key,) = identifier_keys([identifier], vault=engine.vault)
        return Identity.objects.get(key=key)

    return find
