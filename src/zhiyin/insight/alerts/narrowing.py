"""Rules that watch a segment alone: its members as they are when the rule is judged."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import datetime

import duckdb
from django.conf import settings

from zhiyin.console.numbers import Language
from zhiyin.customers.segments.errors import SegmentNotFound
from zhiyin.customers.segments.narrowing import find_named, write_members
from zhiyin.customers.segments.queries import list_segments
from zhiyin.engine import open_engine
from zhiyin.errors import InvalidInput
from zhiyin.insight.alerts.saying import say
from zhiyin.insight.selection import VoiceFilter
from zhiyin.people.queries.units import list_subtree_ids
from zhiyin.people.scope import EVERYTHING, NOTHING, Scope

NOBODY = "nobody"
"""In place of a file of keys, where there is no such segment any more or no customer is known yet."""


def find_members(segment: str, *, unit_id: int | None, now: datetime) -> str | None:
    """A file with the keys of the members now, `NOBODY` for none, None where no segment is named.

    The facts of the unit alone, with all below it, say who is a member: a rule of a unit tells nothing of
    the others.
    """
    if not segment:
        return None
    scope = EVERYTHING if unit_id is None else Scope(unit_ids=frozenset(list_subtree_ids(unit_id)))
    path = write_members(segment, engine=open_engine(settings.HOME), scope=scope, now=now)
    return NOBODY if path is None else str(path)


def narrow_to(found: VoiceFilter, members: str | None) -> VoiceFilter:
    """The filter, of the members' voices alone."""
    if members is None:
        return found
    return replace(found, author_key="") if members == NOBODY else replace(found, keys_file=members)


def keep_members(keys: Iterable[str | None], *, members: str) -> set[str | None]:
    """Which of the keys are members'. One pass over the file, nothing of it held."""
    asked = sorted({key for key in keys if key})
    if not asked or members == NOBODY:
        return set()
    sql = "SELECT customer_key FROM read_parquet($file) WHERE list_contains($keys, customer_key)"
    with closing(duckdb.connect()) as connection:
        rows = connection.execute(sql, {"file": members, "keys": asked}).fetchall()
    return {str(row[0]) for row in rows}


def check_segment(segment: str, *, unit_id: int | None, customers: Scope) -> None:
    """Whether somebody who sees these `customers` may narrow a rule of that unit to the segment.

    Raises:
        InvalidInput: there is no such living segment, or its members are not theirs to see.
    """
    try:
        _found, snapshot = find_named(segment)
    except SegmentNotFound:
        raise InvalidInput(
            "There is no such segment.", next_step="Choose one of the list.", field="segment"
        ) from None
    if snapshot is not None:
        raise InvalidInput("A rule follows a living segment, not what was fixed of one.", field="segment")
    if not customers.allows(unit_id):
        raise InvalidInput(
            "You do not see the customers of this unit.",
            next_step="Choose a unit whose customers you see.",
            field="segment",
        )


def segment_choices(customers: Scope) -> list[tuple[str, str]]:
    """The segments to choose from; none for somebody who sees no customers."""
    if customers == NOTHING:
        return []
    return [(str(one.pk), one.name) for one in list_segments()]


def name_of(segment: str, *, language: Language) -> str:
    """The segment's name; that it is gone, where it was deleted."""
    try:
        return find_named(segment)[0].name
    except SegmentNotFound:
        return say("no_segment", language=language)


def place_of(where: str, *, segment: str, language: Language) -> str:
    """Where a rule looks, with whose voices it means."""
    if not segment:
        return where
    return say("of_segment", language=language, where=where, segment=name_of(segment, language=language))
