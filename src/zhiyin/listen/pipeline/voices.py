"""From messages to voices: what is in them, and what each means for what is stored already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from zhiyin.engine.protocols import Message
from zhiyin.engine.vault import Vault
from zhiyin.errors import InvalidInput
from zhiyin.listen.items import FeedbackIn, RawItem
from zhiyin.listen.messages import decode_message
from zhiyin.listen.services.key_store import KeyState, StoredKey


class Entry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One item of a message: its place in the log and what it says."""

    sequence: int
    position: int
    raw: RawItem
    item: FeedbackIn


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Bytes that cannot be processed, and at which step. `position` −1 means the whole message."""

    sequence: int
    position: int
    n_items: int
    content: bytes | RawItem
    reason: str


class Voice(msgspec.Struct, kw_only=True, gc=False):
    """A version of a voice that the lake does not hold yet.

    `replaces_sequence` is the log number of the version before, 0 for a first one;
    `replaced_by_sequence` that of a newer one in the same batch, None for the newest.
    """

    entry: Entry
    feedback_id: str
    revision: int
    replaces_sequence: int
    replaced_by_sequence: int | None = None

    @property
    def sequence(self) -> int:
        """Number of the message that brought it."""
        return self.entry.sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a batch changes: versions to store, in order, and the keys to record afterwards.

    `arrived` are the keys and content hashes that were marked as pending and are now out of the log.
    """

    voices: list[Voice]
    keys: list[StoredKey]
    arrived: list[tuple[bytes, bytes]]
    n_unchanged: int


_decode_item = msgspec.json.Decoder(FeedbackIn).decode


def read_entries(messages: Iterable[Message], *, vault: Vault) -> tuple[list[Entry], list[Refused]]:
    """The items of the messages in order, and what cannot be read."""
    entries: list[Entry] = []
    refused: list[Refused] = []
    for message in messages:
        try:
            raw_items = decode_message(message.body, vault=vault)
        except InvalidInput:
            refused.append(refuse_message(message, reason="message cannot be opened"))
            continue
        for position, raw in enumerate(raw_items):
            try:
                item = _decode_item(raw.payload)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                refused.append(
                    Refused(
                        sequence=message.sequence,
                        position=position,
                        n_items=1,
                        content=raw,
                        reason="item cannot be read",
                    )
                )
                continue
            entries.append(Entry(sequence=message.sequence, position=position, raw=raw, item=item))
    return entries, refused


def refuse_message(message: Message, *, reason: str) -> Refused:
    """The whole message, body as it stands in the log."""
    return Refused(
        sequence=message.sequence, position=-1, n_items=message.n_items, content=message.body, reason=reason
    )


def decide(entries: Iterable[Entry], *, known: Mapping[bytes, KeyState]) -> Decision:
    """Which entries are new, edits, or stored already, given what the database knew before.

    An entry whose message is not newer than the one that last changed its voice was stored before a
    crash. The id in the database decides, should an entry carry another one.
    """
    states = dict(known)
    latest: dict[bytes, Voice] = {}
    voices: list[Voice] = []
    arrived: list[tuple[bytes, bytes]] = []
    n_unchanged = 0
    for entry in entries:
        raw = entry.raw
        state = states.get(raw.key) or KeyState(
            feedback_id=raw.feedback_id, content_hash=b"", revision=0, sequence=0
        )
        before = known.get(raw.key)
        if before is not None and before.pending_hash == raw.content_hash:
            arrived.append((raw.key, raw.content_hash))
        is_stored = before is not None and entry.sequence <= before.sequence
        if is_stored or (state.revision and state.content_hash == raw.content_hash):
            n_unchanged += 1
            continue
        voice = Voice(
            entry=entry,
            feedback_id=state.feedback_id,
            revision=state.revision + 1,
            replaces_sequence=state.sequence if state.revision else 0,
        )
        if raw.key in latest:
            latest[raw.key].replaced_by_sequence = entry.sequence
        latest[raw.key] = voice
        voices.append(voice)
        states[raw.key] = KeyState(
            feedback_id=state.feedback_id,
            content_hash=raw.content_hash,
            revision=voice.revision,
            sequence=entry.sequence,
        )
    return Decision(
        voices=voices,
        keys=[StoredKey(key=key, state=states[key]) for key in latest],
        arrived=arrived,
        n_unchanged=n_unchanged,
    )
