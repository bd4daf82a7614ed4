"""Trains a candidate from what ships and what people corrected; nobody's figures change by it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import count

import msgspec
import numpy as np
from django.db import transaction
from django.utils import timezone

from zhiyin.engine import Engine
from zhiyin.errors import Conflict
from zhiyin.listen.models import CorrectedVoice, TrainedModel
from zhiyin.listen.pipeline.store import create_tables
from zhiyin.listen.queries.recent import list_recent_texts
from zhiyin.listen.services.learning.comparison import (
    N_FOLDS,
    compare_on_lessons,
    compare_on_written,
)
from zhiyin.listen.services.learning.effect import N_VOICES, compare_on_voices
from zhiyin.listen.services.learning.in_use import folder, get_model
from zhiyin.listen.services.learning.lessons import Lesson, list_lessons
from zhiyin.listen.services.learning.report import Figure, Report
from zhiyin.listen.services.learning.switching import account_of, drop
from zhiyin.listen.services.taxonomy import get_taxonomy
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.models import AuditEvent
from zhiyin.people.scope import EVERYTHING
from zhiyin.people.services.audit import record_event
from zhiyin.understand.adaptation import fit, prepare
from zhiyin.understand.adapted import Adaptation, apply
from zhiyin.understand.adapted_files import save_adaptation
from zhiyin.understand.judging import Known, written_taxonomy
from zhiyin.understand.polarity import PolarityModel, load_polarity
from zhiyin.understand.taxonomy import Taxonomy
from zhiyin.understand.written import WrittenClause, is_kept_back, read_written

N_STEPS = N_FOLDS + 4
Tell = Callable[[int, int], None]


def train_candidate(
    engine: Engine, *, by: Actor = SYSTEM, tell: Tell = lambda _done, _total: None
) -> TrainedModel:
    """A candidate, compared with the model in use; it takes the place of an earlier candidate.

    Deterministic but for its name. Some seconds for a thousand corrections; `tell` may raise to stop it.

    Raises:
        Conflict: nobody corrected anything yet.
    """
    create_tables(engine.lake)
    taxonomy = get_taxonomy().taxonomy
    lessons = list_lessons(engine.lake, taxonomy=taxonomy)
    if not lessons:
        raise Conflict(
            "There is nothing to learn from yet.", next_step="Correct or confirm labels in the review queue."
        )
    school = _School(lessons)
    tell(1, N_STEPS)
    adaptation = school.learn(
        lessons, version=_next_version(school.base.version, today=timezone.now().date())
    )
    report = _report(engine, school, adaptation=adaptation, taxonomy=taxonomy, tell=tell)
    return _keep(adaptation, report=report, lessons=lessons, by=by)


class _School:
    """The shipped model, and all that is learned on top of it, made ready once.

    The written clauses hold what is said already in its place.
    """

    def __init__(self, lessons: Sequence[Lesson]) -> None:
        self.base = load_polarity()
        self.lessons = list(lessons)
        self.written = [one for one in read_written() if not is_kept_back(one.text)]
        self._row = {lesson.correction_id: row for row, lesson in enumerate(lessons)}
        self._ready = prepare(
            self.base,
            [lesson.example for lesson in lessons],
            anchors=[_as_known(clause) for clause in self.written],
        )

    def learn(self, lessons: Sequence[Lesson], *, version: str = "") -> Adaptation:
        """What these lessons teach."""
        rows = np.array([self._row[lesson.correction_id] for lesson in lessons], dtype=np.int64)
        return fit(self.base, self._ready.take(rows), version=version)

    def model(self, lessons: Sequence[Lesson]) -> PolarityModel:
        """The model that it leads to."""
        return apply(self.base, self.learn(lessons))


def _report(
    engine: Engine, school: _School, *, adaptation: Adaptation, taxonomy: Taxonomy, tell: Tell
) -> Report:
    before, after = get_model(), apply(school.base, adaptation)
    tell(2, N_STEPS)
    kept_back = [one for one in read_written() if is_kept_back(one.text)]
    figures = compare_on_written(kept_back, before=before, after=after)
    tell(3, N_STEPS)
    figures += _compare_on_lessons(school, tell=tell)
    # What people corrected stays as they said, whatever the model.
    corrected = {str(one) for one in CorrectedVoice.objects.values_list("pk", flat=True)}
    recent = list_recent_texts(engine.lake, scope=EVERYTHING, limit=N_VOICES)
    voices = [one for one in recent if one[0] not in corrected]
    effect = compare_on_voices(voices, before=before, after=after, taxonomy=taxonomy)
    tell(N_STEPS, N_STEPS)
    return Report(
        compared_with=before.version,
        n_written=len(school.written),
        n_lessons=len(school.lessons),
        figures=figures,
        n_voices=len(voices),
        n_changed=effect.n_changed,
        moves=effect.moves,
        examples=effect.examples,
        n_touched=effect.n_touched,
        opinion_moves=effect.opinion_moves,
    )


def _compare_on_lessons(school: _School, *, tell: Tell) -> list[Figure]:
    """The model in use is judged as it would be without the voice, too, if it learned corrections."""
    in_use = TrainedModel.objects.filter(state=TrainedModel.State.IN_USE).first()
    last = in_use.last_correction if in_use else 0
    n_done = 3

    def learn(others: Sequence[Lesson]) -> PolarityModel:
        nonlocal n_done
        n_done += 1
        tell(min(n_done, N_STEPS - 1), N_STEPS)
        return school.model(others)

    def learn_as_in_use(others: Sequence[Lesson]) -> PolarityModel:
        if in_use is None:
            return school.base
        return school.model([one for one in others if one.correction_id <= last])

    return compare_on_lessons(school.lessons, before=learn_as_in_use, after=learn)


def _keep(adaptation: Adaptation, *, report: Report, lessons: Sequence[Lesson], by: Actor) -> TrainedModel:
    file = save_adaptation(adaptation, folder() / f"{adaptation.version}.npz")
    with transaction.atomic():
        for row in TrainedModel.objects.filter(state=TrainedModel.State.CANDIDATE):
            drop(row)
        made = TrainedModel.objects.create(
            version=adaptation.version,
            base_version=adaptation.base_version,
            file_name=file.path.name,
            sha256=file.sha256,
            n_corrections=len(lessons),
            last_correction=max(lesson.correction_id for lesson in lessons),
            report=msgspec.to_builtins(report),
            made_by=account_of(by),
        )
        record_event(
            "model.trained", by=by, target=("model", made.version), details={"corrections": len(lessons)}
        )
    return made


def _next_version(base: str, *, today: date) -> str:
    """Names are never given twice, also of candidates that were discarded."""
    start = f"{base}+c.{today:%Y%m%d}."
    told = AuditEvent.objects.filter(action="model.trained", target_id__startswith=start)
    taken = {
        *told.values_list("target_id", flat=True),
        *TrainedModel.objects.values_list("version", flat=True),
    }
    return next(name for n in count(1) if (name := f"{start}{n}") not in taken)


def _as_known(clause: WrittenClause) -> Known:
    return Known(text=clause.text, label=clause.polarity, taxonomy=written_taxonomy(clause.industry))
