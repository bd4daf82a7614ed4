"""How often each aspect was spoken of, and in how many voices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from zhiyin.engine.protocols import Lake
from zhiyin.people.scope import Scope

_CLOCK_SLACK = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """An aspect's share of the talk: opinions of it, and the voices that hold them."""

    n_mentions: int
    n_voices: int


def count_spoken(lake: Lake, *, scope: Scope, since: datetime) -> dict[str, Spoken]:
    """What counts (no copies, spam, solicited, off the subject) by aspect, said since then, in the scope.

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
            "SELECT aspect, count(*), count(DISTINCT feedback_id) FROM opinions"  # noqa: S608 - fixed texts
            " WHERE is_current AND is_excluded IS NOT TRUE"
            f" AND day >= ? AND occurred_at >= ?{where} GROUP BY 1",
            [(since - _CLOCK_SLACK).date(), since, *values],
        ).fetchall()
    return {aspect: Spoken(n_mentions=mentions, n_voices=voices) for aspect, mentions, voices in rows}
