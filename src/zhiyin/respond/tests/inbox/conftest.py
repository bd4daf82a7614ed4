"""Voices of a public channel, in an installation of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.engine import Engine, close_engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.listen.items import AuthorIn, FeedbackIn, IdentityIn, RatingIn, ReplyIn, UnitIn
from zhiyin.listen.pipeline.analysis import Analysis
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.services.intake import Intake
from zhiyin.people.scope import EVERYTHING
from zhiyin.respond.outbox.targets import Target, get_target
from zhiyin.understand.analyser import Analyser


@pytest.fixture(scope="session")
def analyser() -> Analyser:
    return Analyser()


@pytest.fixture
def lake(settings: Any, tmp_path: Path) -> Iterator[Engine]:
    """The engine of an installation of its own, which the pages use."""
    settings.HOME = Home(tmp_path / "own-home")
    settings.INNER_NETWORKS = ("127.0.0.0/8",)
    settings.PUBLIC_URL = "https://voice.example.com"
    yield open_engine(settings.HOME)
    close_engine()


@pytest.fixture
def hear(lake: Engine, shop: Any, analyser: Analyser) -> Callable[..., str]:
    """Takes a voice in and understands it; returns its id."""

    def take(
        text: str = "菜好吃但是上菜太慢，等了四十分钟",
        *,
        unit: str = "n1",
        channel: str = "review_site",
        at: datetime | None = None,
        reply: str = "",
        stars: float | None = None,
        source: str = "shop",
        **attributes: Any,
    ) -> str:
        item = FeedbackIn(
            external_id=f"{channel}-{hash((text, unit, channel))}",
            text=text,
            channel=channel,
            occurred_at=at or timezone.now(),
            unit=UnitIn(code=unit),
            author=AuthorIn(name="陈思远", identities=[IdentityIn(type="email", value="chen@example.com")]),
            rating=None if stars is None else RatingIn(value=stars),
            reply=ReplyIn(text=reply) if reply else None,
            attributes=attributes,
        )
        intake = Intake(lake.log, lake.vault)
        (receipt,) = intake.receive([item], source=source, connector="test", connector_version="1")
        Pipeline(lake, Analysis(lambda: analyser.analyse_batch)).drain()
        return str(receipt.id)

    return take


@pytest.fixture
def target_of() -> Callable[[str], Target]:
    """A voice as the doors take it."""
    return lambda feedback_id: get_target(feedback_id, scope=EVERYTHING)
