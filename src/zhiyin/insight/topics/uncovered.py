"""What customers judge though no aspect covers it: subjects of voices with a feeling alone."""

from __future__ import annotations

import numpy as np

from zhiyin.insight.aspect_tree import read_aspect_tree
from zhiyin.insight.topics.detection import find_candidates
from zhiyin.insight.topics.facts import Count, VoiceFacts
from zhiyin.insight.topics.phrases import find_phrases, look_up
from zhiyin.insight.topics.report import Uncovered, UncoveredReport, day_of, series_of

DAYS = 28
MOST_UNCOVERED, MOST_COVERED = 50_000, 20_000
MOST_SUBJECTS = 12
LEAST_LIFT = 2.0
_N_EXAMPLES = 3


def find_uncovered(facts: VoiceFacts, *, today: int) -> UncoveredReport:
    """Subjects of the last four weeks that voices without an aspect speak of more than twice as often.

    Phrases of the newest 50,000 voices that are happy or unhappy and speak of no aspect are tested against
    those of the newest 20,000 that speak of one, as new phrases are against older ones; the memory and time
    that it takes do not grow with the history.
    """
    voices = facts.voices_of_day()
    past = [day for day in voices if day <= today]
    if not past:
        return UncoveredReport()
    end = max(past) + 1
    first = end - DAYS
    parents = [node.id for node in read_aspect_tree("zh").nodes.values() if node.is_parent]
    bare, named = (
        facts.feeling_words(first=first, end=end, has_aspect=has_aspect, newest=newest, parents=parents)
        for has_aspect, newest in ((False, MOST_UNCOVERED), (True, MOST_COVERED))
    )
    found = UncoveredReport(
        first=day_of(first), last=day_of(end - 1), n_bare=len(bare.texts), n_named=len(named.texts)
    )
    if not bare.texts or not named.texts:
        return found
    said = find_phrases(named.texts)
    known, n_known = np.unique(said.key, return_counts=True)

    candidates = find_candidates(
        bare.texts,
        n_before=len(named.texts),
        count_before=lambda keys: look_up(keys, known=known, n=n_known),
        least_growth=LEAST_LIFT,
    )
    subjects = []
    for candidate in candidates[:MOST_SUBJECTS]:
        counts = facts.counts_of(candidate.name)
        now = [one for one in counts if first <= one.day_number < end]
        subjects.append(
            Uncovered(
                name=candidate.name,
                others=list(candidate.others),
                n_bare=candidate.n_now,
                n_now=sum(one.n for one in now),
                n_negative=sum(one.n_negative for one in now),
                growth=_growth(now, middle=end - DAYS // 2),
                first_seen=day_of(min(one.day_number for one in counts)),
                days=series_of([(one.day_number, one.n) for one in counts], end=end),
                examples=facts.examples_of(candidate.name, first=first, end=end, limit=_N_EXAMPLES),
            )
        )
    found.subjects.extend(subjects)
    return found


def _growth(now: list[Count], *, middle: int) -> float | None:
    """The last two weeks over the two before; None where nobody said it then."""
    late = sum(one.n for one in now if one.day_number >= middle)
    early = sum(one.n for one in now if one.day_number < middle)
    return late / early if early else None
