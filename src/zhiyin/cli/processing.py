"""Lets the pipeline run beside a command, and waits until what came in is stored."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import Progress

from zhiyin.cli.output import print_notice
from zhiyin.cli.words import say
from zhiyin.engine import Engine
from zhiyin.engine.home import Home


@contextmanager
def processing(home: Home, progress: Progress) -> Iterator[None]:
    """Process in the background during the block; at its end wait until nothing is left in the log.

    Where a server is running on the same home, both take turns, and the wait ends all the same.
    """
    from zhiyin.config.wiring import open_pipeline
    from zhiyin.engine import open_engine
    from zhiyin.listen.pipeline.worker import Worker
    from zhiyin.listen.services import imports  # noqa: F401 - see below

    engine = open_engine(home)
    # Everything is imported before a second thread runs: a Ctrl-C in an import that two threads wait
    # for leaves the import locked for ever.
    engine.lake.tables()
    worker = Worker(engine, open_pipeline(home))
    worker.start()
    try:
        yield
        _wait(engine, progress)
    except KeyboardInterrupt:
        progress.stop()
        _tell_what_waits(engine)
        raise
    finally:
        worker.stop()


def _wait(engine: Engine, progress: Progress) -> None:
    n_left = engine.log.lag().n_items
    task = progress.add_task(say("理解并入湖", "Understanding and storing"), total=n_left)
    while lag := engine.log.lag().n_items:
        progress.update(task, completed=max(0, n_left - lag))
        time.sleep(0.1)
    progress.update(task, completed=n_left)


def _tell_what_waits(engine: Engine) -> None:
    n_waiting = engine.log.lag().n_items
    print_notice(
        say(
            f"已读入的都已落盘，{n_waiting:,} 条待理解；再次导入同一文件会接着做，服务运行时也会处理。",
            f"What was read is on disk, {n_waiting:,} items wait to be understood. The same import again "
            "goes on from here; a running server takes up what waits.",
        )
    )
