"""The facts that the words for staff need: the first, the last, and how often about one matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from zhiyin.customers.profile.index.choosing import Matter, choose
from zhiyin.customers.profile.portrait_facts import Facts, Met, Where, read_facts
from zhiyin.people.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class WordFacts:
    """The oldest and newest `facts`, all voices of late; `n_about` counts all contacts about a matter.

    A matter whose newest contact is not among the facts is left out of `n_about`.
    """

    facts: Facts
    n_about: Mapping[str, int]


def read_word_facts(keys: Sequence[str], *, scope: Scope, lately: datetime) -> WordFacts:
    """By the index of facts where it is ready, else by reading everything."""
    chosen = choose(keys, scope=scope, since=lately)
    where = Where(said=chosen.said, met=chosen.met, bought=chosen.bought) if chosen else None
    facts = read_facts(keys, scope=scope, lately=lately, where=where, with_opinions=False)
    return WordFacts(facts=facts, n_about=_count(facts.met, matters=chosen.matters if chosen else {}))


def _count(met: Sequence[Met], *, matters: Mapping[str, Matter]) -> dict[str, int]:
    read: dict[str, list[Met]] = {}
    for one in met:
        if one.issue_key:
            read.setdefault(one.issue_key, []).append(one)
    counted = {}
    for issue, some in read.items():
        known = matters.get(issue)
        if known is None or known.is_read or some[-1].at >= known.last_at:
            counted[issue] = len({one.record_id for one in some} | (known.ids if known else frozenset()))
    return counted
