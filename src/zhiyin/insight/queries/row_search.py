"""A page of a search by the index of words, and by the texts themselves where the index has none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import duckdb
import msgspec

from zhiyin.insight import dialect
from zhiyin.insight.search import Expression, read_search
from zhiyin.insight.search.index.asking import Hit, find_beside, find_matches, knows_all, microseconds
from zhiyin.insight.search.index.catalogue import Coverage
from zhiyin.insight.search.index.matching import can_match
from zhiyin.insight.selection import Parameter, Selection, VoiceFilter, select
from zhiyin.insight.statements import run
from zhiyin.listen.queries.feedback import FeedbackOut, day_in, write_days
from zhiyin.people.scope import Scope

# So many of the newest voices with the words are looked up for what the index does not know of them.
_LOOK_UPS = (600, 6_000, 40_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Ids of one page with their days of receipt; `n` in all, or at least where `is_least`."""

    ids: Sequence[str]
    n: int
    number: int
    is_least: bool = False

    @property
    def days(self) -> list[date]:
        """The days that the ids name."""
        return [day_in(one) for one in self.ids]


class _HitRow(msgspec.Struct, frozen=True, kw_only=True):
    feedback_id: str
    occurred_us: int
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """One search under way."""

    connection: duckdb.DuckDBPyConnection
    scope: Scope
    filter: VoiceFilter
    expression: Expression
    coverage: Coverage


