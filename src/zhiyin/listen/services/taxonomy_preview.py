"""What a draft of the taxonomy would change in the last 10,000 voices, found out before it is saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhiyin.engine import open_engine
from zhiyin.engine.home import Home
from zhiyin.engine.protocols import Lake
from zhiyin.listen.models import BackgroundJob, TaxonomyDraft
from zhiyin.listen.pipeline.store import create_tables
from zhiyin.listen.services.jobs.kinds import JobView
from zhiyin.listen.services.jobs.table import Progress, make_table_kind, start_job
from zhiyin.listen.services.jobs.waiting import Waiting, list_voices_for, work_off
from zhiyin.listen.services.taxonomy import get_taxonomy
from zhiyin.listen.services.taxonomy_comparison import Comparison, compare_taxonomies
from zhiyin.listen.services.taxonomy_versions import Draft, draft_of
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission

KIND = "taxonomy_preview"
N_VOICES = 10_000
# About a second of one core, for both taxonomies; what takes longer is a job in a process of its own.
MOST_CHARACTERS_AT_ONCE = 400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewState:
    """What is known of a draft's effect. `job` works on it; `is_old`: the draft was changed since.

    `failure` is a plain English sentence on why there is none.
    """

    comparison: Comparison | None = None
    is_old: bool = False
    job: JobView | None = None
    failure: str = ""


def ask_for_preview(account: Account, *, lake: Lake, most_at_once: int = MOST_CHARACTERS_AT_ONCE) -> None:
    """Compares the account's draft with what is in use, at once or, where it takes long, in a job.

    It reads the texts that the account may read.

    Raises:
        InvalidInput: what is in use is unusable. TaxonomyIsFixed: `ZHIYIN_TAXONOMY` is set.
    """
    draft = draft_of(account)
    voices = list_voices_for(account, lake=lake, limit=N_VOICES)
    if sum(len(text) for _id, text in voices) <= most_at_once:
        _compare(account, draft=draft, voices=voices, tell=lambda _n: None)
        return
    TaxonomyDraft.objects.filter(account=account).update(preview_wanted_at=timezone.now())
    start_job(KIND, by=account)


def find_preview(account: Account, *, draft: Draft) -> PreviewState:
    """The draft's last comparison, and whether one is being made."""
    row = TaxonomyDraft.objects.filter(account=account).first()
    if row is None:
        return PreviewState()
    kept = msgspec.convert(row.preview, Comparison) if row.preview else None
    state = PreviewState(comparison=kept, is_old=kept is not None and row.preview_of != draft.mark)
    if row.preview_wanted_at is None:
        return state
    last = BackgroundJob.objects.filter(kind=KIND).order_by("-pk").first()
    has_ended = last is not None and last.ended_at is not None
    if last is not None and has_ended and last.status != BackgroundJob.Status.DONE:
        TaxonomyDraft.objects.filter(account=account).update(preview_wanted_at=None)
        return PreviewState(comparison=state.comparison, is_old=state.is_old, failure=last.message)
    # One that ended between the asking and now did not see it.
    job = start_job(KIND, by=account) if last is None or has_ended else last
    return PreviewState(comparison=kept, is_old=state.is_old, job=PREVIEW_KIND.find(job.pk))


def make_previews(*, home: Home, progress: Progress) -> dict[str, int]:
    """Makes the previews that somebody waits for; returns how many voices were compared."""
    lake = open_engine(home).lake
    create_tables(lake)
    waiting = Waiting(
        find_next=_next,
        work=lambda account, voices, tell: _compare(
            account, draft=draft_of(account), voices=voices, tell=tell
        ),
        forget=lambda: TaxonomyDraft.objects.update(preview_wanted_at=None),
        n_voices=N_VOICES,
    )
    return {"voices": work_off(waiting, lake=lake, progress=progress)}


PREVIEW_KIND = make_table_kind(
    KIND,
    name=_("Preview of a change to the taxonomy"),
    icon="tags",
    permission=Permission.TAXONOMY_EDIT,
    work=make_previews,
    figure_names={"voices": _("Voices compared")},
)


def _next() -> TaxonomyDraft | None:
    waiting = TaxonomyDraft.objects.select_related("account").filter(preview_wanted_at__isnull=False)
    return waiting.order_by("preview_wanted_at").first()


def _compare(
    account: Account, *, draft: Draft, voices: list[tuple[str, str]], tell: Callable[[int], None]
) -> None:
    in_use = get_taxonomy().taxonomy
    found = compare_taxonomies(voices, before=in_use, after=draft.taxonomy, tell=tell)
    TaxonomyDraft.objects.filter(account=account).update(
        preview=msgspec.to_builtins(found), preview_of=draft.mark, preview_wanted_at=None
    )
