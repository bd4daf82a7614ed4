"""Voices that name competitors: how many, where we are set beside them, and in which aspect who is better."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb
import msgspec

from zhiyin.insight import dialect
from zhiyin.insight.competitors.comparing import Comparison, Outcome, Said, compare, find_names, is_unnamed
from zhiyin.insight.competitors.managing import names_of
from zhiyin.insight.models import Competitor
from zhiyin.insight.selection import Parameter, VoiceFilter, select
from zhiyin.insight.statements import run
from zhiyin.insight.steps import Steps
from zhiyin.measure.estimate import Estimate, Estimates
from zhiyin.measure.proportions import proportion
from zhiyin.people.scope import Scope

MOST_VOICES = 20_000
_SIGNAL = "competitor_named"


class _Signal(msgspec.Struct, frozen=True, kw_only=True):
    kind: str
    start: int
    end: int


class _Voice(msgspec.Struct, frozen=True, kw_only=True):
    feedback_id: str
    occurred_at: datetime
    unit_id: int | None
    text: str
    named: list[_Signal] | None


class _Opinion(msgspec.Struct, frozen=True, kw_only=True):
    feedback_id: str
    aspect: str
    aspect_name: str
    polarity: str
    term: str
    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """One voice that names a competitor of the list, and what it says when it sets us beside it."""

    competitor_id: int
    feedback_id: str
    occurred_at: datetime
    text: str
    comparison: Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How we come off where we are compared: voices by outcome; `better` is our share of the decided ones."""

    n_better: int
    n_worse: int
    n_alike: int
    better: Estimate

    @property
    def n(self) -> int:
        """Comparisons that say who is better, or that both are alike."""
        return self.n_better + self.n_worse + self.n_alike


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetitorLine:
    """One competitor of the list; `share` is its part of the voices that name one of the list."""

    competitor: Competitor
    n: int
    share: Estimate
    score: Score
    steps: Sequence[float]
    words: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AspectCompared:
    """How we come off in one aspect, over all competitors of the list."""

    aspect: str
    name: str
    score: Score
    words: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """All that voices say of competitors.

    `n_voices` name one of the list; `n_unlisted` name somebody that is not on it: `candidates` with how
    many voices. `is_cut`: there are more voices than were read, the newest 20,000.
    """

    lines: Sequence[CompetitorLine]
    aspects: Sequence[AspectCompared]
    score: Score
    namings: Sequence[Naming]
    candidates: Sequence[tuple[str, int]]
    n_voices: int
    n_unlisted: int
    is_cut: bool


def read_named(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    filter: VoiceFilter,
    competitors: Sequence[Competitor],
    steps: Steps,
) -> Named:
    """What our customers say of others. Two statements; the newest 20,000 voices are read."""
    voices, opinions = _read(connection, scope=scope, filter=filter, competitors=competitors)
    namings: list[Naming] = []
    unlisted: Counter[str] = Counter()
    n_unlisted = 0
    for voice in voices:
        own = _namings(voice, competitors=competitors, opinions=opinions.get(voice.feedback_id, ()))
        namings += own
        if not own:
            n_unlisted += 1
            unlisted.update(_unlisted(voice))
    listed = {naming.feedback_id for naming in namings}
    return Named(
        lines=_lines(namings, competitors=competitors, n_all=len(listed), steps=steps),
        aspects=_aspects(namings),
        score=score_of([naming.comparison.outcome for naming in namings]),
        namings=namings,
        candidates=unlisted.most_common(12),
        n_voices=len(listed),
        n_unlisted=n_unlisted,
        is_cut=len(voices) >= MOST_VOICES,
    )


def score_of(outcomes: Sequence[Outcome]) -> Score:
    """The outcomes counted; the share is of those that decide, with Wilson's interval."""
    counted = Counter(outcomes)
    n_better, n_worse = counted["better"], counted["worse"]
    return Score(
        n_better=n_better,
        n_worse=n_worse,
        n_alike=counted["alike"],
        better=proportion(n_better, n_better + n_worse).one(),
    )


