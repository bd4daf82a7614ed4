"""Voices that come in and are understood, for tests of the flow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from zhiyin.engine import Engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.listen.items import AuthorIn, FeedbackIn, IdentityIn, UnitIn
from zhiyin.listen.pipeline.analysis import Analysis
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.services.intake import Intake
from zhiyin.understand.analyser import Analyser


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return Analyser()


@pytest.fixture
def lake(settings: Any, tmp_path: Path) -> Iterator[Engine]:
    """The engine of an installation of its own, which the pages use."""
    settings.HOME = Home(tmp_path / "own-home")
    opened = open_engine(settings.HOME)
    yield opened
    opened.close()


@pytest.fixture
def hear(lake: Engine, shop: Any, analyser: Analyser) -> Callable[..., str]:
    """Takes a voice in and understands it; returns its id."""

    def take(external_id: str, text: str, *, phone: str = "13812345678", **fields: Any) -> str:
        author = AuthorIn(name="陈思远", identities=[IdentityIn(type="phone", value=phone)])
        unit = UnitIn(code="n1")
        item = FeedbackIn(external_id=external_id, text=text, unit=unit, author=author, **fields)
        intake = Intake(lake.log, lake.vault)
        (receipt,) = intake.receive([item], source="shop", connector="test", connector_version="1")
        Pipeline(lake, Analysis(lambda: analyser.analyse_batch)).drain()
        return str(receipt.id)

    return take
