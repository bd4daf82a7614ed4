"""Analysis by the taxonomy that the house has chosen, also when it chooses another."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from zhiyin.engine.protocols import BatchFunction, BatchRunner
from zhiyin.listen.pipeline.analysis import Analysis
from zhiyin.listen.services.taxonomy import TaxonomyWatch, get_taxonomy
from zhiyin.understand.batches import make_batch_function


def open_analysis(*, open_runner: Callable[[], BatchRunner] | None = None) -> Analysis:
    """An analysis that takes up another chosen taxonomy with its next batch.

    Raises:
        InvalidInput: the chosen one is unusable.
    """
    watch = TaxonomyWatch()

    def find_news() -> Callable[[], BatchFunction] | None:
        taxonomy = watch.find_new()
        return partial(make_batch_function, taxonomy=taxonomy) if taxonomy else None

    make = partial(make_batch_function, taxonomy=get_taxonomy().taxonomy)
    return Analysis(make, open_runner=open_runner, find_news=find_news)
