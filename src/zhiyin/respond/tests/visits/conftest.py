"""Builders that the tests of visits share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.people.actors import SYSTEM
from zhiyin.people.scope import EVERYTHING
from zhiyin.respond.models import Case, Technician, Visit
from zhiyin.respond.visits.services import Booking, plan_visit
from zhiyin.respond.visits.technicians import TechnicianWords, save_technician


@pytest.fixture
def hire(shop: Any) -> Callable[..., Technician]:
    """A technician who goes for the north, unless told otherwise."""

    def make(name: str = "张伟", **fields: Any) -> Technician:
        words = {"name": name, "units": [shop.north], "phone": "13900001111", **fields}
        return save_technician(TechnicianWords(**words), by=SYSTEM, scope=EVERYTHING)

    return make


@pytest.fixture
def tomorrow() -> datetime:
    """A full hour, about a day ahead."""
    return (timezone.now() + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)


@pytest.fixture
def book(shop: Any, tomorrow: datetime) -> Callable[..., Visit]:
    """A visit tomorrow, planned by the agent."""

    def make(case: Case, technician: Technician, **fields: Any) -> Visit:
        wanted = {"technician": technician, "slot_start": tomorrow, "zone": "Asia/Shanghai", **fields}
        return plan_visit(case, booking=Booking(**wanted), by=shop.by_agent)

    return make
