"""Builders that the tests of clocks share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from zhiyin.respond.models import ClockRule


@pytest.fixture
def make_rule(db: None) -> Callable[..., ClockRule]:
    """A rule that holds for long, counted in working minutes."""

    def make(kind: str = "first_answer", **fields: Any) -> ClockRule:
        wanted = {
            "key": uuid4(),
            "version": 1,
            "name": kind,
            "kind": kind,
            "from_day": date(2020, 1, 1),
            "amount": 120,
            "counted_in": "working_minutes",
            "made_at": timezone.now(),
            **fields,
        }
        return ClockRule.objects.create(**wanted)

    return make
