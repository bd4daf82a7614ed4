"""The process of one job: `python -m zhiyin.listen.job_process import 17`, started by a worker."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading

_log = logging.getLogger("zhiyin.listen.job_process")
_FAILED, _INTERRUPTED = 1, 130


def main(kind: str, job_id: int) -> int:
    """Runs the job; 0 when it has ended, whatever the end."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiyin.config.settings")
    django.setup()
    from zhiyin.engine import close_engine
    from zhiyin.engine.home import Home
    from zhiyin.errors import InvalidInput, ZhiyinError
    from zhiyin.listen.services.jobs.kinds import get_kind

    try:
        get_kind(kind).run(job_id, Home.from_environment())
    except InvalidInput:
        return 0  # the job tells of it
    except ZhiyinError as error:
        _log.warning("The job %s %d stopped: %s", kind, job_id, error)
        return _FAILED
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the edge of a process; the words may be private
        _log.error("The job %s %d failed (%s).", kind, job_id, type(error).__name__)
        _log.debug("Traceback", exc_info=error)
        return _FAILED
    finally:
        close_engine()
    return 0


def _end_with_parent() -> None:
    """The worker holds our input open; when it goes, however, we stop at the next safe place."""
    # Not by way of `sys.stdin`, whose lock a thread must not hold when the interpreter ends.
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGINT)


_NICENESS = 10
"""Pages, intake and pipeline go first where processors are short."""

if __name__ == "__main__":
    os.nice(_NICENESS)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
