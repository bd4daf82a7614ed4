"""Takes the sample company away again: voices, keys, units, its name; a job, and repeatable."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from zhiyin.engine import Engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.listen.facts import FEEDBACK, OPINIONS, RAW, REPLIES
from zhiyin.listen.models import BackgroundJob, CorrectedVoice, FeedbackKey
from zhiyin.listen.pipeline.store import sql_ids
from zhiyin.listen.pipeline.turns import pipeline_turn
from zhiyin.listen.services.jobs.table import Progress, make_table_kind, start_job
from zhiyin.listen.services.sample_records import remove_sample_records
from zhiyin.listen.services.sample_state import CONNECTOR, has_sample, note_sample
from zhiyin.listen.services.sample_units import find_used_units, give_name_back, remove_sample_units
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission
from zhiyin.people.services.audit import record_event

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

__all__ = [
    "FIGURE_NAMES",
    "REMOVAL_KIND",
    "before_facts_go",
    "find_used_units",
    "has_sample",
    "is_being_removed",
    "on_removed",
    "remove_sample",
    "take_sample_away",
]

KIND = "sample_removal"
_CHUNK = 5_000
_KEYS_PER_DELETE = 500
# Last the table by which the voices are found again, should this be cut off.
_TABLES = (OPINIONS.name, REPLIES.name, FEEDBACK.name, RAW.name)
_WAIT_SECONDS = 0.2

on_removed: list[Callable[[Sequence[str]], None]] = []
"""Rooms above add what they do with their own things about voices that are about to go.

Called with ids of voices, in parts, before these leave the lake; again with the same ones after an
interruption.
"""

before_facts_go: list[Callable[[Engine], Mapping[str, int] | None]] = []
"""Rooms above add what they do while every fact of the sample still stands; once a run, to be repeatable.

What they return counts what went, by names of `FIGURE_NAMES`.
"""

FIGURE_NAMES: dict[str, StrPromise | str] = {
    "voices": _("Voices removed"),
    "units": _("Units removed"),
    "units_kept": _("Units kept, for others need them"),
}
"""What the job counts; rooms above add what they count."""


def remove_sample(*, by_account: Account | None = None, by: Actor = SYSTEM) -> BackgroundJob:
    """The job that takes the sample company away; the one that waits or runs, if there is one."""
    with transaction.atomic():
        job = start_job(KIND, by=by_account)
        record_event("sample.removal_started", by=by, target=("job", job.pk))
    return job


def is_being_removed() -> bool:
    """Whether a removal waits or runs."""
    return bool(REMOVAL_KIND.list_open())


def take_sample_away(*, home: Home, progress: Progress) -> dict[str, int]:
    """Does the work; returns how many voices, units went and how many units were kept.

    What was logged before is stored first, by whichever worker runs, so that nothing slips through.
    Cut off at any point and run again, it finishes. Voices of others, and units that others' voices,
    grants, keys or cases speak of, stay.
    """
    engine = open_engine(home)
    _wait_for_pipeline(engine, progress=progress)
    ids = _find_voices(engine)
    counted: dict[str, int] = {}
    for take_away in before_facts_go:
        counted |= take_away(engine) or {}
    # First the keys: by the lake the voices are found again, should this be cut off.
    _drop_keys(frozenset(ids))
    n_done = 0
    for part in _parts(ids):
        progress.tell(n_done, n_total=len(ids))
        for tell in on_removed:
            tell(part)
        with pipeline_turn(home.path):
            for table in _TABLES:
                engine.lake.delete(table, where=sql_ids(part))
        n_done += len(part)
    progress.tell(n_done, n_total=len(ids))
    remove_sample_records(engine)
    n_units, n_kept = remove_sample_units(engine)
    give_name_back()
    shutil.rmtree(home.files / "sample", ignore_errors=True)
    note_sample(is_present=False)
    details = {"voices": len(ids), "units": n_units, "units_kept": n_kept, **counted}
    record_event("sample.removed", details=details)
    return details


def _wait_for_pipeline(engine: Engine, *, progress: Progress) -> None:
    """Until everything that was logged before now has been stored."""
    started = time.monotonic()
    while True:
        lag = engine.log.lag()
        if not lag.n_messages or lag.oldest_seconds < time.monotonic() - started:
            return
        progress.tell(0, n_total=None)
        time.sleep(_WAIT_SECONDS)


def _find_voices(engine: Engine) -> list[str]:
    if RAW.name not in engine.lake.tables():
        return []
    with engine.lake.connect(RAW.name) as connection:
        rows = connection.execute(
            "SELECT DISTINCT feedback_id FROM raw WHERE connector = ? ORDER BY 1", [CONNECTOR]
        ).fetchall()
    return [feedback_id for (feedback_id,) in rows]


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]


def _drop_keys(ids: frozenset[str]) -> None:
    """One walk over all keys: they have no index by voice."""
    rows = FeedbackKey.objects.values_list("key", "feedback_id").iterator(chunk_size=10_000)
    keys = [key for key, feedback_id in rows if str(feedback_id) in ids]
    for start in range(0, len(keys), _KEYS_PER_DELETE):
        FeedbackKey.objects.filter(key__in=keys[start : start + _KEYS_PER_DELETE]).delete()
    for part in _parts(sorted(ids)):
        CorrectedVoice.objects.filter(feedback_id__in=part).delete()


REMOVAL_KIND = make_table_kind(
    KIND,
    name=_("Removal of the sample company"),
    icon="trash",
    permission=Permission.INSTALLATION_MANAGE,
    work=take_sample_away,
    figure_names=FIGURE_NAMES,
)
