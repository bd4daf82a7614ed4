"""The batch function by name, for worker processes: they import this module and nothing of the pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from zhiyin.understand.analyser import Analyser
from zhiyin.understand.taxonomy import Taxonomy

if TYPE_CHECKING:
    from zhiyin.understand.adapted_files import ModelFile


def make_batch_function(
    *, taxonomy: Taxonomy | str, model: ModelFile | None = None, private_patterns: Sequence[str] = ()
) -> Callable[[pa.RecordBatch], pa.RecordBatch]:
    """`analyse_batch` of a fresh analyser for a taxonomy: itself, a built-in name or a YAML file's path.

    `model` is the file of an adapted model; if that cannot be used, the shipped one is.
    `private_patterns` are those of the house, as `Analyser` takes them.

    Raises:
        InvalidInput: there is no such taxonomy, or it or a pattern is unusable.
    """
    if model is None:
        return Analyser(taxonomy=taxonomy, private_patterns=private_patterns).analyse_batch
    # Imported only where there is one: the first result of a process without shall come at once.
    from zhiyin.understand.adapted_files import open_or_shipped

    chosen = open_or_shipped(model)
    return Analyser(taxonomy=taxonomy, private_patterns=private_patterns, model=chosen).analyse_batch
