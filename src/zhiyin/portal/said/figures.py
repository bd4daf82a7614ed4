"""How many voices said it, and whether fewer complain since something was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import duckdb

from zhiyin.insight.aspect_tree import read_aspect_tree
from zhiyin.insight.queries.aspect import get_story
from zhiyin.insight.queries.overview import get_overview
from zhiyin.insight.selection import VoiceFilter
from zhiyin.listen.api import open_lake
from zhiyin.measure.comparison import difference
from zhiyin.measure.estimate import number
from zhiyin.measure.proportions import proportion
from zhiyin.people.queries import list_subtree_ids
from zhiyin.people.scope import EVERYTHING

_TABLES = ("feedback", "opinions", "replies")
# Fewer voices on a side say nothing that may be told in public.
_LEAST_VOICES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Voices about it; and voices of all kinds before and after with the share that complains of it (0 to 1).

    `change` is after minus before with its interval of 95 %; None where a side has fewer than 30 voices.
    """

    n_voices: int
    n_before: int = 0
    n_after: int = 0
    share_before: float | None = None
    share_after: float | None = None
    change: float | None = None
    change_low: float | None = None
    change_high: float | None = None


def count_voices(
    *, unit_id: int, aspect: str, first: date, last: date, since: date, today: date, zone: ZoneInfo
) -> Figures:
    """Voices of the unit and all below it, from `first` to `last`, both included, by the clock of `zone`.

    The change compares as many days before `since` as have passed after it, a year at most.
    """
    node = read_aspect_tree("zh").find(aspect)
    members = frozenset(node.members if node else (aspect,))
    units = frozenset(list_subtree_ids(unit_id))
    with open_lake().connect(*_TABLES) as connection:
        said = _story(connection, _filter(units, first, last, zone=zone), aspects=members, zone=zone)
        days = min((today - since).days, 365)
        if days < 1:
            return Figures(n_voices=said[0])
        before = _filter(units, since - timedelta(days=days), since - timedelta(days=1), zone=zone)
        after = _filter(units, since, since + timedelta(days=days - 1), zone=zone)
        sides = [
            (_story(connection, one, aspects=members, zone=zone)[1], _count(connection, one))
            for one in (before, after)
        ]
    return _compare(said[0], before=sides[0], after=sides[1])


def _compare(n_voices: int, *, before: tuple[int, int], after: tuple[int, int]) -> Figures:
    if min(before[1], after[1]) < _LEAST_VOICES:
        return Figures(n_voices=n_voices, n_before=before[1], n_after=after[1])
    shares = [proportion(min(n_unhappy, n), n) for n_unhappy, n in (before, after)]
    found = difference(shares[1], shares[0])
    return Figures(
        n_voices=n_voices,
        n_before=before[1],
        n_after=after[1],
        share_before=shares[0].one().value,
        share_after=shares[1].one().value,
        change=number(found.value.item()),
        change_low=number(found.low.item()),
        change_high=number(found.high.item()),
    )


def _filter(units: frozenset[int], first: date, last: date, *, zone: ZoneInfo) -> VoiceFilter:
    return VoiceFilter(
        since=datetime.combine(first, time(), tzinfo=zone),
        until=datetime.combine(last + timedelta(days=1), time(), tzinfo=zone),
        unit_ids=units,
    )


def _story(
    connection: duckdb.DuckDBPyConnection, chosen: VoiceFilter, *, aspects: frozenset[str], zone: ZoneInfo
) -> tuple[int, int]:
    """Voices that speak of it, and those of them that speak badly."""
    about = VoiceFilter(since=chosen.since, until=chosen.until, unit_ids=chosen.unit_ids, aspects=aspects)
    figures = get_story(connection, scope=EVERYTHING, filter=about, zone=zone).figures
    return figures.n_voices, figures.n_unhappy


def _count(connection: duckdb.DuckDBPyConnection, chosen: VoiceFilter) -> int:
    return get_overview(connection, scope=EVERYTHING, filter=chosen).voices.n
