"""Compares a candidate with the model in use, on what neither has learned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt

from zhiyin.listen.services.learning.lessons import Lesson
from zhiyin.listen.services.learning.report import CORRECTED, WRITTEN, Figure
from zhiyin.measure.agreement import compare_agreement
from zhiyin.understand.adaptation import Example
from zhiyin.understand.judging import (
    NOT_FOUND,
    POLARITIES,
    Judged,
    Known,
    judge_opinions,
    judge_places,
    judge_texts,
    written_taxonomy,
)
from zhiyin.understand.polarity import PolarityModel
from zhiyin.understand.sentiment import LABELS
from zhiyin.understand.written import WrittenClause, fold_of

N_FOLDS = 5

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
    """Figures on what people said of texts and of opinions, judged by models that did not learn the voice."""
    texts, opinions = list[tuple[Judged, Judged]](), list[tuple[Judged, Judged]]()
    for fold in range(N_FOLDS):
        mine = [one for one in lessons if fold_of(one.voice_text, n_folds=N_FOLDS) == fold]
        if not mine:
            continue
        others = [one for one in lessons if fold_of(one.voice_text, n_folds=N_FOLDS) != fold]
        was, now = before(others), after(others)
        whole = [one.example for one in mine if one.is_whole]
        parts = [one.example for one in mine if not one.is_whole]
        texts.append((judge_texts(was, whole), judge_texts(now, whole)))
        opinions.append((_judge_parts(was, parts), _judge_parts(now, parts)))
    return [
        *_corrected(texts, field="sentiment", n_labels=len(LABELS)),
        *_corrected(opinions, field="opinion", n_labels=len(POLARITIES)),
    ]


def _judge_parts(model: PolarityModel, parts: Sequence[Example]) -> Judged:
    return judge_places(model, parts, places=[one.place or (0, 0) for one in parts])


def _corrected(found: Sequence[tuple[Judged, Judged]], *, field: str, n_labels: int) -> list[Figure]:
    if not sum(len(one.truth) for one, _other in found):
        return []
    agreement = compare_agreement(
        np.concatenate([one.truth for one, _other in found]),
        before=np.concatenate([one.found for one, _other in found]),
        after=np.concatenate([other.found for _one, other in found]),
        n_labels=n_labels,
    )
    return [Figure.of(agreement, source=CORRECTED, field=field)]


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
