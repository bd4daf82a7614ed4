"""Builders that the tests of this room share."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import connection

from zhiyin.people.models import Account, OrgUnit
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.people.services.units import create_unit, ensure_root

PASSWORD = "correct horse battery staple"


@dataclass(frozen=True, kw_only=True)
class Tree:
    """Company → north (two stores), south (one store)."""

    company: OrgUnit
    north: OrgUnit
    south: OrgUnit
    store_1: OrgUnit
    store_2: OrgUnit
    store_3: OrgUnit


@pytest.fixture
def tree(db: None) -> Tree:
    north = create_unit("north", name="华北", kind="region")
    south = create_unit("south", name="华南", kind="region")
    return Tree(
        company=ensure_root(),
        north=north,
        south=south,
        store_1=create_unit("s1", name="一店", kind="store", parent=north),
        store_2=create_unit("s2", name="二店", kind="store", parent=north),
        store_3=create_unit("s3", name="三店", kind="store", parent=south),
    )


@pytest.fixture
def make_account(db: None) -> Callable[..., Account]:
    def make(username: str = "li", *, role: Role | None = None, unit: OrgUnit | None = None) -> Account:
        account = create_account(username, password=PASSWORD)
        if role:
            grant_role(account, role=role, unit=unit)
        return account

    return make


@pytest.fixture
def run_in_threads() -> Callable[..., list[object]]:
    """Runs `work(results)` in `n` threads at once, each with its own connection; raises what they raise."""

    def run(work: Callable[[list[object]], None], *, n: int) -> list[object]:
        results: list[object] = []
        errors: list[BaseException] = []
        barrier = threading.Barrier(n)

        def body() -> None:
            try:
                barrier.wait()
                work(results)
            except BaseException as error:  # noqa: BLE001 - handed to the test
                errors.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=body) for _ in range(n)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        if errors:
            raise errors[0]
        return results

    return run
