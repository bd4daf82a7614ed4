"""Batch functions for the tests of the runner; spawned workers import them by name."""

from __future__ import annotations

import os
import signal
import time

import pyarrow as pa
import pyarrow.compute as pc

from zhiyin.errors import InvalidInput


def make_double():
    return lambda batch: pa.record_batch([pc.multiply(batch["n"], 2)], names=["n"])


def make_uneven():
    """Earlier batches take longer than later ones."""

    def run(batch):
        time.sleep(0.05 if batch["n"][0].as_py() % 2 == 0 else 0)
        return batch

    return run


def make_named():
    """Tells which worker ran, and how often its function was made."""
    make_named.n_made = getattr(make_named, "n_made", 0) + 1
    return lambda batch: pa.record_batch([[os.getpid()], [make_named.n_made]], names=["pid", "n_made"])


def make_deadly():
    def run(batch):
        if batch["n"][0].as_py() == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return batch

    return run


def make_refusing():
    def run(batch):
        raise InvalidInput("This batch is unusable.", row=7, field="text")

    return run


def make_impossible():
    raise FileNotFoundError("the model is not there")
