"""Which customer each fact's key belongs to, for DuckDB: a file of all, and what changed since."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.utils import timezone

from zhiyin.customers.models import Identity
from zhiyin.engine.home import Home

VIEW = "customer_keys"
_SCHEMA = pa.schema([("key", pa.string()), ("customer", pa.string())])
_UNTIL = b"zhiyin.until"
# A transaction that began before the file was made may commit after it, with an older time.
_OVERLAP = timedelta(minutes=10)
_CHUNK = 100_000
_MANY_CHANGES = 50_000


def mapping_file(home: Home) -> Path:
    """Where the file lies."""
    return home.path / "customers" / "keys.parquet"


def register_mapping(connection: duckdb.DuckDBPyConnection, *, home: Home) -> None:
    """Makes the view `customer_keys(key VARCHAR, customer VARCHAR)`; join `author_key` with `key`.

    Keys of identities alone: a fact without one belongs to nobody. `customer` is a UUID with hyphens.
    True as of now: what changed since the file was made is read from the database.
    """
    path = mapping_file(home)
    until = _until(path)
    changed = _read(since=until)
    connection.register(f"{VIEW}_changed", changed)
    if until is None:
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {VIEW} AS FROM {VIEW}_changed")
        return
    quoted = str(path).replace("'", "''")
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW {VIEW} AS SELECT key, customer FROM {VIEW}_changed UNION ALL "  # noqa: S608
        f"SELECT key, customer FROM read_parquet('{quoted}') AS old "
        f"WHERE NOT EXISTS (SELECT 1 FROM {VIEW}_changed AS new WHERE new.key = old.key)"
    )


def make_mapping(home: Home) -> int:
    """Writes the file anew, whole or not at all; returns how many keys it has."""
    path = mapping_file(home)
    path.parent.mkdir(parents=True, exist_ok=True)
    until = timezone.now() - _OVERLAP
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    schema = _SCHEMA.with_metadata({_UNTIL: until.isoformat().encode()})
    n_keys = 0
    try:
        with pq.ParquetWriter(temporary, schema, compression="zstd") as writer:
            rows = Identity.objects.order_by().values_list("key", "customer").iterator(chunk_size=_CHUNK)
            batch: list[tuple[str, UUID]] = []
            for row in rows:
                batch.append(row)
                if len(batch) == _CHUNK:
                    writer.write_table(_table(batch).cast(schema))
                    n_keys += len(batch)
                    batch = []
            writer.write_table(_table(batch).cast(schema))
            n_keys += len(batch)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return n_keys


def forget_keys(keys: Sequence[str], *, home: Home) -> None:
    """Take these keys out of the file, as those of somebody who was erased."""
    path = mapping_file(home)
    if not keys or not path.exists():
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    gone = pa.array(keys, pa.string())
    try:
        with (
            pq.ParquetFile(path) as old,
            pq.ParquetWriter(temporary, old.schema_arrow, compression="zstd") as writer,
        ):
            for batch in old.iter_batches(batch_size=_CHUNK):
                kept = batch.filter(pc.invert(pc.is_in(batch.column("key"), gone)))
                writer.write_table(pa.Table.from_batches([kept], old.schema_arrow))
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def needs_mapping(home: Home) -> bool:
    """Whether so much changed since the file was made that readers would wait for it."""
    until = _until(mapping_file(home))
    changes = Identity.objects.all() if until is None else Identity.objects.filter(changed_at__gte=until)
    return changes.order_by()[: _MANY_CHANGES + 1].count() > _MANY_CHANGES


def _until(path: Path) -> datetime | None:
    try:
        metadata = pq.read_schema(path).metadata or {}
    except (FileNotFoundError, pa.ArrowInvalid):
        return None
    text = metadata.get(_UNTIL)
    return datetime.fromisoformat(text.decode()).astimezone(UTC) if text else None


def _read(*, since: datetime | None) -> pa.Table:
    rows = Identity.objects.order_by()
    if since is not None:
        rows = rows.filter(changed_at__gte=since)
    return _table(list(rows.values_list("key", "customer")))


def _table(rows: list[tuple[str, UUID]]) -> pa.Table:
    return pa.table({"key": [key for key, _ in rows], "customer": [str(one) for _, one in rows]}, _SCHEMA)