def search_page(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    filter: VoiceFilter,
    coverage: Coverage,
    number: int,
    size: int,
) -> Found | None:
    """The page, the newest first; None where the index is of no use."""
    search = _begin(connection, scope=scope, filter=filter, coverage=coverage)
    if search is None:
        return None
    most = number * size
    fresh, n_fresh = _search_fresh(search, most=most)
    known = _search_known(search, most=most)
    if known is None:
        return None
    hits, n_known, is_least = known
    n = n_fresh + n_known
    number = min(number, max(1, -(-n // size)))
    newest = sorted([*fresh, *hits], key=lambda one: one.key, reverse=True)
    page = newest[(number - 1) * size : number * size]
    return Found(ids=[one.feedback_id for one in page], n=n, number=number, is_least=is_least)


def search_beside(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    filter: VoiceFilter,
    coverage: Coverage,
    here: FeedbackOut,
) -> tuple[str | None, str | None] | None:
    """Ids of the later and the earlier neighbour of a voice; None where the index cannot tell."""
    search = _begin(connection, scope=scope, filter=filter, coverage=coverage)
    if search is None or not knows_all(filter):
        return None
    place = Hit(feedback_id=here.feedback_id, occurred_us=microseconds(here.occurred_at))
    later, earlier = find_beside(
        coverage.chunks, expression=search.expression, scope=scope, filter=filter, here=place
    )
    moment = here.occurred_at
    for narrowed, is_later in (
        (_narrow(filter, since=moment), True),
        (_narrow(filter, until=moment + timedelta(microseconds=1)), False),
    ):
        if narrowed is None:
            continue
        fresh = _scan_beside(replace(search, filter=narrowed), here=place, is_later=is_later)
        if is_later:
            later = min((one for one in (later, fresh) if one), key=lambda one: one.key, default=None)
        else:
            earlier = max((one for one in (earlier, fresh) if one), key=lambda one: one.key, default=None)
    return (later.feedback_id if later else None, earlier.feedback_id if earlier else None)


def _begin(
    connection: duckdb.DuckDBPyConnection, *, scope: Scope, filter: VoiceFilter, coverage: Coverage
) -> _Search | None:
    expression = read_search(filter.text)
    if expression is None or not coverage.chunks or not can_match(expression):
        return None
    return _Search(
        connection=connection, scope=scope, filter=filter, expression=expression, coverage=coverage
    )


def _search_known(search: _Search, *, most: int) -> tuple[Sequence[Hit], int, bool] | None:
    """Hits in what the index holds, how many there are, and whether there may be more."""
    asked = {"expression": search.expression, "scope": search.scope, "filter": search.filter}
    if knows_all(search.filter):
        found = find_matches(search.coverage.chunks, **asked, most=most)  # type: ignore[arg-type]
        return found.newest, found.n, False
    for n_looked in _LOOK_UPS:
        found = find_matches(search.coverage.chunks, **asked, most=n_looked)  # type: ignore[arg-type]
        kept = _look_up(search, found.newest)
        if found.n <= n_looked:
            return kept, len(kept), False
        if len(kept) >= most:
            return kept, len(kept), True
    return None


def _look_up(search: _Search, hits: Sequence[Hit]) -> list[Hit]:
    """Those of the hits that fit the rest of the filter too."""
    if not hits:
        return []
    chosen = select(search.scope, filter=replace(search.filter, text=""))
    condition = (
        f"feedback_id IN ({dialect.members('$hit_ids', kind='VARCHAR')})"
        f" AND day BETWEEN {_date(min(day_in(one.feedback_id) for one in hits))}"
        f" AND {_date(max(day_in(one.feedback_id) for one in hits))}"
    )
    given: dict[str, Parameter] = {"hit_ids": [one.feedback_id for one in hits]}
    found = _ask(search.connection, chosen, condition=condition, given=given, most=len(hits))
    return [Hit(feedback_id=one.feedback_id, occurred_us=one.occurred_us) for one in found]


def _search_fresh(search: _Search, *, most: int) -> tuple[list[Hit], int]:
    """Hits in the days that the index does not hold, read from the texts, and how many there are."""
    if not search.coverage.other_days:
        return [], 0
    chosen = select(search.scope, filter=search.filter)
    found = _ask(search.connection, chosen, condition=_on_other_days(search), given={}, most=most)
    hits = [Hit(feedback_id=one.feedback_id, occurred_us=one.occurred_us) for one in found]
    return hits, found[0].n if found else 0


def _scan_beside(search: _Search, *, here: Hit, is_later: bool) -> Hit | None:
    if not search.coverage.other_days:
        return None
    sign, direction = (">", "ASC") if is_later else ("<", "DESC")
    condition = (
        f"{_on_other_days(search)} AND (epoch_us(occurred_at), feedback_id) {sign} ($here_us, $here_id)"
    )
    given: dict[str, Parameter] = {"here_us": here.occurred_us, "here_id": here.feedback_id}
    chosen = select(search.scope, filter=search.filter)
    found = _ask(search.connection, chosen, condition=condition, given=given, most=1, direction=direction)
    return Hit(feedback_id=found[0].feedback_id, occurred_us=found[0].occurred_us) if found else None


def _ask(
    connection: duckdb.DuckDBPyConnection,
    chosen: Selection,
    *,
    condition: str,
    given: dict[str, Parameter],
    most: int,
    direction: str = "DESC",
) -> list[_HitRow]:
    return run(
        connection,
        "rows_hits",
        row=_HitRow,
        parameters={**chosen.parameters, **given, "n_rows": most},
        kept_voices=f"{chosen.kept_voices} AND {condition}",
        direction=direction,
    )


def _on_other_days(search: _Search) -> str:
    # Written out, so that DuckDB opens the folders of these days alone.
    return f"day IN ({write_days(search.coverage.other_days)})"


def _date(day: date) -> str:
    return f"DATE '{day.isoformat()}'"


def _narrow(
    filter: VoiceFilter, *, since: datetime | None = None, until: datetime | None = None
) -> VoiceFilter | None:
    """The filter within a shorter period, None where nothing is left of it."""
    since = max((one for one in (since, filter.since) if one), default=None)
    until = min((one for one in (until, filter.until) if one), default=None)
    if since and until and since >= until:
        return None
    return replace(filter, since=since, until=until)
