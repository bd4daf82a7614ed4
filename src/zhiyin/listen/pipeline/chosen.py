"""Analysis by the taxonomy and the model that the house has chosen, also when it chooses others."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.conf import settings

from zhiyin.engine.protocols import BatchFunction, BatchRunner
from zhiyin.listen.pipeline.analysis import Analysis
from zhiyin.listen.services.learning.in_use import get_model_file
from zhiyin.listen.services.taxonomy import TaxonomyWatch, get_taxonomy
from zhiyin.listen.services.version_in_force import Held, find_held, note_in_force
from zhiyin.understand.adapted_files import ModelFile
from zhiyin.understand.batches import make_batch_function
from zhiyin.understand.taxonomy import Taxonomy


def open_analysis(*, open_runner: Callable[[], BatchRunner] | None = None) -> Analysis:
    """An analysis that takes up another chosen taxonomy or model with its next batch.

    While stored voices are being re-tagged it waits, so that no figure mixes two versions: the new one
    comes to arriving voices in the moment in which it comes to the stored ones.

    Raises:
        InvalidInput: the chosen one is unusable.
    """
    first, model = get_taxonomy().taxonomy, get_model_file()
    return Analysis(
        partial(make_batch_function, taxonomy=first, model=model, private_patterns=settings.PRIVATE_PATTERNS),
        open_runner=open_runner,
        find_news=_Follower(first, model=model).find_news,
    )


class _Follower:
    """Knows what the analysis goes by, and finds out what it is to go by."""

    def __init__(self, first: Taxonomy, *, model: ModelFile | None) -> None:
        self._taxonomy = first
        self._model = model
        self._watch = TaxonomyWatch()
        self._is_sure = False

    def find_news(self) -> Callable[[], BatchFunction] | None:
        held = find_held()
        wanted = self._find_wanted(held)
        # A model waits as a taxonomy does.
        model = self._model if held else get_model_file()
        if wanted is None and model == self._model:
            return None
        self._taxonomy, self._model = wanted or self._taxonomy, model
        return partial(
            make_batch_function,
            taxonomy=self._taxonomy,
            model=model,
            private_patterns=settings.PRIVATE_PATTERNS,
        )

    def _find_wanted(self, held: Held | None) -> Taxonomy | None:
        chosen = None if held else self._watch.find_new()
        # A choice and its re-tagging come in one transaction, perhaps right now.
        held = held or (find_held() if chosen else None)
        if held is not None:
            self._is_sure = False
            return held.load() if held.label != self._taxonomy.label else None
        if chosen is None and not self._is_sure:
            chosen = get_taxonomy().taxonomy
            chosen = chosen if chosen.label != self._taxonomy.label else None
        if chosen is not None or not self._is_sure:
            note_in_force(chosen or get_taxonomy().taxonomy)
            self._is_sure = True
        return chosen
