"""Erases a person's voices: facts, raw items, keys, corrections, and what was set aside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from django.db import transaction

from zhiyin.engine import Engine
from zhiyin.errors import InvalidInput
from zhiyin.listen.facts import FEEDBACK, OPINIONS, RAW, REPLIES
from zhiyin.listen.messages import decode_message
from zhiyin.listen.models import CorrectedVoice, FeedbackKey, SetAsideItem
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.pipeline.stage import drop_stage
from zhiyin.listen.pipeline.store import sql_ids
from zhiyin.listen.pipeline.turns import pipeline_turn
from zhiyin.listen.records.erasing import erase_records

_CHUNK = 1_000
# Last the table in which the person is found again, should erasing be cut off.
_TABLES = (RAW.name, OPINIONS.name, REPLIES.name, FEEDBACK.name)

on_erased: list[Callable[[Sequence[str]], None]] = []
"""Rooms above add what they do with their own things about voices that are about to be erased.

Called with ids of voices, in parts, before these leave the lake; again with the same ones after an
interruption.
"""


def find_voices_of(engine: Engine, *, author_key: str) -> list[str]:
    """Ids of the voices of an author, in any version."""
    with engine.lake.connect(FEEDBACK.name) as connection:
        rows = connection.execute(
            "SELECT DISTINCT feedback_id FROM feedback WHERE author_key = ? ORDER BY 1", [author_key]
        ).fetchall()
    return [feedback_id for (feedback_id,) in rows]


def erase_person(
    engine: Engine,
    pipeline: Pipeline,
    *,
    author_key: str = "",
    author_keys: Iterable[str] = (),
    feedback_ids: Iterable[str] = (),
) -> int:
    """Remove the voices of the author (by one key or several) and those named, for good; returns how many.

    Purchases and contacts of the author go too, and the orders that the voices name, unless an order's
    own record names somebody else.

    What waits in the log is stored first, so that nothing slips through. The bytes are gone when it
    returns, but for backups. Run again after an interruption, it finishes. The same item sent again
    later is a new voice.
    """
    pipeline.drain()
    keys = list(dict.fromkeys(key for key in (author_key, *author_keys) if key))
    with pipeline_turn(engine.home.path):
        of_keys = (voice for key in keys for voice in find_voices_of(engine, author_key=key))
        ids = sorted({*feedback_ids, *of_keys})
        # While the voices still tell which orders were theirs.
        erase_records(engine, author_keys=keys, order_keys=_find_orders(engine, ids))
        for start in range(0, len(ids), _CHUNK):
            _erase(engine, ids[start : start + _CHUNK])
        drop_stage(engine.home)  # a re-tagging under way begins anew, without them
        for table in _TABLES:
            engine.lake.vacuum(table, keep_hours=0)
        engine.lake.drop_set_aside()  # copies of facts that `rebuild` has made again
        _erase_set_aside(engine, frozenset(ids))
    return len(ids)


def _find_orders(engine: Engine, ids: Sequence[str]) -> list[str]:
    """Keys of the orders that the voices name."""
    with engine.lake.connect(FEEDBACK.name) as connection:
        rows = connection.execute(
            "SELECT DISTINCT order_key FROM feedback"
            " WHERE order_key IS NOT NULL AND list_contains($ids, feedback_id)",
            {"ids": [*ids]},
        ).fetchall()
    return [order_key for (order_key,) in rows]


def _erase(engine: Engine, ids: Sequence[str]) -> None:
    for erase in on_erased:
        erase(ids)
    for table in _TABLES:
        engine.lake.delete(table, where=sql_ids(ids))
    with transaction.atomic():
        FeedbackKey.objects.filter(feedback_id__in=ids).delete()
        CorrectedVoice.objects.filter(feedback_id__in=ids).delete()


def _erase_set_aside(engine: Engine, ids: frozenset[str]) -> None:
    for row in SetAsideItem.objects.filter(n_items=1):
        try:
            items = decode_message(bytes(row.payload), vault=engine.vault)
        except InvalidInput:
            continue
        if any(item.feedback_id in ids for item in items):
            row.delete()
