"""What reads effort: how often was asked and told again in a case, and of what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zhiyin.respond.brief.words import TOPIC_NAMES
from zhiyin.respond.models import Case, Effort


@dataclass(frozen=True, slots=True, kw_only=True)
class EffortSum:
    """How often the customer was asked and told again; `topics` of it, by name, each once."""

    n_asked: int
    n_told: int
    topics: Sequence[str]


def sum_effort(case: Case) -> EffortSum | None:
    """Of the case with all that went into it; None where nothing was asked or told twice. One query."""
    counted = Effort.objects.filter(case=case, counted_at__isnull=False)
    rows = list(counted.values_list("n_asked_again", "n_told_again", "topics"))
    n_asked, n_told = sum(row[0] for row in rows), sum(row[1] for row in rows)
    if not n_asked and not n_told:
        return None
    found = {code for row in rows for code in row[2].split(",") if code}
    names = [str(name) for topic, name in TOPIC_NAMES.items() if topic.value in found]
    return EffortSum(n_asked=n_asked, n_told=n_told, topics=names)
