"""What the page of new subjects shows: each with its sentence, its rows, and customers' words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

import duckdb
import msgspec
from django.core.cache import cache

from zhiyin.insight.aspect_tree import read_aspect_tree
from zhiyin.insight.queries.quotes import Quote, list_quotes_of
from zhiyin.insight.selection import VoiceFilter
from zhiyin.insight.state import ViewState
from zhiyin.insight.topics.facts import VoiceFacts
from zhiyin.insight.topics.finding import find_on_the_spot
from zhiyin.insight.topics.job import find_report
from zhiyin.insight.topics.report import Report, Subject, Uncovered, UncoveredReport, number_of
from zhiyin.listen.services.taxonomy import get_taxonomy
from zhiyin.people.models import OrgUnit

_CACHED_SECONDS = 600
_MOST_UNITS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A word or name, its voices, and the address of the rows behind it."""

    name: str
    n: int
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One subject. `href` opens its voices of the days looked at, `all_href` of all days.

    `has_term`: the taxonomy has a term for it already.
    """

    subject: Subject
    href: str
    all_href: str
    others: Sequence[Link]
    units: Sequence[Link]
    n_more_units: int
    quotes: Sequence[Quote]
    has_term: bool

    @property
    def times(self) -> float | None:
        """How many times as often as before; None where it was never said before."""
        return None if self.subject.is_new else self.subject.growth


def is_whole(state: ViewState) -> bool:
    """Whether the page speaks of the whole company, for which counts are kept."""
    return state.scope.unit_ids is None and state.unit is None and not state.is_unit_unknown


def read_report(connection: duckdb.DuckDBPyConnection, *, state: ViewState) -> tuple[Report, datetime] | None:
    """The report on what the page speaks of, and when it was made; None where it was not looked for yet.

    For a part of the company it is made now from its own voices, at most every ten minutes.
    """
    if is_whole(state):
        return find_report()
    key = _key(state)
    kept = cache.get(key)
    if kept is not None:
        return msgspec.json.decode(kept[0], type=Report), kept[1]
    facts = VoiceFacts(
        connection=connection,
        scope=state.scope,
        filter=VoiceFilter(unit_ids=state.filter.unit_ids),
        zone=state.zone,
    )
    report = find_on_the_spot(facts, today=number_of(state.now.astimezone(state.zone).date()))
    cache.set(key, (msgspec.json.encode(report), state.now), _CACHED_SECONDS)
    return report, state.now


def make_cards(
    report: Report, *, connection: duckdb.DuckDBPyConnection, state: ViewState, without: frozenset[str]
) -> list[Card]:
    """A card for each subject that was not put away."""
    subjects = [one for one in report.subjects if one.name not in without]
    ids = [example for subject in subjects for example in subject.examples]
    quotes = {quote.feedback_id: quote for quote in list_quotes_of(connection, scope=state.scope, ids=ids)}
    wanted = {unit for subject in subjects for unit, _ in subject.units[:_MOST_UNITS]}
    units = {unit.pk: unit for unit in OrgUnit.objects.filter(pk__in=wanted)}
    terms = _terms()
    return [
        Card(
            subject=subject,
            href=_rows(subject.name, report=report, state=state),
            all_href=state.url("voices", q=f'"{subject.name}"', period="all", since=None, until=None),
            others=[
                Link(name=word, n=0, href=_rows(word, report=report, state=state)) for word in subject.others
            ],
            units=[
                Link(
                    name=units[unit].name,
                    n=n,
                    href=_rows(subject.name, report=report, state=state, unit=units[unit].code),
                )
                for unit, n in subject.units[:_MOST_UNITS]
                if unit in units
            ],
            n_more_units=max(0, len(subject.units) - _MOST_UNITS),
            quotes=[quotes[one] for one in subject.examples if one in quotes],
            has_term=subject.name.lower() in terms,
        )
        for subject in subjects
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class UncoveredCard:
    """A subject that no aspect covers; `href` opens its voices."""

    subject: Uncovered
    href: str
    others: Sequence[Link]
    quotes: Sequence[Quote]


def make_uncovered_cards(
    report: Report, *, connection: duckdb.DuckDBPyConnection, state: ViewState, without: frozenset[str]
) -> list[UncoveredCard]:
    """A card for each subject that no aspect covers, that was not put away, and that no term names by now."""
    found = report.uncovered
    if found is None:
        return []
    terms = _terms()
    subjects = [one for one in found.subjects if one.name not in without and one.name.lower() not in terms]
    ids = [example for subject in subjects for example in subject.examples]
    quotes = {quote.feedback_id: quote for quote in list_quotes_of(connection, scope=state.scope, ids=ids)}
    return [
        UncoveredCard(
            subject=subject,
            href=_rows(subject.name, report=found, state=state),
            others=[
                Link(name=word, n=0, href=_rows(word, report=found, state=state)) for word in subject.others
            ],
            quotes=[quotes[one] for one in subject.examples if one in quotes],
        )
        for subject in subjects
    ]


def list_aspect_choices(state: ViewState) -> list[tuple[str, str]]:
    """The aspects that a term can be added to: id and name, those without aspects below them."""
    tree = read_aspect_tree(state.language)
    return [(node.id, node.name) for node in tree.nodes.values() if not node.is_parent]


def _rows(words: str, *, report: Report | UncoveredReport, state: ViewState, unit: str | None = None) -> str:
    changes = {} if unit is None else {"unit": unit}
    return state.url(
        "voices",
        q=f'"{words}"',
        period="custom",
        since=report.first.isoformat() if report.first else None,
        until=report.last.isoformat() if report.last else None,
        **changes,
    )


def _terms() -> frozenset[str]:
    return frozenset(
        term.lower()
        for aspect in get_taxonomy().taxonomy.aspects
        for term in (*aspect.terms, *aspect.weak_terms)
    )


def _key(state: ViewState) -> str:
    scope = state.scope if state.filter.unit_ids is None else state.scope.narrowed_to(state.filter.unit_ids)
    ids = "all" if scope.unit_ids is None else ",".join(map(str, sorted(scope.unit_ids)))
    day = state.now.astimezone(state.zone).date()
    return "new-subjects-" + blake2b(f"{ids} {day} {state.zone.key}".encode(), digest_size=16).hexdigest()
