"""What else the customer of a case said, and which other cases are theirs."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from zhiyin.insight.queries.rows import TABLES, VoiceRow, list_rows
from zhiyin.insight.selection import VoiceFilter
from zhiyin.listen.api import open_lake
from zhiyin.listen.pipeline.store import sql_ids
from zhiyin.people.scope import Scope
from zhiyin.respond.models import Case
from zhiyin.respond.queries import cases_of_voices

# A customer with more voices than this is looked at on the page of voices.
_MAX_VOICES = 50
_N_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """The newest other voices of the customer, how many voices there are in all, and other cases.

    `author_key` is None where no source told who spoke.
    """

    author_key: str | None
    n_voices: int
    voices: list[VoiceRow]
    cases: list[Case]


def read_customer(case: Case, *, voices_scope: Scope, cases_scope: Scope) -> Customer:
    """What is known of the customer, within the asker's scopes."""
    with open_lake().connect(*TABLES) as connection:
        author_key = _find_author(connection, case.feedback_id)
        if author_key is None:
            return Customer(author_key=None, n_voices=0, voices=[], cases=[])
        wanted = VoiceFilter(author_key=author_key, include_excluded=True)
        page = list_rows(connection, scope=voices_scope, filter=wanted, size=_MAX_VOICES)
    about = set(case.voices.values_list("feedback_id", flat=True))
    others = [row for row in page.rows if row.feedback.feedback_id not in about]
    found = cases_of_voices([row.feedback.feedback_id for row in others], scope=cases_scope)
    return Customer(
        author_key=author_key,
        n_voices=page.n,
        voices=others[:_N_SHOWN],
        cases=list({one.pk: one for one in found.values() if one.pk != case.pk}.values()),
    )


def _find_author(connection: duckdb.DuckDBPyConnection, feedback_id: str) -> str | None:
    query = f"SELECT author_key FROM feedback WHERE is_current AND {sql_ids([feedback_id])}"  # noqa: S608
    found = connection.execute(query).fetchone()
    return found[0] if found else None
