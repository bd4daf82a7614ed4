"""What there is to say of learning: models in use, before and proposed, and what waits to be learned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from zhiyin.engine import Engine
from zhiyin.listen.facts import FEEDBACK
from zhiyin.listen.models import LabelCorrection, TrainedModel
from zhiyin.listen.services.jobs.kinds import JobView
from zhiyin.listen.services.learning.in_use import examine_model, get_model
from zhiyin.listen.services.learning.job import find_training
from zhiyin.listen.services.learning.report import Report
from zhiyin.listen.services.learning.switching import find_last_switch, list_models
from zhiyin.understand.label import model_label
from zhiyin.understand.polarity import load_polarity


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLessons:
    """What people said of labels that the model in use has not learned."""

    n_corrections: int
    n_confirmations: int

    @property
    def n(self) -> int:
        """Both together."""
        return self.n_corrections + self.n_confirmations


@dataclass(frozen=True, slots=True, kw_only=True)
class InUse:
    """The model that labels arriving voices; `row` is None for the shipped one.

    `since` is None where nobody ever switched, `by` empty for the command line. `problem` says in plain
    English why the chosen one cannot be used, so that the shipped one stands in.
    """

    version: str
    row: TrainedModel | None
    since: datetime | None
    by: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """All of it. `n_lessons` counts what people said and nobody undid, `n_stored_by_others` current voices
    that another model labelled."""

    in_use: InUse
    shipped: str
    new: NewLessons
    n_lessons: int
    candidate: TrainedModel | None
    report: Report | None
    past: list[TrainedModel]
    job: JobView | None
    failure: str
    n_stored_by_others: int


def read_learning(engine: Engine) -> Learning:
    """What the page shows. Some small queries, and one over a column of the lake."""
    models = list_models()
    row = next((one for one in models if one.state == TrainedModel.State.IN_USE), None)
    candidate = next((one for one in models if one.state == TrainedModel.State.CANDIDATE), None)
    job = find_training()
    used = get_model().version
    return Learning(
        in_use=_in_use(row, used=used),
        shipped=load_polarity().version,
        new=count_new_lessons(row),
        n_lessons=LabelCorrection.objects.filter(undone_at=None).count(),
        candidate=candidate,
        report=msgspec.convert(candidate.report, Report) if candidate else None,
        past=[one for one in models if one.state == TrainedModel.State.PAST],
        job=job if job is not None and job.is_unfinished else None,
        failure=job.message if job is not None and job.status == "failed" else "",
        n_stored_by_others=_count_by_others(engine, label=model_label(used)),
    )


def count_new_lessons(in_use: TrainedModel | None) -> NewLessons:
    """Corrections and confirmations that stand and that the model has not learned."""
    rows = LabelCorrection.objects.filter(undone_at=None, pk__gt=in_use.last_correction if in_use else 0)
    changes = rows.values_list("change__sentiment", "change__sentiment_before")
    confirmed = sum(1 for said, before in changes if said and said == before)
    return NewLessons(n_corrections=len(changes) - confirmed, n_confirmations=confirmed)


def _in_use(row: TrainedModel | None, *, used: str) -> InUse:
    switch = find_last_switch()
    return InUse(
        version=used,
        row=row,
        since=switch.at if switch else None,
        by=switch.by if switch else "",
        problem=_find_problem() if row is not None and row.version != used else "",
    )


def _find_problem() -> str:
    found = examine_model()
    return f"{found.message} {found.next_step}".strip()


def _count_by_others(engine: Engine, *, label: str) -> int:
    if FEEDBACK.name not in engine.lake.tables():
        return 0
    with engine.lake.connect(FEEDBACK.name) as connection:
        row = connection.execute(
            "SELECT count(*) FROM feedback WHERE is_current AND model IS DISTINCT FROM ?", [label]
        ).fetchone()
    return int(row[0]) if row else 0
