"""The look for new subjects as a job of its own process, begun when voices have come since the last one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhiyin.engine import Engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.engine.protocols import Lake
from zhiyin.insight.local_days import EPOCH
from zhiyin.insight.models import SubjectReport
from zhiyin.insight.selection import VoiceFilter
from zhiyin.insight.topics.facts import VoiceFacts
from zhiyin.insight.topics.finding import find_by_store, update_store
from zhiyin.insight.topics.report import Report
from zhiyin.insight.topics.store import PhraseStore
from zhiyin.listen.models import BackgroundJob
from zhiyin.listen.pipeline.store import create_tables
from zhiyin.listen.pipeline.worker import Chore
from zhiyin.listen.services.jobs.kinds import JobView
from zhiyin.listen.services.jobs.table import Progress, make_table_kind, start_job
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission
from zhiyin.people.scope import EVERYTHING

KIND = "new_subjects"
_EVERY_SECONDS = 60.0
# Between two looks that nobody asked for.
_PAUSE = timedelta(minutes=30)


def look_for_subjects(*, home: Home, progress: Progress) -> dict[str, int]:
    """Counts what came, looks for what is new, keeps the report; returns voices read and subjects found."""
    lake = open_engine(home).lake
    create_tables(lake)
    store = PhraseStore(home.files / "phrases")
    now, zone = timezone.now(), timezone.get_default_timezone()
    with lake.connect("feedback", "opinions") as connection:
        facts = VoiceFacts(connection=connection, scope=EVERYTHING, filter=VoiceFilter(), zone=zone)
        n_read = update_store(store, facts=facts, tell=lambda done, total: progress.tell(done, n_total=total))
        report = find_by_store(store, facts=facts, today=_number_of_today(now))
    SubjectReport.objects.update_or_create(
        pk=1,
        defaults={"found": msgspec.to_builtins(report), "sequence": _last_message(lake), "made_at": now},
    )
    return {"voices": n_read, "subjects": len(report.subjects)}


SUBJECTS_KIND = make_table_kind(
    KIND,
    name=_("Look for new subjects"),
    icon="sparkles",
    permission=Permission.FEEDBACK_IMPORT,
    work=look_for_subjects,
    figure_names={"voices": _("Voices read"), "subjects": _("Subjects found")},
)


def find_report() -> tuple[Report, datetime] | None:
    """The last report on the whole company and when it was made; None before the first."""
    row = SubjectReport.objects.filter(pk=1).first()
    return (msgspec.convert(row.found, Report), row.made_at) if row else None


def find_job() -> JobView | None:
    """The look that waits or runs now."""
    job = BackgroundJob.objects.filter(kind=KIND, ended_at=None).order_by("-pk").first()
    return SUBJECTS_KIND.find(job.pk) if job else None


def ask_to_look(*, by: Account | None) -> None:
    """A look begins as soon as a worker is free."""
    start_job(KIND, by=by)


def make_subjects_chore(engine: Engine) -> Chore:
    """Asks for a look where voices have come since the last one, at most twice an hour."""

    def run(should_stop: Callable[[], bool]) -> None:
        if not should_stop():
            look_if_due(engine.lake, now=timezone.now())

    return Chore(name="new subjects", every_seconds=_EVERY_SECONDS, run=run)


def look_if_due(lake: Lake, *, now: datetime) -> bool:
    """Ask for a look if one is due; whether it was."""
    last = BackgroundJob.objects.filter(kind=KIND).order_by("-pk").first()
    if last is not None and (last.ended_at is None or last.ended_at > now - _PAUSE):
        return False
    known = SubjectReport.objects.filter(pk=1).values_list("sequence", flat=True).first()
    newest = _last_message(lake)
    if newest < 0 or newest == known:
        return False
    ask_to_look(by=None)
    return True


def _last_message(lake: Lake) -> int:
    if "feedback" not in lake.tables():
        return -1
    with lake.connect("feedback") as connection:
        found = connection.execute("SELECT max(sequence) FROM feedback").fetchone()
    return -1 if found is None or found[0] is None else int(found[0])


def _number_of_today(now: datetime) -> int:
    return (now.astimezone(timezone.get_default_timezone()).date() - EPOCH).days
