"""Which units hold what competitors' customers say: the one place that keeps them out of our own figures."""

from __future__ import annotations

import time

from django.apps import apps
from django.db import DatabaseError, connection

from zhiyin.people.caches import forgets

COMPETITOR_KIND = "competitor"

# Asked at every question about facts; a unit may be taken for our own for so long after it was marked.
_SECONDS_REMEMBERED = 2.0
_remembered: list[tuple[float, frozenset[int]]] = []


def competitor_unit_ids() -> frozenset[int]:
    """Units of the kind `competitor` and all below them; none where no database stands behind it."""
    if not apps.ready:
        return frozenset()
    if not _remembered or time.monotonic() - _remembered[0][0] > _SECONDS_REMEMBERED:
        _remembered[:] = [(time.monotonic(), _read())]
    return _remembered[0][1]


def split_units(unit_ids: frozenset[int] | None) -> tuple[frozenset[int] | None, frozenset[int]]:
    """The units to look at (None: all), and those to leave out.

    Competitors' units are left out unless nothing but them is asked for: so no figure mixes them with ours.
    """
    theirs = competitor_unit_ids()
    if not theirs or (unit_ids is not None and unit_ids <= theirs):
        return unit_ids, frozenset()
    return (None, theirs) if unit_ids is None else (unit_ids - theirs, frozenset())


def forget_competitor_units() -> None:
    """Read them anew at the next question."""
    _remembered.clear()


def _read() -> frozenset[int]:
    # Here, because files are scored and scanned without an installation, too.
    from zhiyin.people.models import OrgUnit

    try:
        tops = list(OrgUnit.objects.filter(kind=COMPETITOR_KIND).values_list("pk", "path"))
    except DatabaseError:
        # A lake that is looked at without an installation around it has no units at all.
        if OrgUnit._meta.db_table in connection.introspection.table_names():
            raise
        return frozenset()
    below = (OrgUnit.objects.filter(path__startswith=path).values_list("pk", flat=True) for _, path in tops)
    return frozenset(pk for ids in below for pk in ids) | {pk for pk, _ in tops}


@forgets
def _forget() -> None:
    forget_competitor_units()
