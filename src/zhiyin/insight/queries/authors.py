"""Other voices of the same author; who it is stays hidden behind a key."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from zhiyin.insight.queries.rows import Order, VoiceRow, list_rows
from zhiyin.insight.selection import VoiceFilter
from zhiyin.listen.queries.feedback import FeedbackOut, day_in
from zhiyin.people.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorVoices:
    """How many voices the author of one gave within the scope, it included, and the newest others."""

    author_key: str
    n: int
    newest: list[VoiceRow]


def find_author_voices(
    connection: duckdb.DuckDBPyConnection, *, scope: Scope, of: FeedbackOut, limit: int = 5
) -> AuthorVoices | None:
    """The author's voices of all time; None where the source did not say who spoke.

    `of` was read within the asker's scope. Looks through the keys of all voices.
    """
    key = _find_key(connection, feedback_id=of.feedback_id)
    if key is None:
        return None
    page = list_rows(
        connection,
        scope=scope,
        filter=VoiceFilter(include_excluded=True, author_key=key),
        order=Order.NEWEST,
        size=limit + 1,
    )
    others = [row for row in page.rows if row.feedback.feedback_id != of.feedback_id]
    return AuthorVoices(author_key=key, n=page.n, newest=others[:limit])


def _find_key(connection: duckdb.DuckDBPyConnection, *, feedback_id: str) -> str | None:
    found = connection.execute(
        "SELECT author_key FROM feedback WHERE day = CAST($day AS DATE) AND feedback_id = $id AND is_current",
        {"day": day_in(feedback_id).isoformat(), "id": feedback_id},
    ).fetchone()
    return None if found is None else found[0]
