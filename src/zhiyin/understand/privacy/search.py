"""The search for private data: one pass for telling words, one for digits, then a look at each place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from zhiyin.understand.privacy.addresses import find_addresses
from zhiyin.understand.privacy.contacts import find_accounts, find_emails
from zhiyin.understand.privacy.cues import find_cues
from zhiyin.understand.privacy.names import find_names
from zhiyin.understand.privacy.numbers import find_numbers
from zhiyin.understand.privacy.orders import find_orders, find_own_orders
from zhiyin.understand.privacy.plates import find_plates
from zhiyin.understand.privacy.recipients import find_recipients
from zhiyin.understand.privacy.spans import Found, PrivateSpans, settle
from zhiyin.understand.privacy.spelled import find_spelled
from zhiyin.understand.text import FoldedBatch


def find_private(batch: FoldedBatch, *, patterns: re.Pattern[str] | None = None) -> PrivateSpans:
    """Return the private data of all texts; errs on the side of covering what looks like a person's.

    `patterns` are the company's own numbers, as `compile_patterns` returns them. About 2 µs a text where
    little is private.
    """
    found = list(_search(batch, patterns))
    return settle(batch, found=[*found, *find_recipients(batch, found=found)])


def _search(batch: FoldedBatch, patterns: re.Pattern[str] | None) -> Iterator[Found]:
    """Findings, the surest kinds first."""
    cues = find_cues(batch.joined)
    yield from find_own_orders(batch.joined, patterns=patterns)
    yield from find_emails(batch)
    yield from find_accounts(batch.joined, cues=cues)
    yield from find_orders(batch.joined, cues=cues)
    yield from find_numbers(batch, cues=cues)
    yield from find_spelled(batch.joined, cues=cues)
    yield from find_plates(batch)
    yield from find_addresses(batch)
    yield from find_names(batch, cues=cues)