def _read(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    filter: VoiceFilter,
    competitors: Sequence[Competitor],
) -> tuple[list[_Voice], Mapping[str, Sequence[_Opinion]]]:
    chosen = select(scope, filter=filter)
    names = {name.casefold() for competitor in competitors for name in names_of(competitor)}
    words: dict[str, Parameter] = {f"name_{place}": name for place, name in enumerate(sorted(names))}
    tests = [dialect.has_word("text", parameter=f"${parameter}") for parameter in words]
    voices = run(
        connection,
        "competitor_voices",
        row=_Voice,
        parameters={**chosen.parameters, **words, "most": MOST_VOICES},
        kept_voices=chosen.kept_voices,
        spans="signals",
        has_named=dialect.contains(dialect.field_of("signals", field="kind"), value=f"'{_SIGNAL}'"),
        has_names=" OR ".join(tests) or "FALSE",
    )
    # Not the filter's own conditions on opinions: the voices are chosen, all that they say counts.
    plain = select(
        scope, filter=VoiceFilter(since=filter.since, until=filter.until, unit_ids=filter.unit_ids)
    )
    opinions = run(
        connection,
        "competitor_opinions",
        row=_Opinion,
        parameters={**plain.parameters, "ids": [voice.feedback_id for voice in voices]},
        kept_opinions=plain.kept_opinions,
        ids=dialect.members("$ids", kind="VARCHAR"),
    )
    by_voice: dict[str, list[_Opinion]] = defaultdict(list)
    for opinion in opinions:
        by_voice[opinion.feedback_id].append(opinion)
    return voices, by_voice


def _namings(
    voice: _Voice, *, competitors: Sequence[Competitor], opinions: Sequence[_Opinion]
) -> list[Naming]:
    """A competitor once a voice: the naming that decides, else the first."""
    said = [
        Said(
            aspect=one.aspect,
            aspect_name=one.aspect_name,
            polarity=one.polarity,
            term=one.term,
            word=one.word,
            start=one.start,
            end=one.end,
        )
        for one in opinions
    ]
    found: list[Naming] = []
    for competitor in competitors:
        compared = [
            compare(voice.text, span=span, opinions=said)
            for span in find_names(voice.text, names_of(competitor))
        ]
        if compared:
            decided = next((one for one in compared if one.outcome != "unclear"), compared[0])
            found.append(
                Naming(
                    competitor_id=competitor.pk,
                    feedback_id=voice.feedback_id,
                    occurred_at=voice.occurred_at,
                    text=voice.text,
                    comparison=decided,
                )
            )
    return found


def _unlisted(voice: _Voice) -> set[str]:
    spans = [(one.start, one.end) for one in voice.named or () if one.kind == _SIGNAL]
    words = {voice.text[start:end].strip() for start, end in spans}
    return {word for word in words if 1 < len(word) <= 20 and not is_unnamed(word)}


def _lines(
    namings: Sequence[Naming], *, competitors: Sequence[Competitor], n_all: int, steps: Steps
) -> list[CompetitorLine]:
    of: dict[int, list[Naming]] = defaultdict(list)
    for naming in namings:
        of[naming.competitor_id].append(naming)
    counts = [len(of[competitor.pk]) for competitor in competitors]
    shares: Estimates = proportion(counts, [n_all] * len(counts)) if counts else proportion([0], [0])
    lines = [
        CompetitorLine(
            competitor=competitor,
            n=counts[place],
            share=shares[place],
            score=score_of([one.comparison.outcome for one in of[competitor.pk]]),
            steps=_over_time(of[competitor.pk], steps=steps),
            words=_words(of[competitor.pk]),
        )
        for place, competitor in enumerate(competitors)
    ]
    return sorted(lines, key=lambda line: (-line.n, line.competitor.name))


def _aspects(namings: Sequence[Naming]) -> list[AspectCompared]:
    of: dict[str, list[Naming]] = defaultdict(list)
    names: dict[str, str] = {}
    for naming in namings:
        if naming.comparison.outcome != "unclear":
            for aspect, name in naming.comparison.aspects.items():
                of[aspect].append(naming)
                names[aspect] = name
    found = [
        AspectCompared(
            aspect=aspect,
            name=names[aspect],
            score=score_of([one.comparison.outcome for one in ones]),
            words=_words(ones),
        )
        for aspect, ones in of.items()
    ]
    return sorted(found, key=lambda one: (-one.score.n, one.aspect))


def _over_time(namings: Sequence[Naming], *, steps: Steps) -> list[float]:
    found = [0.0] * steps.n
    for naming in namings:
        place = (int(naming.occurred_at.timestamp() * 1e6) - steps.start) // steps.width
        if 0 <= place < steps.n:
            found[place] += 1
    return found


def _words(namings: Sequence[Naming], *, limit: int = 5) -> list[tuple[str, int]]:
    return Counter(word for naming in namings for word in naming.comparison.words).most_common(limit)
