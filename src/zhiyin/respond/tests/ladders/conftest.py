"""Builders that the tests of ladders share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from zhiyin.people.actors import SYSTEM
from zhiyin.people.scope import EVERYTHING
from zhiyin.respond.ladders.kinds import Deed, Whom
from zhiyin.respond.ladders.services import RungWords, add_rung
from zhiyin.respond.models import Case, Clock, ClockRule, LadderRung

TEN = datetime(2026, 11, 18, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Wednesday


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], datetime]:
    """Sets the clock on the wall; it begins at ten."""

    def be(moment: datetime) -> datetime:
        monkeypatch.setattr(timezone, "now", lambda: moment)
        return moment

    be(TEN)
    return be


@pytest.fixture
def make_rung(db: None) -> Callable[..., LadderRung]:
    """A rung of the company, for any clock."""

    def make(minutes: int = 0, whom: str = "above", deed: str = "tell", **fields: Any) -> LadderRung:
        words = RungWords(minutes=minutes, whom=Whom(whom), deed=Deed(deed), **fields)
        return add_rung(words, by=SYSTEM, scope=EVERYTHING)

    return make


@pytest.fixture
def timed(make_case: Any) -> Callable[..., Case]:
    """A case with a clock of 60 minutes round the clock, from now on."""

    def make(kind: str = "first_answer", **fields: Any) -> Case:
        if not ClockRule.objects.filter(kind=kind).exists():
            ClockRule.objects.create(
                key=uuid4(),
                version=1,
                name=kind,
                kind=kind,
                from_day=date(2020, 1, 1),
                amount=60,
                counted_in="minutes",
                made_at=timezone.now(),
            )
        case: Case = make_case(**fields)
        assert Clock.objects.filter(case=case, kind=kind).count() == 1
        return case

    return make
