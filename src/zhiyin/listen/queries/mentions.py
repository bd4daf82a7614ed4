"""How often each aspect was spoken of."""

from __future__ import annotations

from datetime import datetime, timedelta

from zhiyin.engine.protocols import Lake
from zhiyin.people.scope import Scope

_CLOCK_SLACK = timedelta(days=2)


def count_mentions(lake: Lake, *, scope: Scope, since: datetime) -> dict[str, int]:
    """Opinions by aspect that count (no duplicates, spam, solicited), said since then, within the scope.

    Raises:
        TypeError: `scope` is no `Scope`.
    """
    if not isinstance(scope, Scope):
        raise TypeError("A question needs the Scope of the asker.")
    where, values = "", []
    if scope.unit_ids is not None:
        where = " AND unit_id IN (SELECT unnest(?::BIGINT[]))"
        values.append(sorted(scope.unit_ids))
    with lake.connect("opinions") as connection:
        rows = connection.execute(
            "SELECT aspect, count(*) FROM opinions WHERE is_current AND is_excluded IS NOT TRUE"  # noqa: S608
            f" AND day >= ? AND occurred_at >= ?{where} GROUP BY 1",
            [(since - _CLOCK_SLACK).date(), since, *values],
        ).fetchall()
    return dict(rows)
