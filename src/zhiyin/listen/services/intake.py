"""The intake door: every channel's items pass here, in batches, and are safe when it answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime

import uuid_utils

from zhiyin.engine.protocols import IntakeLog
from zhiyin.engine.vault import Vault
from zhiyin.listen.content import hash_payload, make_keys, name_of, payload_of
from zhiyin.listen.faults import Fault
from zhiyin.listen.items import FeedbackIn, RawItem
from zhiyin.listen.messages import MAX_MESSAGE_ITEMS, encode_message
from zhiyin.listen.receipts import Receipt
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

    rows: list[int]
    sources: list[str]
    names: list[str]
    payloads: list[bytes]
    hashes: list[bytes]


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
        batch, rejected = _check(items, origin=origin, now=now)
        keys = make_keys(batch.names, vault=self._vault)
        ids, known = _register(keys)
        receipts, raw_items = rejected, list[RawItem]()
        is_out_of_order = bool(rejected)
        columns = zip(batch.rows, keys, batch.hashes, batch.sources, batch.payloads, strict=True)
        for row, key, content_hash, source, payload in columns:
            state = known.get(key)
            if state is not None and state.will_be(content_hash):
                receipts.append(Receipt(row=row, status="unchanged", id=ids[key]))
                continue
            receipts.append(Receipt(row=row, status="accepted", id=ids[key]))
            raw_items.append(
                RawItem(
                    feedback_id=ids[key],
                    key=key,
                    content_hash=content_hash,
                    source=source,
                    received_at=now,
                    connector=origin.connector,
                    connector_version=origin.connector_version,
                    payload=payload,
                )
            )
        if is_out_of_order:
            receipts.sort(key=_row)
        if known or len(ids) < len(keys):
            _mark_changes(raw_items, known=known)
        return Submission(receipts=receipts, committed=self._append(raw_items))

    def _append(self, items: list[RawItem]) -> Future[list[int]] | None:
        messages = [encode_message(part, vault=self._vault) for part in _parts(items)]
        return self._log.submit(messages) if messages else None


def _mark_changes(items: Sequence[RawItem], *, known: Mapping[bytes, KeyState]) -> None:
    """Note the versions about to be logged of voices known before, or said twice in the batch."""
    counts = Counter(item.key for item in items)
    changed = [(item.key, item.content_hash) for item in items if item.key in known or counts[item.key] > 1]
    if changed:
        mark_pending(changed)


def _row(receipt: Receipt) -> int:
    return receipt.row


def _check(
    items: Sequence[FeedbackIn | Fault], *, origin: Origin, now: datetime
) -> tuple[_Batch, list[Receipt]]:
    rejected: list[Receipt] = []
    rows: list[int] = []
    good: list[FeedbackIn] = []
    for row, item in enumerate(items):
        checked = item if isinstance(item, Fault) else check_item(item, now=now)
        if isinstance(checked, Fault):
            rejected.append(Receipt(row=row, status="rejected", fault=checked))
        else:
            rows.append(row)
            good.append(checked)
    sources = [item.source or origin.source for item in good]
    payloads = [*map(payload_of, good)]
    batch = _Batch(
        rows=rows,
        sources=sources,
        names=[
            name_of(source=source, external_id=item.external_id)
            for source, item in zip(sources, good, strict=True)
        ],
        payloads=payloads,
        hashes=[*map(hash_payload, payloads)],
    )
    return batch, rejected


def _register(keys: Sequence[bytes]) -> tuple[dict[bytes, str], dict[bytes, KeyState]]:
    """The id of every key, and the states of those known before."""
    new_id = uuid_utils.uuid7
    ids = {key: str(new_id()) for key in keys}
    known = register_keys(list(ids), candidates=[id_.replace("-", "") for id_ in ids.values()])
    for key, state in known.items():
        ids[key] = state.feedback_id
    return ids, known


def _parts(items: list[RawItem]) -> Iterator[list[RawItem]]:
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
