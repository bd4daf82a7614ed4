"""The kinds of jobs. A room registers its own in `AppConfig.ready`; pages and worker know none by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from zhiyin.engine.home import Home
from zhiyin.listen.errors import JobNotFound
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

Status = Literal["waiting", "running", "interrupted", "done", "failed", "cancelled"]
UNFINISHED: tuple[Status, ...] = ("waiting", "running", "interrupted")
RECENT = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFigure:
    """One number that a job tells of itself."""

    name: StrPromise | str
    n: int
    tone: Literal["", "good", "bad"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """A job as pages show it. `share` of the work done is 0 to 1; None, as `seconds_left`, if unknown.

    `message` is a plain English sentence on why it failed; `owner_id` the account that started it.
    """

    kind: str
    id: int
    name: StrPromise | str
    status: Status
    share: float | None
    n_done: int
    n_total: int | None
    figures: Sequence[JobFigure]
    per_second: float | None
    seconds_spent: float | None
    seconds_left: float | None
    message: str
    owner_id: int | None
    owner: str
    created_at: datetime
    ended_at: datetime | None

    @property
    def is_unfinished(self) -> bool:
        """Whether it still waits or runs."""
        return self.status in UNFINISHED


@dataclass(frozen=True, slots=True, kw_only=True)
class JobKind:
    """One kind of long work, told by its functions.

    `find` reads one job, `list_recent` the newest first. `list_open` gives the ids that a worker should
    run, the oldest first; `run` does so, in a process of its own, and may be killed at any point; then it
    is run again. `cancel` asks it to stop, or raises `Conflict`; `give_up` fails a job that keeps dying.
    `n_starts` tells how often it was begun. Whoever holds `permission` sees the jobs.
    """

    code: str
    name: StrPromise | str
    icon: str
    permission: Permission
    find: Callable[[int], JobView | None]
    list_recent: Callable[[int], list[JobView]]
    list_open: Callable[[], list[int]]
    n_starts: Callable[[int], int]
    run: Callable[[int, Home], None]
    cancel: Callable[[int], None]
    give_up: Callable[[int, str], None]


_kinds: dict[str, JobKind] = {}


def register(kind: JobKind) -> None:
    """Makes the kind known; the same code again replaces it."""
    _kinds[kind.code] = kind


def list_job_kinds() -> list[JobKind]:
    """Every kind, in the order of registration."""
    return list(_kinds.values())


def get_kind(code: str) -> JobKind:
    """The kind of that code; raises `JobNotFound`."""
    kind = _kinds.get(code)
    if kind is None:
        raise JobNotFound("There is no such kind of job.")
    return kind


def list_jobs(*, of: Sequence[JobKind], limit: int = RECENT) -> list[JobView]:
    """The newest jobs of these kinds: the unfinished first, then the others, the newest first."""
    jobs = [job for kind in of for job in kind.list_recent(limit)]
    jobs.sort(key=lambda job: (not job.is_unfinished, -job.created_at.timestamp()))
    return jobs[:limit]


def get_job(kind: str, job_id: int) -> JobView:
    """One job.

    Raises:
        JobNotFound: there is none.
    """
    job = get_kind(kind).find(job_id)
    if job is None:
        raise JobNotFound("There is no such job.", next_step="See the list of jobs.")
    return job


def cancel_job(kind: str, job_id: int) -> None:
    """Asks a job to stop; what it has done stays.

    Raises:
        JobNotFound: there is none. Conflict: it has ended.
    """
    get_job(kind, job_id)
    get_kind(kind).cancel(job_id)


def name_of(account: Account | None) -> str:
    """Whoever started a job, by name; empty for the command line."""
    return str(account) if account else ""
