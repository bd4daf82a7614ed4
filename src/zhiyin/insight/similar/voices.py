"""The voices like one, within what the asker may see: the index of words first, then what was understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb

from zhiyin.engine.protocols import Lake
from zhiyin.insight.queries.row_reading import TABLES, VoiceRow, read_rows
from zhiyin.insight.search.index.catalogue import Coverage
from zhiyin.insight.search.index.chunk import Chunk
from zhiyin.insight.search.index.making import COLUMNS, make_chunks
from zhiyin.insight.selection import VoiceFilter, select
from zhiyin.insight.similar.finding import find_near
from zhiyin.insight.similar.ranking import Judgement, rank_by
from zhiyin.insight.statements import named_parameters, read_statement
from zhiyin.listen.queries.feedback import FeedbackOut, day_in
from zhiyin.people.scope import Scope

YEAR = timedelta(days=365)
SHOWN = 6
_RANKED = 30
_LEAST_NEARNESS = 0.08  # below, a word or two are common by chance
# Of days that the index does not hold yet; texts beyond would make the asker wait.
_MOST_FRESH = 6_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarVoice:
    """A voice like the one asked for; `shared` are aspect and polarity that both speak of."""

    row: VoiceRow
    nearness: float
    shared: Sequence[Judgement]


def list_similar(
    lake: Lake,
    *,
    coverage: Coverage,
    scope: Scope,
    of: FeedbackOut,
    judged: Sequence[Judgement],
    now: datetime,
) -> list[SimilarVoice]:
    """At most `SHOWN` voices of the last year like `of`, the likest first; none where nothing is near."""
    wanted = VoiceFilter(since=now - YEAR)
    with lake.connect(*TABLES) as connection:
        fresh = _read_fresh(connection, coverage=coverage, scope=scope, filter=wanted)
        near = find_near(
            [*coverage.chunks, *fresh], text=of.text, scope=scope, filter=wanted, most=_RANKED + 1
        )
        nearness = {
            one.feedback_id: one.nearness
            for one in near
            if one.feedback_id != of.feedback_id and one.nearness >= _LEAST_NEARNESS
        }
        days = {day_in(feedback_id) for feedback_id in nearness}
        rows = read_rows(connection, list(nearness), days=days)
    found = [
        SimilarVoice(
            row=row,
            nearness=rank_by(nearness[row.feedback.feedback_id], said=_judgements(row), asked=judged),
            shared=[one for one in dict.fromkeys(judged) if one in _judgements(row)],
        )
        for row in rows
        if scope.allows(row.feedback.unit_id)
    ]
    return sorted(found, key=lambda one: -one.nearness)[:SHOWN]


def _judgements(row: VoiceRow) -> set[Judgement]:
    return {(one.aspect, one.polarity) for one in row.opinions}


def _read_fresh(
    connection: duckdb.DuckDBPyConnection, *, coverage: Coverage, scope: Scope, filter: VoiceFilter
) -> list[Chunk]:
    """The newest voices of the days that the index does not hold."""
    if not coverage.other_days:
        return []
    chosen = select(scope, filter=filter)
    sql = read_statement("similar_fresh").format(
        columns=", ".join(COLUMNS),
        kept_voices=chosen.kept_voices,
        days=", ".join(f"DATE '{day.isoformat()}'" for day in coverage.other_days),
    )
    given = named_parameters(sql, {**chosen.parameters, "n_rows": _MOST_FRESH})
    return [one for one in make_chunks(connection.execute(sql, given).to_arrow_table()) if len(one)]
