"""Builders shared by the engine's tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest

from zhiyin.engine.lake import DeltaLake
from zhiyin.engine.protocols import NewMessage, TableSpec

SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("worker", pa.int32()),
        ("at", pa.timestamp("us", tz="UTC")),
        ("text", pa.string()),
        ("parts", pa.list_(pa.struct([("name", pa.string()), ("start", pa.int32())]))),
        ("day", pa.date32()),
    ]
)


@pytest.fixture
def new_message() -> Callable[..., NewMessage]:
    def build(number: int, *, n_items: int = 1, body: bytes | None = None) -> NewMessage:
        return NewMessage(
            message_id=number.to_bytes(16, "big"),
            body=body if body is not None else f"body {number}".encode(),
            n_items=n_items,
        )

    return build


@pytest.fixture
def spec() -> TableSpec:
    return TableSpec(name="facts", schema=SCHEMA, sort_by=("at",))


@pytest.fixture
def rows() -> Callable[..., pa.Table]:
    def build(n: int, *, first: int = 0, day: date = date(2026, 3, 1), worker: int = 0) -> pa.Table:
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        numbers = range(first, first + n)
        return pa.table(
            {
                "id": [f"id-{number:08d}" for number in numbers],
                "worker": [worker] * n,
                "at": [start + timedelta(seconds=number * 7919 % 86_400) for number in numbers],
                "text": [f"上菜慢 {number}" for number in numbers],
                "parts": [[{"name": "上菜", "start": 0}]] * n,
                "day": [day] * n,
            },
            schema=SCHEMA,
        )

    return build


@pytest.fixture
def lake(tmp_path, spec):
    lake = DeltaLake(tmp_path / "lake")
    lake.create(spec)
    yield lake
    lake.close()
