"""Looks for what is new: in the whole company by counts kept over days, in a part of it by its own words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from zhiyin.insight.topics.detection import FALSE_SHARE, MIN_VOICES, Candidate, find_candidates
from zhiyin.insight.topics.facts import Count, VoiceFacts
from zhiyin.insight.topics.phrases import find_phrases, look_up
from zhiyin.insight.topics.report import (
    MIN_BEFORE,
    Report,
    Span,
    Subject,
    choose_span,
    day_of,
    series_of,
)
from zhiyin.insight.topics.store import PhraseStore
from zhiyin.insight.topics.uncovered import find_uncovered
from zhiyin.measure.bursts import find_bursts

Places = NDArray[np.int64]
CountBefore = Callable[[Places], Places]

MOST_SUBJECTS = 30
# So many voices are looked at: the newest of the days now, and of those before where nobody kept counts.
MOST_NOW, MOST_BEFORE = 50_000, 20_000
LEAST_GROWTH = 2.0
_N_EXAMPLES = 3


def update_store(
    store: PhraseStore, *, facts: VoiceFacts, tell: Callable[[int, int], None] = lambda done, total: None
) -> int:
    """Count what came since the store was last brought up to date; returns how many voices were read.

    Where the store has seen more voices than there are (facts were taken away) or holds messages that
    are not there, it begins anew. `tell` is given voices done and in all.
    """
    messages = facts.n_messages_after(-1)
    n_known = sum(n for sequence, n in messages if sequence <= store.sequence)
    if store.sequence > max((sequence for sequence, _ in messages), default=-1) or _differ(
        n_known, store.n_read
    ):
        store.clear()
        n_known = 0
    n_total = sum(n for _, n in messages) - n_known
    n_done = 0
    for said in facts.texts_after(store.sequence):
        store.add(said)
        n_done += len(said.texts)
        tell(n_done, n_total)
    return n_done


def find_by_store(store: PhraseStore, *, facts: VoiceFacts, today: int) -> Report:
    """What is new in all voices, those before known by the store; and what no aspect covers."""

    def before(span: Span) -> tuple[int, CountBefore]:
        return (
            store.n_voices(first=span.before, end=span.first),
            lambda keys: store.count(keys, first=span.before, end=span.first),
        )

    found = _find(facts, today=today, before=before)
    return structs.replace(found, uncovered=find_uncovered(facts, today=today))


def find_on_the_spot(facts: VoiceFacts, *, today: int) -> Report:
    """What is new in the voices of a part of the company, by these voices alone.

    Of those before, the newest 20,000 are looked at.
    """

    def before(span: Span) -> tuple[int, CountBefore]:
        words = facts.words_between(first=span.before, end=span.first, newest=MOST_BEFORE)
        said = find_phrases(words.texts)
        known, n = np.unique(said.key, return_counts=True)
        return len(words.texts), lambda keys: look_up(keys, known=known, n=n)

    found = _find(facts, today=today, before=before)
    return structs.replace(found, uncovered=find_uncovered(facts, today=today))


def _differ(n_now: int, n_read: int) -> bool:
    """More than five in a hundred voices came or went without being counted."""
    return abs(n_now - n_read) > 0.05 * max(n_now, n_read, 20)


def _find(facts: VoiceFacts, *, today: int, before: Callable[[Span], tuple[int, CountBefore]]) -> Report:
    voices = facts.voices_of_day()
    span = choose_span(voices, today=today)
    if span is None:
        return Report(gap="voices")
    n_now = sum(n for day, n in voices.items() if span.first <= day < span.end)
    n_before = sum(n for day, n in voices.items() if span.before <= day < span.first)
    report = Report(
        first=day_of(span.first),
        last=day_of(span.end - 1),
        before_first=day_of(span.before),
        n_now=n_now,
        n_before=n_before,
        gap="history" if n_before < max(MIN_BEFORE, n_now // 2) else "",
    )
    if report.gap:
        return report
    words = facts.words_between(first=span.first, end=span.end, newest=MOST_NOW)
    n_counted, count_before = before(span)
    found = find_candidates(
        words.texts, n_before=n_counted, count_before=count_before, least_growth=LEAST_GROWTH
    )
    return _with_subjects(report, found=found, facts=facts, span=span)


def _with_subjects(report: Report, *, found: Sequence[Candidate], facts: VoiceFacts, span: Span) -> Report:
    """The report with the subjects that hold when the voices themselves are counted."""
    subjects: list[Subject] = []
    for candidate in found:
        if len(subjects) == MOST_SUBJECTS:
            break
        subject = _measured(candidate, report=report, facts=facts, span=span)
        if subject is not None:
            subjects.append(subject)
    subjects.sort(key=lambda one: (one.p_value, -one.n_now))
    return Report(
        first=report.first,
        last=report.last,
        before_first=report.before_first,
        n_now=report.n_now,
        n_before=report.n_before,
        subjects=subjects,
    )


def _measured(candidate: Candidate, *, report: Report, facts: VoiceFacts, span: Span) -> Subject | None:
    """The subject counted in the lake; None where it grew less than was thought."""
    counts = facts.counts_of(candidate.name)
    now = [one for one in counts if span.first <= one.day_number < span.end]
    n_now = sum(one.n for one in now)
    n_before = sum(one.n for one in counts if span.before <= one.day_number < span.first)
    test = find_bursts(
        n_now, report.n_now, n_before, report.n_before, least_growth=LEAST_GROWTH, false_share=FALSE_SHARE
    )
    if n_now < MIN_VOICES or not test.is_burst[0]:
        return None
    return Subject(
        name=candidate.name,
        others=list(candidate.others),
        n_now=n_now,
        n_before=n_before,
        n_negative=sum(one.n_negative for one in now),
        growth=float(test.growth[0]),
        p_value=float(test.p_value[0]),
        first_seen=day_of(min(one.day_number for one in counts)),
        days=series_of([(one.day_number, one.n) for one in counts], end=span.end),
        units=_units(now),
        examples=facts.examples_of(candidate.name, first=span.first, end=span.end, limit=_N_EXAMPLES),
    )


def _units(now: Sequence[Count]) -> list[tuple[int, int]]:
    found: dict[int, int] = {}
    for one in now:
        if one.unit_id is not None:
            found[one.unit_id] = found.get(one.unit_id, 0) + one.n
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
