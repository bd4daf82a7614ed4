"""What explains an incident: which units, products, channels, hours, subjects and words, and how much."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import duckdb
import msgspec
import numpy as np
from django.utils import timezone

from zhiyin.insight import dialect
from zhiyin.insight.alerts.measures import Measure
from zhiyin.insight.local_days import local_hour
from zhiyin.insight.selection import Selection, VoiceFilter, select
from zhiyin.insight.statements import run
from zhiyin.measure.keyness import key_words, log_likelihood
from zhiyin.people.scope import Scope

BEFORE = timedelta(days=56)
_N_TEXTS_NOW, _N_TEXTS_BEFORE, _N_EXAMPLES = 300, 900, 5
_MAX_PARTS = 12
_HAN = re.compile(r"[一-鿿]{2,60}")
_LATIN = re.compile(r"[a-z]{3,24}")
_PHRASE_LENGTHS = range(2, 8)


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One part of an incident: voices observed and expected; `share` (0 to 1) of all that moved that way."""

    name: str
    n: int
    expected: float
    share: float
    polarity: str | None = None

    @property
    def excess(self) -> float:
        """Voices above (below: negative) what was to be expected."""
        return self.n - self.expected


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """A word that stands out in the voices of the incident."""

    word: str
    n: int
    expected: float


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Parts by dimension, the strongest first; `voices` are all there, whatever they say.

    The names of units are ids as text; `examples` are ids of voices.
    """

    n: int
    expected: float
    voices: Part
    units: list[Part] = []
    channels: list[Part] = []
    products: list[Part] = []
    touchpoints: list[Part] = []
    hours: list[Part] = []
    subjects: list[Part] = []
    words: list[Word] = []
    examples: list[str] = []


class _PartRow(msgspec.Struct, frozen=True, kw_only=True):
    dimension: str
    name: str
    is_now: bool
    n: int


class _CountRow(msgspec.Struct, frozen=True, kw_only=True):
    is_now: bool
    n: int


class _SubjectRow(msgspec.Struct, frozen=True, kw_only=True):
    aspect: str
    polarity: str
    is_now: bool
    n: int


class _TextRow(msgspec.Struct, frozen=True, kw_only=True):
    feedback_id: str
    is_now: bool
    text: str


def explain(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    measure: Measure,
    direction: int,
    within: VoiceFilter,
    expected: float | None = None,
) -> Explanation:
    """What the voices of the measure are made of, `within` a period and units, against the 56 days before.

    `expected`: what the period should have held, by which the days before are scaled; None takes their
    mean. Parts are told by their share of all that moved the same way.

    Raises:
        ValueError: the period has no start or no end.
    """
    since, until = within.since, within.until
    if since is None or until is None:
        raise ValueError("An incident has a start and an end.")
    around = replace(within, since=since - BEFORE)
    own = select(scope, filter=measure.narrow(around))
    values = {**own.parameters, "window_start": since}
    parts = _read_parts(connection, own, values, period=(since - BEFORE, until))
    now, before = _totals(parts)
    scale = _scale(before, expected=expected, since=since, until=until)
    told = _judge(parts, scale=scale, direction=direction)
    words, examples = _read_words(connection, own, values) if direction > 0 else ([], [])
    voices = _count_voices(connection, select(scope, filter=around), since=since, until=until)
    return Explanation(
        n=now,
        expected=before * scale,
        voices=voices,
        units=told.get("unit", []),
        channels=told.get("channel", []),
        products=told.get("product", []),
        touchpoints=told.get("touchpoint", []),
        hours=told.get("hour", []),
        subjects=_read_subjects(
            connection,
            select(scope, filter=around),
            scale=(until - since) / BEFORE,
            swell=voices.n / max(voices.expected, 0.1) if direction > 0 else 1.0,
            since=since,
            direction=direction,
        ),
        words=words,
        examples=examples,
    )


def _read_parts(
    connection: duckdb.DuckDBPyConnection,
    own: Selection,
    values: Mapping[str, object],
    *,
    period: tuple[datetime, datetime],
) -> dict[str, dict[str, list[int]]]:
    """By dimension and name: voices before and now; hours are those of the company's clock."""
    zone = timezone.get_default_timezone()
    rows = run(
        connection,
        "incident_parts",
        row=_PartRow,
        parameters=values,  # type: ignore[arg-type]
        kept_voices=own.kept_voices,
        is_now="occurred_at >= $window_start",
        hour=local_hour("occurred_at", zone=zone, since=period[0], until=period[1]),
    )
    found: dict[str, dict[str, list[int]]] = {}
    for row in rows:
        found.setdefault(row.dimension, {}).setdefault(row.name, [0, 0])[row.is_now] += row.n
    return found


