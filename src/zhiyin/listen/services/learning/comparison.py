"""Compares a candidate with the model in use, on what neither has learned, and on the voices said last."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt

from zhiyin.listen.services.learning.lessons import Lesson
from zhiyin.listen.services.learning.report import CORRECTED, WRITTEN, ChangedVoice, Figure, Move
from zhiyin.measure.agreement import compare_agreement
from zhiyin.understand.judging import (
    NOT_FOUND,
    POLARITIES,
    Judged,
    Known,
    judge_opinions,
    judge_texts,
    read_texts,
    written_taxonomy,
)
from zhiyin.understand.polarity import PolarityModel
from zhiyin.understand.sentiment import LABELS
from zhiyin.understand.taxonomy import Taxonomy
from zhiyin.understand.written import WrittenClause, fold_of

N_FOLDS = 5
N_VOICES = 5_000
_TEXTS_PER_CALL = 1_000
_EXAMPLES_PER_MOVE = 20
_MOST_EXAMPLES = 200

Learn = Callable[[Sequence[Lesson]], PolarityModel]
"""Makes the model that learned these lessons, beside what ships."""


def compare_on_written(
    clauses: Sequence[WrittenClause], *, before: PolarityModel, after: PolarityModel
) -> list[Figure]:
    """Figures on kept-back clauses: of all together, then of each industry; texts, then opinions.

    Opinions are counted where both models read one at the labelled words.
    """
    known = [
        Known(text=one.text, label=one.polarity, taxonomy=written_taxonomy(one.industry)) for one in clauses
    ]
    industry = np.array([one.industry for one in clauses])
    texts = judge_texts(before, known), judge_texts(after, known)
    opinions = judge_opinions(before, clauses), judge_opinions(after, clauses)
    is_met = (opinions[0].found != NOT_FOUND) & (opinions[1].found != NOT_FOUND)
    met = _take(opinions[0], is_met), _take(opinions[1], is_met)
    return [
        *_figures(texts, industry=industry, field="sentiment", n_labels=len(LABELS)),
        *_figures(met, industry=industry, field="opinion", n_labels=len(POLARITIES)),
    ]


def compare_on_lessons(lessons: Sequence[Lesson], *, before: Learn, after: Learn) -> list[Figure]:
    """The figure on corrections of whole voices, each judged by models that did not learn its voice."""
    whole = [one for one in lessons if one.is_whole]
    found: list[tuple[Judged, Judged]] = []
    for fold in range(N_FOLDS):
        mine = [one.example for one in whole if fold_of(one.voice_text, n_folds=N_FOLDS) == fold]
        if not mine:
            continue
        others = [one for one in lessons if fold_of(one.voice_text, n_folds=N_FOLDS) != fold]
        found.append((judge_texts(before(others), mine), judge_texts(after(others), mine)))
    if not found:
        return []
    agreement = compare_agreement(
        np.concatenate([one.truth for one, _ in found]),
        before=np.concatenate([one.found for one, _ in found]),
        after=np.concatenate([other.found for _, other in found]),
        n_labels=len(LABELS),
    )
    return [Figure.of(agreement, source=CORRECTED, field="sentiment")]


def compare_on_voices(
    voices: Sequence[tuple[str, str]],
    *,
    before: PolarityModel,
    after: PolarityModel,
    taxonomy: Taxonomy,
) -> tuple[list[Move], list[ChangedVoice]]:
    """What would change in the labels of voices (id and masked text), and voices to look at."""
    counts: Counter[tuple[str, str]] = Counter()
    examples: defaultdict[tuple[str, str], list[ChangedVoice]] = defaultdict(list)
    for start in range(0, len(voices), _TEXTS_PER_CALL):
        part = voices[start : start + _TEXTS_PER_CALL]
        texts = [text or "" for _id, text in part]
        was, now = (read_texts(model, texts, taxonomy=taxonomy).labels() for model in (before, after))
        for row in np.flatnonzero(was != now).tolist():
            move = (_name(was[row]), _name(now[row]))
            counts[move] += 1
            if len(examples[move]) < _EXAMPLES_PER_MOVE:
                examples[move].append(ChangedVoice(feedback_id=part[row][0], before=move[0], after=move[1]))
    moves = [Move(before=old, after=new, n=n) for (old, new), n in counts.most_common()]
    return moves, _interleave([examples[one.before, one.after] for one in moves])[:_MOST_EXAMPLES]


def _figures(
    found: tuple[Judged, Judged], *, industry: npt.NDArray[np.str_], field: str, n_labels: int
) -> Iterable[Figure]:
    before, after = found
    mine = industry[before.group]
    for name in ("", *sorted(set(industry.tolist()))):
        rows = np.ones(len(mine), dtype=bool) if not name else mine == name
        if rows.any():
            agreement = compare_agreement(
                before.truth[rows], before=before.found[rows], after=after.found[rows], n_labels=n_labels
            )
            yield Figure.of(agreement, source=WRITTEN, field=field, industry=name)


def _take(judged: Judged, rows: npt.NDArray[np.bool_]) -> Judged:
    return Judged(truth=judged.truth[rows], found=judged.found[rows], group=judged.group[rows])


def _name(label: int) -> str:
    return LABELS[label] if label != NOT_FOUND else ""


def _interleave(some: list[list[ChangedVoice]]) -> list[ChangedVoice]:
    """One of each kind of change, then a second of each, so that the first twenty show them all."""
    longest = max(map(len, some), default=0)
    return [one[place] for place in range(longest) for one in some if place < len(one)]
