"""What texts speak of, by the company's own taxonomy: so that other words for the same are found."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
from django.db import connection

from zhiyin.listen.services.taxonomy import VARIABLE, TaxonomyWatch, get_taxonomy
from zhiyin.understand.analyser import Analyser
from zhiyin.understand.taxonomy import Taxonomy

_MOST_SIGNS = 300


@dataclass(slots=True, kw_only=True)
class Reader:
    """Reads aspects out of texts by one taxonomy, named by its `label`."""

    label: str
    analyser: Analyser
    watch: TaxonomyWatch

    def aspects_of(self, texts: Sequence[str]) -> list[frozenset[str]]:
        """The aspects that each text speaks of, by its beginning."""
        if not texts:
            return []
        batch = pa.RecordBatch.from_pydict({"text": [text[:_MOST_SIGNS] for text in texts]})
        opinions = self.analyser.analyse_batch(batch).column("opinions").to_pylist()
        return [frozenset(one["aspect"] for one in some or ()) for some in opinions]


_lock = threading.Lock()
_readers: dict[tuple[str, str], Reader] = {}


def get_reader() -> Reader:
    """The reader of the taxonomy in use: half a second the first time, one small query later."""
    key = (os.environ.get(VARIABLE, ""), str(connection.settings_dict["NAME"]))
    with _lock:
        reader = _readers.get(key)
        if reader is None:
            watch = TaxonomyWatch()
            reader = _readers[key] = _make(get_taxonomy().taxonomy, watch=watch)
        elif (chosen := reader.watch.find_new()) is not None:
            reader = _readers[key] = _make(chosen, watch=reader.watch)
        return reader


def _make(taxonomy: Taxonomy, *, watch: TaxonomyWatch) -> Reader:
    return Reader(label=taxonomy.label, analyser=Analyser(taxonomy=taxonomy), watch=watch)
