"""Opens what arrived for a voice; only for doors that mask it again, or that audit who looks."""

from __future__ import annotations

import msgspec

from zhiyin.engine import Engine
from zhiyin.errors import NotFound
from zhiyin.listen.items import FeedbackIn
from zhiyin.listen.pipeline.columns import RAW_CONTEXT
from zhiyin.listen.pipeline.store import sql_ids

_decode_item = msgspec.json.Decoder(FeedbackIn).decode


def open_item(engine: Engine, *, feedback_id: str, revision: int) -> FeedbackIn:
    """The item as the source sent it, in the clear. The caller has read the voice within the scope.

    Raises:
        NotFound: it was erased. VaultClosed, TokenUnreadable: the keys do not open it.
    """
    where = f"{sql_ids([feedback_id])} AND revision = {int(revision)}"
    with engine.lake.connect("raw") as connection:
        found = connection.execute(f"SELECT payload FROM raw WHERE {where} LIMIT 1").fetchone()  # noqa: S608
    if found is None:
        raise NotFound("What arrived for this voice is not kept any more.")
    return _decode_item(engine.vault.decrypt(found[0], context=RAW_CONTEXT))
