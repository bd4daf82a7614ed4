"""The facts that the words for staff need, with how often there was contact about one matter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from zhiyin.customers.profile.portrait_facts import Facts, read_facts
from zhiyin.people.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class WordFacts:
    """The facts, and how many contacts there were about each matter."""

    facts: Facts
    n_about: Mapping[str, int]


def read_word_facts(keys: Sequence[str], *, scope: Scope, lately: datetime) -> WordFacts:
    """What is known of the customer within the scope, without opinions."""
    facts = read_facts(keys, scope=scope, lately=lately, with_opinions=False)
    return WordFacts(facts=facts, n_about=Counter(one.issue_key for one in facts.met if one.issue_key))
