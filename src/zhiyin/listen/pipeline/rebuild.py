"""Makes facts again from the raw items, such as after a change of model or taxonomy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import msgspec
import pyarrow as pa

from zhiyin.engine import Engine
from zhiyin.engine.doctor import examine_table
from zhiyin.listen.appearing import tell_of_voices
from zhiyin.listen.content import hash_contents, make_keys, name_of
from zhiyin.listen.facts import FEEDBACK, OPINIONS, RAW, REPLIES
from zhiyin.listen.items import FeedbackIn, RawItem
from zhiyin.listen.pipeline.columns import RAW_CONTEXT, build_facts
from zhiyin.listen.pipeline.corrections import correct_rows
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.pipeline.turns import pipeline_turn
from zhiyin.listen.pipeline.voices import Entry, Voice
from zhiyin.listen.services.key_store import KeyState, StoredKey, record_stored
from zhiyin.listen.services.retagging import RETAGGING_KIND

# Voices replaced in one commit: some hundred bytes each are held in memory.
ROWS_PER_STEP = 200_000
OnProgress = Callable[[int, int], None]

_decode_item = msgspec.json.Decoder(FeedbackIn).decode


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """Ids from `first` to before `until` (None: to the end) of one day; each id is in one step only."""

    day: date
    first: str
    until: str | None

    @property
    def where(self) -> str:
        """The rows of the step, for the lake."""
        end = f" AND feedback_id < '{self.until}'" if self.until else ""
        return f"day = DATE '{self.day}' AND feedback_id >= '{self.first}'{end}"


def rebuild(
    engine: Engine,
    pipeline: Pipeline,
    *,
    on_progress: OnProgress = lambda done, total: None,
    rows_per_step: int = ROWS_PER_STEP,
) -> int:
    """Replace all facts by those that the raw items give now; returns how many raw items there are.

    What waits in the log is stored before. Steps are atomic for each table, and a server may go on
    taking turns between them. Interrupted, it leaves facts old and new, all of them once; run it again.
    A table that does not open or has lost files is moved to `.damaged/` in the lake and made new.
    A re-tagging that is open is cancelled: this does all that it would, and more.
    """
    for job_id in RETAGGING_KIND.list_open():
        RETAGGING_KIND.cancel(job_id)
    with pipeline_turn(engine.home.path):
        _set_damaged_aside(engine)
    pipeline.drain()
    steps = list(_list_steps(engine, rows_per_step))
    with engine.lake.connect(RAW.name) as connection:
        (total,) = connection.execute("SELECT count(*) FROM raw").fetchone() or (0,)
    n_done = 0
    for step in steps:
        with pipeline_turn(engine.home.path):
            n_done += _rebuild_step(engine, pipeline, step)
        on_progress(n_done, total)
    return n_done


def _list_steps(engine: Engine, rows_per_step: int) -> Iterator[_Step]:
    with engine.lake.connect(RAW.name) as connection:
        rows = connection.execute(
            "SELECT day, feedback_id FROM (SELECT day, feedback_id,"
            " row_number() OVER (PARTITION BY day ORDER BY feedback_id) - 1 AS place"
            " FROM (SELECT DISTINCT day, feedback_id FROM raw)) WHERE place % ? = 0 ORDER BY ALL",
            [rows_per_step],
        ).fetchall()
    for place, (day, first) in enumerate(rows):
        is_last = place + 1 == len(rows) or rows[place + 1][0] != day
        is_first = place == 0 or rows[place - 1][0] != day
        yield _Step(day=day, first="" if is_first else first, until=None if is_last else rows[place + 1][1])


def _rebuild_step(engine: Engine, pipeline: Pipeline, step: _Step) -> int:
    voices = _read_voices(engine, step)
    # First the keys: should this step be cut off, a batch that the log repeats is known to be stored.
    record_stored(_keys(engine, voices))
    meaning = pipeline.understand(voices)
    rows = build_facts(voices, meaning, vault=engine.vault)
    for table in correct_rows(rows):
        engine.lake.replace(table.spec.name, table.table, where=step.where)
    tell_of_voices(voices, unit_ids=meaning.unit_ids, vault=engine.vault)
    return len(voices)


def _read_voices(engine: Engine, step: _Step) -> list[Voice]:
    columns = ", ".join(name for name in RAW.schema.names if name != "day")
    query = f"SELECT {columns} FROM raw WHERE {step.where} ORDER BY sequence, feedback_id, revision"  # noqa: S608
    with engine.lake.connect(RAW.name) as connection:
        table: pa.Table = connection.execute(query).to_arrow_table()
    voices: list[Voice] = []
    latest: dict[str, Voice] = {}
    for row in table.to_pylist():
        payload = engine.vault.decrypt(row.pop("payload"), context=RAW_CONTEXT)
        revision, sequence = row.pop("revision"), row.pop("sequence")
        (content_hash,) = hash_contents([payload], vault=engine.vault)
        raw = RawItem(key=b"", content_hash=content_hash, payload=payload, **row)
        voice = Voice(
            entry=Entry(sequence=sequence, position=0, raw=raw, item=_decode_item(payload)),
            feedback_id=raw.feedback_id,
            revision=revision,
            replaces_sequence=0,
        )
        if raw.feedback_id in latest:
            latest[raw.feedback_id].replaced_by_sequence = sequence
        latest[raw.feedback_id] = voice
        voices.append(voice)
    return voices


def _keys(engine: Engine, voices: list[Voice]) -> list[StoredKey]:
    current = [voice for voice in voices if voice.replaced_by_sequence is None]
    names = [
        name_of(source=voice.entry.raw.source, external_id=voice.entry.item.external_id) for voice in current
    ]
    keys = make_keys(names, vault=engine.vault)
    return [
        StoredKey(
            key=key,
            state=KeyState(
                feedback_id=voice.feedback_id,
                content_hash=voice.entry.raw.content_hash,
                revision=voice.revision,
                sequence=voice.sequence,
            ),
        )
        for key, voice in zip(keys, current, strict=True)
    ]


def _set_damaged_aside(engine: Engine) -> None:
    for spec in (FEEDBACK, OPINIONS, REPLIES):
        findings = examine_table(engine.home.lake / spec.name)
        if any(finding.level == "error" for finding in findings):
            engine.lake.set_aside(spec.name)
        engine.lake.create(spec)
