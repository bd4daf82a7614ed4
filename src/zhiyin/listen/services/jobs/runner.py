"""Runs what waits, one job at a time, each in a process of its own: pages and pipeline stay quick."""

from __future__ import annotations

import fcntl
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from zhiyin.engine.home import Home
from zhiyin.listen.models import SampleState
from zhiyin.listen.pipeline.worker import Chore
from zhiyin.listen.services.jobs.kinds import JobKind, list_job_kinds
from zhiyin.listen.services.uploads import drop_old_refused_rows, drop_unused_uploads
from zhiyin.people.caches import forget_everything

EVERY_SECONDS = 1.0
MAX_STARTS = 20
_MAX_PAUSE_SECONDS = 60.0
_STOP_SECONDS = 10.0
_TIDY_SECONDS = 600.0

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Misfortune:
    """How often a job's process ended badly, and when it may be tried again (monotonic)."""

    n_times: int = 0
    not_before: float = 0.0


class JobRunner:
    """Looks for open jobs and runs them; several may look, the kernel's lock on a file keeps them apart."""

    def __init__(self, home: Home, *, command: list[str] | None = None) -> None:
        self._home = home
        self._command = command or [sys.executable, "-m", "zhiyin.listen.job_process"]
        self._misfortunes: dict[tuple[str, int], _Misfortune] = {}
        self._tidied = 0.0
        self._sample_changed_at: datetime | None = None

    def run_waiting(self, should_stop: Callable[[], bool]) -> None:
        """Runs every job that is open now; returns early when asked to, leaving the rest for later."""
        self._forget_what_changed()
        for kind in list_job_kinds():
            for job_id in kind.list_open():
                if should_stop():
                    return
                self._run(kind, job_id, should_stop=should_stop)
        if time.monotonic() - self._tidied > _TIDY_SECONDS or not self._tidied:
            self._tidied = time.monotonic()
            drop_unused_uploads(home=self._home, now=datetime.now(UTC))
            drop_old_refused_rows(home=self._home, now=datetime.now(UTC))

    def _run(self, kind: JobKind, job_id: int, *, should_stop: Callable[[], bool]) -> None:
        misfortune = self._misfortunes.setdefault((kind.code, job_id), _Misfortune())
        if time.monotonic() < misfortune.not_before:
            return
        with hold_job(self._home, kind=kind.code, job_id=job_id) as lock:
            if lock is None:  # another worker runs it
                return
            if kind.n_starts(job_id) >= MAX_STARTS:
                kind.give_up(job_id, "The job was interrupted again and again. Look at the server's log.")
                return
            code = self._wait_for_child(kind.code, job_id, lock=lock, should_stop=should_stop)
        self._forget_what_changed()
        if code == 0 or should_stop():
            self._misfortunes.pop((kind.code, job_id), None)
            return
        misfortune.n_times += 1
        pause = min(_MAX_PAUSE_SECONDS, 2.0**misfortune.n_times)
        misfortune.not_before = time.monotonic() + pause
        _log.warning("The job %s %d ended with %d and will be tried again.", kind.code, job_id, code)

    def _wait_for_child(self, kind: str, job_id: int, *, lock: int, should_stop: Callable[[], bool]) -> int:
        # The child shares the lock, so that it stays held if this process is killed; and it sees its
        # standard input close then, and ends.
        child = subprocess.Popen(  # noqa: S603 - our own module
            [*self._command, kind, str(job_id)],
            stdin=subprocess.PIPE,
            pass_fds=(lock,),
            env={**os.environ, "ZHIYIN_HOME": str(self._home.path)},
        )
        with child:
            while (code := child.poll()) is None:
                if should_stop():
                    return _end(child)
                time.sleep(0.05)
            return code

    def _forget_what_changed(self) -> None:
        """Units of the sample may be gone, in whichever process it was removed: their ids mean nothing."""
        changed_at = SampleState.objects.values_list("changed_at", flat=True).first()
        if changed_at != self._sample_changed_at:
            self._sample_changed_at = changed_at
            forget_everything()


@contextmanager
def hold_job(home: Home, *, kind: str, job_id: int) -> Iterator[int | None]:
    """The job's lock, which its process is to share; None where another one runs the job."""
    folder = home.files / "jobs"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{kind}-{job_id}.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        yield descriptor
        path.unlink(missing_ok=True)
    finally:
        os.close(descriptor)


def make_jobs_chore(home: Home) -> Chore:
    """The chore of a worker that runs what waits."""
    return Chore(name="jobs", every_seconds=EVERY_SECONDS, run=JobRunner(home).run_waiting)


def _end(child: subprocess.Popen[bytes]) -> int:
    """Asks the child to stop, by closing its input, and makes it after a while."""
    assert child.stdin is not None
    child.stdin.close()
    try:
        return child.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()
