"""Finds words that were said before, by another voice."""

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
    """Whether each voice repeats the words of an earlier voice of the last `LOOK_BACK`.

    Earlier is what was logged earlier, so that neither the cut of a batch nor its repetition after a
    crash changes the answer.
    """
    fingerprints = pc.struct_field(understood.column("quality"), "fingerprint")
    asked = pa.table({"fingerprint": fingerprints}).filter(pc.field("fingerprint") != 0)
    if not voices or not asked.num_rows:
        return [False] * len(voices)
    owners = _find_owners(lake, asked=asked, before=voices[0].sequence)
    is_copy = []
    for voice, fingerprint in zip(voices, fingerprints.to_pylist(), strict=True):
        said_by = owners.setdefault(fingerprint, set()) if fingerprint else set()
        is_copy.append(bool(said_by - {voice.feedback_id}))
        said_by.add(voice.feedback_id)
    return is_copy


def _find_owners(lake: Lake, *, asked: pa.Table, before: int) -> dict[int, set[str]]:
    """Some of the voices, two at the most, that said each of the words asked for."""
    if not lake.files("feedback"):
        return {}
    since = (datetime.now(UTC) - LOOK_BACK).date()
    with lake.connect("feedback") as connection:
        connection.register("asked", asked)
        found = connection.execute(
            "SELECT fingerprint, min(feedback_id), max(feedback_id) FROM feedback"
            " WHERE day >= ? AND sequence < ? AND fingerprint IN (SELECT fingerprint FROM asked)"
            " GROUP BY fingerprint",
            [since, before],
        ).fetchall()
    return {fingerprint: {first, last} for fingerprint, first, last in found}
