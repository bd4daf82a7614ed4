"""Voices and conversations in an installation of its own, and the round of the worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.engine import Engine, close_engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.listen.items import FeedbackIn, TurnIn, UnitIn
from zhiyin.listen.pipeline.analysis import Analysis
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.services.intake import Intake
from zhiyin.respond.effort.counting import count_new
from zhiyin.understand.analyser import Analyser

_SPEAKERS = {"C": "customer", "S": "staff"}


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return Analyser()


@pytest.fixture
def lake(settings: Any, tmp_path: Path) -> Iterator[Engine]:
    """The engine of an installation of its own."""
    settings.HOME = Home(tmp_path / "own-home")
    yield open_engine(settings.HOME)
    close_engine()


@pytest.fixture
def hear(lake: Engine, shop: Any, analyser: Analyser) -> Callable[..., str]:
    """Takes a voice in, or the turns of a call such as "C 我要退款"; returns its id."""

    def take(*said: str, at: datetime | None = None) -> str:
        is_call = said[0][:2] in ("C ", "S ")
        turns = [TurnIn(speaker=_SPEAKERS[one[0]], text=one[2:]) for one in said] if is_call else []
        item = FeedbackIn(
            external_id=str(abs(hash(said))),
            text="" if is_call else said[0],
            turns=turns,
            occurred_at=at or timezone.now(),
            unit=UnitIn(code="n1"),
        )
        intake = Intake(lake.log, lake.vault)
        (receipt,) = intake.receive([item], source="shop", connector="test", connector_version="1")
        Pipeline(lake, Analysis(lambda: analyser.analyse_batch)).drain()
        return str(receipt.id)

    return take


@pytest.fixture
def look(lake: Engine) -> Callable[[], None]:
    """One round of the worker."""
    return lambda: count_new(lambda: False)
