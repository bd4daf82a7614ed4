"""A company whose customers appear twice, some with a digit wrong, and a signed-in owner."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import LazySettings

from zhiyin.customers.linking.contract import Appearance
from zhiyin.customers.linking.services import take_appearances
from zhiyin.engine import Engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.listen.items import IdentityIn

_START = datetime(2026, 3, 1, 8, tzinfo=UTC)
_FAMILY = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林罗高"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰涛明超霞平刚桂英华建国文辉力健永红梅兰凤琴玉萍"
_STREETS = ("中山路", "人民路", "解放路", "建设路", "和平路", "新华路", "长江路", "文化路")


@pytest.fixture
def engine(tmp_path: Path, settings: LazySettings, db: None) -> Iterator[Engine]:
    opened = open_engine(Home(tmp_path / "home"))
    settings.HOME = opened.home
    yield opened
    opened.close()


@pytest.fixture
def members(engine: Engine) -> Callable[[int], list[tuple[UUID | None, UUID | None]]]:
    """Takes members in; every third appears in a shop too, by a phone with one digit wrong. Those pairs."""

    def take(n: int) -> list[tuple[UUID | None, UUID | None]]:
        dice = random.Random(11)
        appearances, again = [], []
        for number in range(n):
            told = _person(dice)
            appearances.append(_appearance(number, told, source="members"))
            if number % 3 == 0:
                phone = told["phone"][:-1] + str((int(told["phone"][-1]) + 1) % 10)
                appearances.append(_appearance(number, {**told, "phone": phone}, source="shop"))
                again.append(len(appearances) - 1)
        customers = take_appearances(appearances, vault=engine.vault)
        return [(customers[place - 1], customers[place]) for place in again]

    return take


def _person(dice: random.Random) -> dict[str, str]:
    return {
        "name": dice.choice(_FAMILY) + "".join(dice.sample(_GIVEN, 2)),
        "phone": "13" + "".join(dice.choices("0123456789", k=9)),
        "birthday": f"{dice.randint(1955, 2004)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}",
        "address": f"杭州市{dice.choice(_STREETS)}{dice.randint(1, 400)}号",
    }


def _appearance(number: int, told: dict[str, str], *, source: str) -> Appearance:
    is_member = source == "members"
    own = IdentityIn(
        type="member" if is_member else "platform_user", value=f"m{number:06}", verified=is_member
    )
    return Appearance(
        identities=[own, IdentityIn(type="phone", value=told["phone"], verified=is_member)],
        source=source,
        at=_START + timedelta(minutes=number),
        name=told["name"],
        address=told["address"],
        traits={"birthday": told["birthday"]},
    )
