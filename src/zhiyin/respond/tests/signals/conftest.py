"""Voices as the tests of the flow have them, and rules and signals of cases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.insight.models import AlertRule, Signal
from zhiyin.people.actors import Actor
from zhiyin.people.scope import EVERYTHING
from zhiyin.respond.models import SignalRule
from zhiyin.respond.signals import services
from zhiyin.respond.signals.services import RuleWords
from zhiyin.respond.tests.flow.conftest import analyser, hear, lake

__all__ = ["analyser", "hear", "lake"]


@pytest.fixture
def by(shop: Any) -> Actor:
    return Actor.of(shop.owner)


@pytest.fixture
def make_rule(by: Actor) -> Any:
    """A rule that is on since yesterday."""

    def make(**words: Any) -> SignalRule:
        now = timezone.now() - timedelta(days=1)
        rule = services.save_rule(RuleWords(**({"name": "规则"} | words)), by=by, scope=EVERYTHING, now=now)
        return services.switch_rule(rule.pk, is_on=True, by=by, scope=EVERYTHING, now=now)

    return make


@pytest.fixture
def raise_signal(shop: Any) -> Any:
    """A signal of the store, a threshold that was passed where not said otherwise."""
    watch = AlertRule.objects.create(name="看着", kind="threshold", level=2, created_at=timezone.now())

    def make(**fields: Any) -> Signal:
        wanted = {
            "key": f"test:{Signal.objects.count()}",
            "kind": "threshold",
            "rule": watch,
            "unit": shop.store,
            "measure": "negative",
            "level": 2,
            "at": timezone.now(),
            "figures": {"observed": 12.0, "expected": 3.0, "hours": 24},
        }
        return Signal.objects.create(**(wanted | fields))

    return make