def _totals(parts: Mapping[str, Mapping[str, Sequence[int]]]) -> tuple[int, int]:
    hours = parts.get("hour", {}).values()
    return sum(n for _, n in hours), sum(n for n, _ in hours)


def _scale(before: int, *, expected: float | None, since: datetime, until: datetime) -> float:
    plain = (until - since) / BEFORE
    return plain if expected is None or not before else expected / before


def _judge(
    parts: Mapping[str, Mapping[str, Sequence[int]]], *, scale: float, direction: int
) -> dict[str, list[Part]]:
    return {
        dimension: _rank(
            [(name, n, before * scale) for name, (before, n) in names.items()], direction=direction
        )
        for dimension, names in parts.items()
    }


def _rank(rows: Iterable[tuple[str, int, float]], *, direction: int) -> list[Part]:
    moved = [(name, n, e) for name, n, e in rows if (n - e) * direction > 0]
    whole = sum(abs(n - e) for _, n, e in moved) or 1.0
    moved.sort(key=lambda row: (-abs(row[1] - row[2]), row[0]))
    return [Part(name=name, n=n, expected=e, share=abs(n - e) / whole) for name, n, e in moved]


def _count_voices(
    connection: duckdb.DuckDBPyConnection, chosen: Selection, *, since: datetime, until: datetime
) -> Part:
    rows = run(
        connection,
        "incident_voices",
        row=_CountRow,
        parameters={**chosen.parameters, "window_start": since},
        kept_voices=chosen.kept_voices,
        is_now="occurred_at >= $window_start",
    )
    now, before = (sum(row.n for row in rows if row.is_now is wanted) for wanted in (True, False))
    return Part(name="", n=now, expected=before * ((until - since) / BEFORE), share=1.0)


def _read_subjects(
    connection: duckdb.DuckDBPyConnection,
    chosen: Selection,
    *,
    scale: float,
    swell: float,
    since: datetime,
    direction: int,
) -> list[Part]:
    """Aspects by how surprising their rise is beyond that of all voices (`swell`); or by how they fell."""
    rows = run(
        connection,
        "incident_subjects",
        row=_SubjectRow,
        parameters={**chosen.parameters, "window_start": since},
        kept_opinions=chosen.kept_opinions,
        is_now="occurred_at >= $window_start",
        voice=dialect.hash64("feedback_id"),
    )
    found: dict[tuple[str, str], list[int]] = {}
    # In the order of names, so that what is equal comes in the same order each time.
    for row in sorted(rows, key=lambda row: (row.aspect, row.polarity)):
        found.setdefault((row.aspect, row.polarity), [0, 0])[row.is_now] += row.n
    if not found:
        return []
    n, before = (np.array([pair[place] for pair in found.values()], float) for place in (1, 0))
    surprise = log_likelihood(n, before, total=scale * max(swell, 1.0), other_total=1.0)
    order = np.argsort(-surprise * direction, kind="stable")
    excess = (n - before * scale) * direction
    whole = excess[excess > 0].sum() or 1.0
    keys = list(found)
    return [
        Part(
            name=keys[i][0],
            polarity=keys[i][1],
            n=int(n[i]),
            expected=float(before[i] * scale),
            share=float(max(0.0, excess[i]) / whole),
        )
        for i in order[:_MAX_PARTS]
        if excess[i] > 0
    ]


def _read_words(
    connection: duckdb.DuckDBPyConnection, own: Selection, values: Mapping[str, object]
) -> tuple[list[Word], list[str]]:
    rows = run(
        connection,
        "incident_texts",
        row=_TextRow,
        parameters={**values, "n_now": _N_TEXTS_NOW, "n_before": _N_TEXTS_BEFORE},  # type: ignore[dict-item]
        kept_voices=own.kept_voices,
        is_now="occurred_at >= $window_start",
    )
    now = [row for row in rows if row.is_now]
    before = [row for row in rows if not row.is_now]
    found = key_words([phrases(row.text) for row in now], [phrases(row.text) for row in before])
    top = [one.word for one in found]
    # The voices that say most of what stands out are the best examples.
    best = sorted(now, key=lambda row: -sum(word in row.text.casefold() for word in top))
    return (
        [Word(word=one.word, n=one.n, expected=one.expected) for one in found],
        [row.feedback_id for row in best[:_N_EXAMPLES]],
    )


def phrases(text: str) -> set[str]:
    """The runs of two to seven Han characters and the Latin words of a text, folded."""
    folded = text.casefold()
    found = {
        run_[start : start + length]
        for run_ in _HAN.findall(folded)
        for length in _PHRASE_LENGTHS
        for start in range(len(run_) - length + 1)
    }
    return found | set(_LATIN.findall(folded))
