"""Which key is whose, as DuckDB reads it: from the file, and from what changed since."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import duckdb
import pytest

from zhiyin.customers.linking import mapping
from zhiyin.customers.linking.mapping import make_mapping, mapping_file, register_mapping
from zhiyin.customers.linking.services import erase_customer, undo_link
from zhiyin.customers.models import Identity, Link
from zhiyin.engine import Engine
from zhiyin.people.actors import SYSTEM

Take = Callable[..., UUID | None]


def _read(engine: Engine) -> dict[str, str]:
    with duckdb.connect() as connection:
        register_mapping(connection, home=engine.home)
        rows = connection.execute("SELECT key, customer FROM customer_keys").fetchall()
    assert len(rows) == len(dict(rows))
    return dict(rows)


def _now() -> dict[str, str]:
    return {key: str(customer) for key, customer in Identity.objects.values_list("key", "customer")}


@pytest.mark.parametrize("has_file", [False, True])
def test_the_mapping_is_true_as_of_now(
    take: Take, engine: Engine, monkeypatch: pytest.MonkeyPatch, has_file: bool
) -> None:
    monkeypatch.setattr(mapping, "_OVERLAP", -mapping._OVERLAP * 0)
    take("member:M1", "phone:13811112222")
    gone = take("member:M2")
    assert gone is not None
    if has_file:
        assert make_mapping(engine.home) == 3
    assert _read(engine) == _now()

    take("member:M3", "email:a.person@mail.example")
    undo_link(Link.objects.order_by("pk")[0].pk, by=SYSTEM, reason="two people")
    assert _read(engine) == _now()

    (key,) = erase_customer(gone)
    assert key not in _read(engine)
    assert _read(engine) == _now()
    assert mapping_file(engine.home).exists() is has_file


def test_nobody_is_known_where_nothing_was_taken_in(engine: Engine) -> None:
    assert _read(engine) == {}
