"""The pipeline: one batch from the log to the lake, and the loop that keeps at it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from zhiyin.engine import Engine
from zhiyin.engine.protocols import Message
from zhiyin.errors import InvalidInput, ZhiyinError
from zhiyin.listen import counters
from zhiyin.listen.appearing import tell_of_voices
from zhiyin.listen.pipeline.analysis import Analysis
from zhiyin.listen.pipeline.columns import (
    Meaning,
    Rows,
    build_facts,
    build_raw,
    channel_of,
    said_text,
)
from zhiyin.listen.pipeline.conversations import understand_conversations
from zhiyin.listen.pipeline.copies import find_copies
from zhiyin.listen.pipeline.corrections import apply_waiting, correct_rows
from zhiyin.listen.pipeline.deaths import DeathRecord
from zhiyin.listen.pipeline.masking import cover_author, mask_texts
from zhiyin.listen.pipeline.set_aside import set_aside
from zhiyin.listen.pipeline.store import create_tables, store
from zhiyin.listen.pipeline.turns import pipeline_turn
from zhiyin.listen.pipeline.voices import (
    Decision,
    Entry,
    Refused,
    Voice,
    decide,
    read_entries,
    refuse_message,
)
from zhiyin.listen.services.channels import ensure_built_in_channels, ensure_channels
from zhiyin.listen.services.content_hashes import with_keyed_hashes
from zhiyin.listen.services.key_store import find_keys, record_stored
from zhiyin.people.services.units import UnitReference, ensure_units

MAX_ITEMS = 50_000
# A message with which the process died so often probably kills it: taken alone first, then set aside.
SUSPICIOUS_DEATHS = 2
MAX_DEATHS = 10

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What one batch did; `n_items` counts everything taken from the log."""

    n_items: int = 0
    n_stored: int = 0
    n_unchanged: int = 0
    n_set_aside: int = 0


