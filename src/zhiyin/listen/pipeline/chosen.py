"""Analysis by the taxonomy that the house has chosen, also when it chooses another."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.conf import settings

from zhiyin.engine.protocols import BatchFunction, BatchRunner
from zhiyin.listen.pipeline.analysis import Analysis
from zhiyin.listen.services.taxonomy import TaxonomyWatch, get_taxonomy
from zhiyin.listen.services.version_in_force import find_held, note_in_force
from zhiyin.understand.batches import make_batch_function
from zhiyin.understand.taxonomy import Taxonomy


def open_analysis(*, open_runner: Callable[[], BatchRunner] | None = None) -> Analysis:
    """An analysis that takes up another chosen taxonomy with its next batch.

    While stored voices are being re-tagged it waits, so that no figure mixes two versions: the new one
    comes to arriving voices in the moment in which it comes to the stored ones.

    Raises:
        InvalidInput: the chosen one is unusable.
    """
    first = get_taxonomy().taxonomy
    return Analysis(
        partial(make_batch_function, taxonomy=first, private_patterns=settings.PRIVATE_PATTERNS),
        open_runner=open_runner,
        find_news=_Follower(first).find_news,
    )


class _Follower:
    """Knows what the analysis goes by, and finds out what it is to go by."""

    def __init__(self, first: Taxonomy) -> None:
        self._label = first.label
        self._watch = TaxonomyWatch()
        self._is_sure = False

    def find_news(self) -> Callable[[], BatchFunction] | None:
        wanted = self._find_wanted()
        if wanted is None:
            return None
        self._label = wanted.label
        return partial(make_batch_function, taxonomy=wanted, private_patterns=settings.PRIVATE_PATTERNS)

    def _find_wanted(self) -> Taxonomy | None:
        held = find_held()
        chosen = None if held else self._watch.find_new()
        # A choice and its re-tagging come in one transaction, perhaps right now.
        held = held or (find_held() if chosen else None)
        if held is not None:
            self._is_sure = False
            return held.load() if held.label != self._label else None
        if chosen is None and not self._is_sure:
            chosen = get_taxonomy().taxonomy
            chosen = chosen if chosen.label != self._label else None
        if chosen is not None or not self._is_sure:
            note_in_force(chosen or get_taxonomy().taxonomy)
            self._is_sure = True
        return chosen
