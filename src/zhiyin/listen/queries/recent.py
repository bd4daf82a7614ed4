"""The voices said last, within a scope: what a change of the taxonomy is tried on."""

from __future__ import annotations

from zhiyin.engine.protocols import Lake
from zhiyin.listen.queries.feedback import FeedbackOut, day_in, read_voices
from zhiyin.people.scope import Scope

_COUNTS = "is_current AND NOT (is_duplicate OR is_spam OR is_solicited) AND is_off_subject IS NOT TRUE"


def list_recent_texts(lake: Lake, *, scope: Scope, limit: int) -> list[tuple[str, str]]:
    """Id and masked text of the voices said last that count, the latest first.

    Raises:
        TypeError: `scope` is no `Scope`.
    """
    where, values = _within(scope)
    with lake.connect("feedback") as connection:
        rows: list[tuple[str, str]] = connection.execute(
            # First narrow columns of all rows, then the texts of those chosen alone.
            "WITH last AS MATERIALIZED (SELECT feedback_id, day FROM feedback"  # noqa: S608 - fixed texts
            f" WHERE {_COUNTS}{where} ORDER BY occurred_at DESC, feedback_id DESC LIMIT ?)"
            " SELECT feedback_id, text FROM feedback"
            " WHERE day IN (SELECT day FROM last) AND feedback_id IN (SELECT feedback_id FROM last)"
            " AND is_current ORDER BY occurred_at DESC, feedback_id DESC",
            [*values, limit],
        ).fetchall()
    return rows


def list_voices_by_id(lake: Lake, *, ids: list[str], scope: Scope) -> dict[str, FeedbackOut]:
    """The current voices of these ids that lie within the scope, by id."""
    with lake.connect("feedback") as connection:
        found = read_voices(connection, ids, days=[day_in(one) for one in ids])
    return {one.feedback_id: one for one in found if scope.allows(one.unit_id)}


def _within(scope: Scope) -> tuple[str, list[object]]:
    if not isinstance(scope, Scope):
        raise TypeError("A question needs the Scope of the asker.")
    if scope.unit_ids is None:
        return "", []
    return " AND unit_id IN (SELECT unnest(?::BIGINT[]))", [sorted(scope.unit_ids)]