class Pipeline:
    """Turns what the log holds into facts. `max_items` bounds a batch, and with it the memory."""

    def __init__(self, engine: Engine, analysis: Analysis, *, max_items: int = MAX_ITEMS) -> None:
        self._engine = engine
        self._analysis = analysis
        self._max_items = max_items
        self._deaths = DeathRecord(engine.home.path)
        self._is_prepared = False

    def process_batch(self) -> Progress:
        """Take what waits, up to `max_items`, and store it; nothing taken means that nothing waits.

        Waits while another process has its turn. A crash anywhere, or an error raised here, leaves
        the batch to be taken again, without a second effect.

        Raises:
            Unavailable: log, lake or database do not answer.
        """
        with pipeline_turn(self._engine.home.path):
            self._prepare()
            apply_waiting(self._engine)
            messages = self._lease()
            if not messages:
                return Progress()
            started = time.monotonic()
            progress = self._process(messages)
            self._engine.log.acknowledge([message.sequence for message in messages])
        counters.count_processed(progress.n_items, seconds=time.monotonic() - started)
        return progress

    def understand(self, voices: Sequence[Voice]) -> Meaning:
        """What the voices mean, analysed now."""
        return self._interpret(voices, self._analysis.run(_texts(voices)))

    def drain(self, *, stop: threading.Event | None = None) -> int:
        """Process until nothing waits, or until `stop` is set; returns how many items were taken."""
        n_items = 0
        while not (stop and stop.is_set()):
            progress = self.process_batch()
            if not progress.n_items:
                break
            n_items += progress.n_items
        return n_items

    def close(self) -> None:
        """Stop the analyser's processes and give memory back; the next batch needs no other call."""
        self._analysis.rest()
        pa.default_memory_pool().release_unused()

    def _prepare(self) -> None:
        if not self._is_prepared:
            create_tables(self._engine.lake)
            ensure_built_in_channels()
            self._is_prepared = True

    def _lease(self) -> list[Message]:
        # Whoever has the turn is the only consumer, so nothing need be held against others, and what a
        # killed process had taken comes again at once and in order.
        _, n_deaths = self._deaths.read()
        max_items = 1 if n_deaths >= SUSPICIOUS_DEATHS else self._max_items
        return self._engine.log.lease(max_items=max_items, lease_seconds=0)

    def _process(self, messages: Sequence[Message]) -> Progress:
        marked, n_deaths = self._deaths.read()
        if n_deaths >= MAX_DEATHS and marked == messages[0].sequence:
            return self._give_up(messages)
        self._deaths.begin(messages[0].sequence)
        try:
            entries, refused = read_entries(messages, vault=self._engine.vault)
            decision, understood, broken = self._understand(entries)
        finally:
            self._deaths.end()
        refused += broken
        if refused:
            set_aside(refused, vault=self._engine.vault)
        if decision.voices:
            self._store(decision, understood, last_sequence=messages[-1].sequence)
        elif decision.arrived:
            record_stored([], arrived=decision.arrived)
        return Progress(
            n_items=sum(message.n_items for message in messages),
            n_stored=len(decision.voices),
            n_unchanged=decision.n_unchanged,
            n_set_aside=sum(one.n_items for one in refused),
        )

    def _give_up(self, messages: Sequence[Message]) -> Progress:
        """Set messages aside that end the process whenever they are analysed; nothing of them is stored."""
        refused = [refuse_message(message, reason="analysis ends the process") for message in messages]
        set_aside(refused, vault=self._engine.vault)
        self._deaths.end()
        n_items = sum(message.n_items for message in messages)
        return Progress(n_items=n_items, n_set_aside=n_items)

    def _understand(self, entries: list[Entry]) -> tuple[Decision, pa.Table, list[Refused]]:
        found = find_keys(list({entry.raw.key for entry in entries}))
        known = with_keyed_hashes(found, vault=self._engine.vault)
        decision = decide(entries, known=known)
        try:
            return decision, self._analysis.run(_texts(decision.voices)), []
        except ZhiyinError:
            raise
        except Exception as error:  # noqa: BLE001 - one item's words may break anything in there
            # The name alone: the message of a foreign error may quote the words.
            _log.error("The analyser failed on a batch (%s); looking for the item.", type(error).__name__)
        bad = set(self._analysis.find_breaking(_texts(decision.voices)))
        broken = [decision.voices[place].entry for place in sorted(bad)]
        refused = [
            Refused(
                sequence=entry.sequence,
                position=entry.position,
                n_items=1,
                content=entry.raw,
                reason="analysis failed",
            )
            for entry in broken
        ]
        places = {(entry.sequence, entry.position) for entry in broken}
        good = [entry for entry in entries if (entry.sequence, entry.position) not in places]
        decision = decide(good, known=known)
        return decision, self._analysis.run(_texts(decision.voices)), refused

    def _store(self, decision: Decision, understood: pa.Table, *, last_sequence: int) -> None:
        voices, vault, lake = decision.voices, self._engine.vault, self._engine.lake
        meaning = self._interpret(voices, understood)
        facts = correct_rows(build_facts(voices, meaning, vault=vault), only_edits=True)
        rows: list[Rows] = [build_raw(voices, vault=vault), *facts]
        for table in rows:
            store(lake, table, voices=voices, last_sequence=last_sequence)
        # Before the keys say that it is done: what a crash cuts off here is told again.
        tell_of_voices(voices, unit_ids=meaning.unit_ids, vault=vault)
        record_stored(decision.keys, arrived=decision.arrived)

    def _interpret(self, voices: Sequence[Voice], understood: pa.Table) -> Meaning:
        ensure_channels({channel_of(voice.entry.item) for voice in voices})
        unit_ids = _unit_ids(voices)
        return Meaning(
            understood=understood,
            is_copy=find_copies(self._engine.lake, voices, understood=understood),
            unit_ids=unit_ids,
            reply_texts=_mask_replies(voices),
            conversations=understand_conversations(voices, analysis=self._analysis, unit_ids=unit_ids),
        )


def _texts(voices: Sequence[Voice]) -> list[str]:
    return [said_text(voice.entry.item) for voice in voices]


def _mask_replies(voices: Sequence[Voice]) -> list[str | None]:
    items = [voice.entry.item for voice in voices]
    texts = [cover_author(item.reply.text, item.author) for item in items if item.reply]
    masked = iter(mask_texts(texts))
    return [next(masked) if item.reply else None for item in items]


def _unit_ids(voices: Sequence[Voice]) -> list[int | None]:
    references = [
        UnitReference(code=unit.code, name=unit.name) if (unit := voice.entry.item.unit) else None
        for voice in voices
    ]
    distinct = list({reference for reference in references if reference})
    try:
        ids: dict[UnitReference | None, int | None] = dict(zip(distinct, ensure_units(distinct), strict=True))
    except InvalidInput:
        ids = {reference: _unit_id(reference) for reference in distinct}
    return [ids.get(reference) for reference in references]


def _unit_id(reference: UnitReference) -> int | None:
    try:
        return ensure_units([reference])[0]
    except InvalidInput:  # a name of invisible signs only: the voice counts, for no unit
        return None
