"""Finds words that were said before, in an earlier batch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from zhiyin.engine.protocols import Lake
from zhiyin.listen.pipeline.voices import Voice

# Older copies are left alone: the look-up stays within some weeks of files.
LOOK_BACK = timedelta(days=30)


def find_copies(lake: Lake, voices: Sequence[Voice], *, understood: pa.Table) -> list[bool]:
    """Whether each voice repeats another voice's words of the last `LOOK_BACK`.

    Only voices logged before this batch count, so that a repetition after a crash finds the same.
    """
    fingerprints = pc.struct_field(understood.column("quality"), "fingerprint")
    asked = pa.table({"fingerprint": fingerprints}).filter(pc.field("fingerprint") != 0)
    if not voices or not asked.num_rows or not lake.files("feedback"):
        return [False] * len(voices)
    since = (datetime.now(UTC) - LOOK_BACK).date()
    with lake.connect("feedback") as connection:
        connection.register("asked", asked)
        found = connection.execute(
            "SELECT fingerprint, min(feedback_id), max(feedback_id) FROM feedback"
            " WHERE day >= ? AND sequence < ? AND fingerprint IN (SELECT fingerprint FROM asked)"
            " GROUP BY fingerprint",
            [since, voices[0].sequence],
        ).fetchall()
    owners = {fingerprint: {first, last} for fingerprint, first, last in found}
    return [
        bool(owners.get(fingerprint, set()) - {voice.feedback_id})
        for voice, fingerprint in zip(voices, fingerprints.to_pylist(), strict=True)
    ]
