"""Runs the analyser over a batch; an item that breaks it is found and taken out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pyarrow as pa

from zhiyin.engine.protocols import BatchFunction, BatchRunner

# Big enough to be quick, small enough to share between processes and to bound memory.
ROWS_PER_CALL = 4_096
# Fewer than this are analysed here: sending them to other processes would cost more, and starting
# those takes as long as some ten thousand rows.
MIN_ROWS_FOR_RUNNER = 2_048
MIN_ROWS_TO_START_RUNNER = 16_384


class Analysis:
    """Calls the batch function here for small batches, on the runner's processes for big ones.

    `make` builds the function, once here and once in each process. `open_runner` is called at the
    first big batch; None keeps everything here. `find_news` is asked before every batch for another
    `make` to go on with, None where there is none.
    """

    def __init__(
        self,
        make: Callable[[], BatchFunction],
        *,
        open_runner: Callable[[], BatchRunner] | None = None,
        find_news: Callable[[], Callable[[], BatchFunction] | None] = lambda: None,
    ) -> None:
        self._make = make
        self._open_runner = open_runner
        self._find_news = find_news
        self._function: BatchFunction | None = None
        self._runner: BatchRunner | None = None

    def run(self, texts: Sequence[str]) -> pa.Table:
        """The analyser's columns for the texts, in order."""
        self._follow_news()
        batches = _slice(texts)
        if self._open_runner is not None and self._runner is None and len(texts) >= MIN_ROWS_TO_START_RUNNER:
            self._runner = self._open_runner()
        if self._runner is not None and len(texts) >= MIN_ROWS_FOR_RUNNER:
            return pa.Table.from_batches(list(self._runner.map(self._make, batches)))
        self._function = self._function or self._make()
        return pa.Table.from_batches([self._function(batch) for batch in batches])

    def find_breaking(self, texts: Sequence[str]) -> list[int]:
        """Positions of the texts that break the analyser on their own, found by halving; empty for none."""
        self._function = self._function or self._make()
        return list(self._find_breaking(texts, 0))

    def _follow_news(self) -> None:
        make = self._find_news()
        if make is not None:
            # A pool makes its workers anew for another `make`.
            self._make, self._function = make, None

    def rest(self) -> None:
        """Stop the processes; the next big batch starts them again."""
        if self._runner is not None:
            self._runner.close()
            self._runner = None

    def _find_breaking(self, texts: Sequence[str], offset: int) -> Iterator[int]:
        assert self._function is not None
        try:
            for batch in _slice(texts):
                self._function(batch)
        except Exception:  # noqa: BLE001 - whatever it is, only the item's own fault may stay behind
            if len(texts) == 1:
                yield offset
                return
            middle = len(texts) // 2
            yield from self._find_breaking(texts[:middle], offset)
            yield from self._find_breaking(texts[middle:], offset + middle)


def _slice(texts: Sequence[str]) -> list[pa.RecordBatch]:
    starts = range(0, len(texts), ROWS_PER_CALL) or range(1)
    return [
        pa.RecordBatch.from_pydict({"text": pa.array(texts[start : start + ROWS_PER_CALL], pa.string())})
        for start in starts
    ]
