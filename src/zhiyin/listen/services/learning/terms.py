"""Words that people put under an aspect, or took from one: terms that the taxonomy could learn."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from zhiyin.engine.protocols import Lake
from zhiyin.listen.services.learning.lessons import list_standing
from zhiyin.people.scope import Scope

_LONGEST = 12
_MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class TermSuggestion:
    """Words that were put under `aspect` so many times; `not_of` had them before, empty where none had."""

    words: str
    aspect: str
    not_of: str
    n: int


def list_term_suggestions(lake: Lake, *, scope: Scope) -> list[TermSuggestion]:
    """Of voices in the scope, the most frequent first; nothing of it is learned by itself."""
    counts: Counter[tuple[str, str]] = Counter()
    before: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for one in list_standing(lake):
        after, old = one.change.after, one.change.before
        if after is None or not scope.allows(one.unit_id):
            continue
        if old is not None and old.aspect == after.aspect:
            continue
        words = (after.term or one.change.words).strip()
        if 1 < len(words) <= _LONGEST:
            counts[words, after.aspect] += 1
            before[words, after.aspect][old.aspect if old else ""] += 1
    return [
        TermSuggestion(words=words, aspect=aspect, not_of=before[words, aspect].most_common(1)[0][0], n=n)
        for (words, aspect), n in counts.most_common(_MOST)
    ]
