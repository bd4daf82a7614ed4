"""The batch function by name, for worker processes: they import this module and nothing of the pages."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

from zhiyin.understand.analyser import Analyser
from zhiyin.understand.taxonomy import Taxonomy


def make_batch_function(*, taxonomy: Taxonomy | str) -> Callable[[pa.RecordBatch], pa.RecordBatch]:
    """`analyse_batch` of a fresh analyser for a taxonomy: itself, a built-in name or a YAML file's path.

    Raises:
        InvalidInput: there is no such taxonomy, or it is unusable.
    """
    return Analyser(taxonomy=taxonomy).analyse_batch
