"""Builders that the tests of call-backs share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.respond.callbacks.services import Promise, plan_call_back
from zhiyin.respond.models import CallBack, Case


@pytest.fixture
def promise(shop: Any) -> Callable[..., CallBack]:
    """A call-back of the case, promised by the agent for in two hours."""

    def make(case: Case, **fields: Any) -> CallBack:
        wanted = {
            "promised_at": timezone.now() + timedelta(hours=2),
            "zone": "Asia/Shanghai",
            "topic": "退款进度",
            **fields,
        }
        return plan_call_back(case, promise=Promise(**wanted), by=shop.by_agent)

    return make


@pytest.fixture
def let_pass(db: None) -> Callable[[CallBack], datetime]:
    """As if the time of the call had passed; returns a moment after it."""

    def shift(call_back: CallBack) -> datetime:
        now = timezone.now()
        CallBack.objects.filter(pk=call_back.pk).update(
            promised_at=now - timedelta(hours=2), until_at=now - timedelta(hours=1)
        )
        return now

    return shift
