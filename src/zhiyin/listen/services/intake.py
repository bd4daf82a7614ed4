"""The intake door: every channel's items pass here, in batches, and are safe when it answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

import uuid_utils

from zhiyin.engine.protocols import IntakeLog
from zhiyin.engine.vault import Vault
from zhiyin.listen.blemishes import find_blemished
from zhiyin.listen.content import hash_contents, make_keys, names_of, payload_of
from zhiyin.listen.faults import Fault
from zhiyin.listen.items import FeedbackIn, RawItem
from zhiyin.listen.messages import MAX_MESSAGE_ITEMS, encode_message
from zhiyin.listen.receipts import Receipt, Status
from zhiyin.listen.services.content_hashes import with_keyed_hashes
from zhiyin.listen.services.key_store import KeyState, mark_pending, register_keys
from zhiyin.listen.validation import check_item

# A message that is too big to be held a few times in memory is cut before it reaches a thousand items.
MAX_MESSAGE_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a batch comes from; `source` is that of items which name none."""

    source: str
    connector: str
    connector_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """Receipts that hold as soon as `committed` is done; None where nothing had to be logged."""

    receipts: list[Receipt]
    committed: Future[list[int]] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    """The good items of a batch, column by column."""

    rows: Sequence[int]
    sources: list[str]
    keys: list[bytes]
    payloads: list[bytes]


