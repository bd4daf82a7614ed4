"""One at a time about one person or thing: of two that open a case at once, the second sees the first's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b

from django.db import transaction

from zhiyin.respond.models import OpeningLock

_N_BUCKETS = 512


@contextmanager
def opening_alone(*names: str) -> Iterator[None]:
    """One transaction, in which nobody else is within such a block about any of the names. None: no wait.

    On PostgreSQL the rows of the names' buckets are locked, in one order for everybody; SQLite has one
    writer at a time anyway. Whatever was opened before is seen by queries in the block. Take it before
    any case is locked.
    """
    buckets = sorted({_bucket_of(name) for name in names if name})
    with transaction.atomic():
        if buckets:
            OpeningLock.objects.bulk_create(
                [OpeningLock(bucket=bucket) for bucket in buckets], ignore_conflicts=True
            )
            held = OpeningLock.objects.select_for_update().filter(bucket__in=buckets)
            list(held.order_by("bucket").values_list("bucket", flat=True))
        yield


def _bucket_of(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=4).digest()) % _N_BUCKETS
