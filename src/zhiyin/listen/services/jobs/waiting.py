"""Works off what people wait for, each by the voices that they may read, one after the other in one job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from zhiyin.engine.protocols import Lake
from zhiyin.listen.queries.recent import list_recent_texts
from zhiyin.listen.services.jobs.table import JobCancelled, Progress
from zhiyin.people.models import Account
from zhiyin.people.permissions import Permission
from zhiyin.people.queries import get_scope

Voices = list[tuple[str, str]]
Tell = Callable[[int], None]


class Wish(Protocol):
    """A row that says that this account waits."""

    account: Account


_W = TypeVar("_W", bound=Wish)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting(Generic[_W]):
    """`find_next`: who waits longest; `work` serves it and ends its waiting, `forget` ends that of all."""

    find_next: Callable[[], _W | None]
    work: Callable[[Account, Voices, Tell], None]
    forget: Callable[[], object]
    n_voices: int


def list_voices_for(account: Account, *, lake: Lake, limit: int) -> Voices:
    """Id and masked text of the last voices that the account may read."""
    return list_recent_texts(lake, scope=get_scope(account, permission=Permission.FEEDBACK_READ), limit=limit)


def work_off(waiting: Waiting[_W], *, lake: Lake, progress: Progress) -> int:
    """Serve everybody who waits; returns how many voices were read. When it is cancelled nobody waits on."""
    n_done = 0
    while row := waiting.find_next():
        voices = list_voices_for(row.account, lake=lake, limit=waiting.n_voices)

        def tell(n: int, before: int = n_done, n_total: int = n_done + len(voices)) -> None:
            progress.tell(before + n, n_total=n_total)

        try:
            waiting.work(row.account, voices, tell)
        except JobCancelled:
            waiting.forget()
            raise
        n_done += len(voices)
    return n_done
