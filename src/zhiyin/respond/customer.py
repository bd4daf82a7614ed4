"""What else the customer of a case said, and which other cases are theirs."""

from __future__ import annotations

from dataclasses import dataclass

from zhiyin.errors import NotFound
from zhiyin.insight.queries.authors import AuthorVoices, find_author_voices
from zhiyin.insight.queries.rows import TABLES, VoiceRow
from zhiyin.listen.api import open_lake
from zhiyin.listen.queries import get_feedback
from zhiyin.people.scope import Scope
from zhiyin.respond.models import Case
from zhiyin.respond.queries import cases_of_voices, list_feedback_ids

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
    author = _find_author(case, scope=voices_scope)
    if author is None:
        return Customer(author_key=None, n_voices=0, voices=[], cases=[])
    about = set(list_feedback_ids(case))
    others = [row for row in author.newest if row.feedback.feedback_id not in about]
    found = cases_of_voices([row.feedback.feedback_id for row in others], scope=cases_scope)
    return Customer(
        author_key=author.author_key,
        n_voices=author.n,
        voices=others[:_N_SHOWN],
        cases=list({one.pk: one for one in found.values() if one.pk != case.pk}.values()),
    )


def _find_author(case: Case, *, scope: Scope) -> AuthorVoices | None:
    lake = open_lake()
    try:
        voice = get_feedback(lake, feedback_id=case.feedback_id, scope=scope).feedback
    except NotFound:
        return None
    with lake.connect(*TABLES) as connection:
        return find_author_voices(connection, scope=scope, of=voice, limit=_MAX_VOICES)