class Intake:
    """Takes items in: checks, names, logs them. Thread-safe. `clock` gives an aware time."""

    def __init__(
        self, log: IntakeLog, vault: Vault, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._log = log
        self._vault = vault
        self._clock = clock

    def receive(
        self,
        items: Sequence[FeedbackIn | Fault],
        *,
        source: str,
        connector: str,
        connector_version: str,
    ) -> list[Receipt]:
        """A receipt for each item, in order, once the accepted ones are on disk.

        An edge that found an item unreadable passes its `Fault` in the item's place. The same
        (source, external id) always gets the same id, also within the batch. Any length; a thousand
        at a time is quickest.

        Raises:
            Unavailable: database or log do not answer; the batch may be sent again without harm.
        """
        origin = Origin(source=source, connector=connector, connector_version=connector_version)
        submission = self.submit(items, origin=origin)
        if submission.committed is not None:
            submission.committed.result()
        return submission.receipts

    def submit(self, items: Sequence[FeedbackIn | Fault], *, origin: Origin) -> Submission:
        """As `receive`, without waiting for the log's commit."""
        now = self._clock()
        checked = _check(items, now=now)
        batch = self._name(checked, source=origin.source)
        registered, found = _register(batch.keys)
        known = with_keyed_hashes(found, vault=self._vault)
        ids = [registered[key] for key in batch.keys]
        statuses = _compare(batch, known=known, vault=self._vault)
        receipts = [
            Receipt(row=row, status=status, id=id_)
            for row, status, id_ in zip(batch.rows, statuses, ids, strict=True)
        ]
        if len(receipts) < len(checked):
            receipts = _with_faults(receipts, checked)
        raw_items = _raw_items(batch, ids, statuses, origin=origin, now=now)
        if known or len(registered) < len(ids):
            _mark_changes(raw_items, known=known, vault=self._vault)
        return Submission(receipts=receipts, committed=self._append(raw_items))

    def _name(self, checked: Sequence[FeedbackIn | Fault], *, source: str) -> _Batch:
        rows, good = _without_faults(checked)
        sources = [item.source or source for item in good]
        names = names_of(sources, [item.external_id for item in good])
        keys = make_keys(names, vault=self._vault)
        return _Batch(rows=rows, sources=sources, keys=keys, payloads=[*map(payload_of, good)])

    def _append(self, items: list[RawItem]) -> Future[list[int]] | None:
        messages = [encode_message(part, vault=self._vault) for part in _parts(items)]
        return self._log.submit(messages) if messages else None


def _check(items: Sequence[FeedbackIn | Fault], *, now: datetime) -> list[FeedbackIn | Fault]:
    """Each item as it will be kept, or its fault."""
    checked = [*items]
    rows, readable = _without_faults(items)
    for place in find_blemished(readable, now=now):
        checked[rows[place]] = check_item(readable[place], now=now)
    return checked


def _without_faults(items: Sequence[FeedbackIn | Fault]) -> tuple[Sequence[int], Sequence[FeedbackIn]]:
    """The rows of the items that are no faults, and these items."""
    if Fault not in {*map(type, items)}:
        return range(len(items)), cast("Sequence[FeedbackIn]", items)
    good = {row: item for row, item in enumerate(items) if isinstance(item, FeedbackIn)}
    return [*good], [*good.values()]


def _compare(batch: _Batch, *, known: Mapping[bytes, KeyState], vault: Vault) -> list[Status]:
    """What becomes of each item; only one whose key was known before can be unchanged."""
    statuses: list[Status] = ["accepted"] * len(batch.keys)
    places = [place for place, key in enumerate(batch.keys) if key in known]
    hashes = hash_contents([batch.payloads[place] for place in places], vault=vault)
    for place, content_hash in zip(places, hashes, strict=True):
        if known[batch.keys[place]].will_be(content_hash):
            statuses[place] = "unchanged"
    return statuses


def _with_faults(receipts: list[Receipt], checked: Sequence[FeedbackIn | Fault]) -> list[Receipt]:
    by_row = {receipt.row: receipt for receipt in receipts}
    return [
        Receipt(row=row, status="rejected", fault=item) if isinstance(item, Fault) else by_row[row]
        for row, item in enumerate(checked)
    ]


def _raw_items(
    batch: _Batch, ids: list[str], statuses: list[Status], *, origin: Origin, now: datetime
) -> list[RawItem]:
    """The items to log. Their content hashes are made when they are read: here each microsecond counts."""
    columns = zip(ids, batch.keys, batch.sources, batch.payloads, statuses, strict=True)
    return [
        RawItem(
            feedback_id=id_,
            key=key,
            content_hash=b"",
            source=source,
            received_at=now,
            connector=origin.connector,
            connector_version=origin.connector_version,
            payload=payload,
        )
        for id_, key, source, payload, status in columns
        if status == "accepted"
    ]


def _mark_changes(items: Sequence[RawItem], *, known: Mapping[bytes, KeyState], vault: Vault) -> None:
    """Note the versions about to be logged of voices known before, or said twice in the batch."""
    counts = Counter(item.key for item in items)
    changed = [item for item in items if item.key in known or counts[item.key] > 1]
    if changed:
        hashes = hash_contents([item.payload for item in changed], vault=vault)
        mark_pending([(item.key, one) for item, one in zip(changed, hashes, strict=True)])


def _register(keys: Sequence[bytes]) -> tuple[dict[bytes, str], dict[bytes, KeyState]]:
    """The id of every key, and the states of those known before."""
    new_id = uuid_utils.uuid7
    ids = {key: str(new_id()) for key in keys}
    candidates = "\n".join(ids.values()).replace("-", "").split("\n")
    known = register_keys(list(ids), candidates=candidates) if ids else {}
    for key, state in known.items():
        ids[key] = state.feedback_id
    return ids, known


def _parts(items: list[RawItem]) -> Iterator[list[RawItem]]:
    if 0 < len(items) <= MAX_MESSAGE_ITEMS and sum(len(item.payload) for item in items) <= MAX_MESSAGE_BYTES:
        yield items
        return
    part: list[RawItem] = []
    n_bytes = 0
    for item in items:
        if part and (len(part) == MAX_MESSAGE_ITEMS or n_bytes + len(item.payload) > MAX_MESSAGE_BYTES):
            yield part
            part, n_bytes = [], 0
        part.append(item)
        n_bytes += len(item.payload)
    if part:
        yield part
