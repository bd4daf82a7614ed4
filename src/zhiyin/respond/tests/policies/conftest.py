"""Builders that the tests of policies share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from zhiyin.people.actors import SYSTEM
from zhiyin.people.scope import EVERYTHING
from zhiyin.respond.models import Decision, Policy, PolicyVersion
from zhiyin.respond.policies.granting import decide_case
from zhiyin.respond.policies.shipped import use_shipped
from zhiyin.respond.policies.tables import Column, ColumnType, Row, Table
from zhiyin.respond.policies.testing import add_test
from zhiyin.respond.policies.versions import find_live, go_live, make_policy, save_draft


@pytest.fixture
def shipped(db: None) -> Callable[[str], PolicyVersion]:
    """The version in force of a shipped policy."""
    use_shipped(language="en", by=SYSTEM, scope=EVERYTHING)

    def get(code: str) -> PolicyVersion:
        version = find_live(Policy.objects.get(code=code))
        assert version is not None
        return version

    return get


@pytest.fixture
def make_table() -> Callable[..., Table]:
    """A table that gives an amount, by one figure."""

    def make(amount: str = "50", **row: Any) -> Table:
        words = {"reason_zh": "我们的原因。", "reason_en": "It is our doing."}
        given = {"cells": ("> 10",), "kind": "money", "amount": amount, **words, **row}
        other = Row(
            cells=("",), answer="instead", condition_zh="可换货。", condition_en="Exchange it.", **words
        )
        return Table(columns=(Column(field="fee", type=ColumnType.MONEY),), rows=(Row(**given), other))

    return make


@pytest.fixture
def make_live(db: None, make_table: Any) -> Callable[..., PolicyVersion]:
    """A policy in force."""

    def make(amount: str = "50", *, unit_id: int | None = None, **row: Any) -> PolicyVersion:
        policy = make_policy(name="退费", unit_id=unit_id, by=SYSTEM, scope=EVERYTHING)
        save_draft(policy, make_table(amount, **row), by=SYSTEM)
        add_test(policy, name="小额", given={"fee": 1}, answer="instead", amount_cents=0, by=SYSTEM)
        return go_live(policy, by=SYSTEM)

    return make


@pytest.fixture
def decided(shop: Any, make_case: Any, make_live: Any) -> Callable[..., Decision]:
    """A decision about a new case that gives an amount."""

    def make(amount: str = "50", *, order_key: str = "", case: Any = None, **row: Any) -> Decision:
        version = make_live(amount, **row)
        return decide_case(
            case or make_case(), version, given={"fee": 20}, sources={}, by=shop.by_agent, order_key=order_key
        )

    return make
