"""Holds cases still for a step that does not depend on what the asker saw."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from zhiyin.respond.models import Case, CaseStatus
from zhiyin.respond.statuses import ENDED

OPEN = frozenset(CaseStatus) - ENDED


@contextmanager
def holding(*cases: Case) -> Iterator[list[Case]]:
    """The cases as they stand now, locked in one order for everybody, until the block ends."""
    with transaction.atomic():
        pks = {case.pk for case in cases}
        rows = Case.objects.select_for_update().filter(pk__in=pks).order_by("pk")
        found = {row.pk: row for row in rows}
        yield [found[case.pk] for case in cases]
