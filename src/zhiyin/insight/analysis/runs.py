"""The run over a file: reads ahead, analyses on as many processors as pay, answers in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

import pyarrow as pa

from zhiyin.engine.runner import make_runner
from zhiyin.understand.batches import make_batch_function

if TYPE_CHECKING:
    from zhiyin.understand.adapted_files import ModelFile

# Below this a second process costs more to start than it saves.
_MIN_ROWS_FOR_PROCESSES = 20_000


def analyse(
    said: Iterable[pa.RecordBatch],
    *,
    taxonomy: str,
    n_workers: int,
    model: ModelFile | None = None,
    private_patterns: Sequence[str] = (),
) -> Iterator[tuple[pa.RecordBatch, pa.RecordBatch]]:
    """Pairs of a batch said (see `read_said`) and what was understood of it, in order.

    `model` is the adapted one to use, None for the shipped one.
    """
    batches = iter(said)
    first, n_rows = list[pa.RecordBatch](), 0
    while n_rows < _MIN_ROWS_FOR_PROCESSES and (batch := next(batches, None)) is not None:
        first.append(batch)
        n_rows += batch.num_rows
        if n_workers == 1:
            break
    runner = make_runner(n_workers if n_rows >= _MIN_ROWS_FOR_PROCESSES else 1)
    waiting: list[pa.RecordBatch] = []

    def texts() -> Iterator[pa.RecordBatch]:
        for batch in chain(first, batches):
            waiting.append(batch)
            yield batch.select(["text"])

    make = partial(
        make_batch_function, taxonomy=taxonomy, model=model, private_patterns=tuple(private_patterns)
    )
    try:
        for understood in runner.map(make, texts()):
            yield waiting.pop(0), understood
    finally:
        runner.close()


def with_rows(said: pa.RecordBatch, understood: pa.RecordBatch) -> pa.RecordBatch:
    """What was understood, with the number of each data row in front."""
    return pa.RecordBatch.from_arrays(
        [said.column("row"), *understood.columns], names=["row", *understood.schema.names]
    )
