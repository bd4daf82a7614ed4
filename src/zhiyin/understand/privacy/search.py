"""The search for private data: one pass for telling words, one for digits, then a look at each place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zhiyin.understand.privacy.addresses import find_addresses
from zhiyin.understand.privacy.contacts import find_accounts, find_emails
from zhiyin.understand.privacy.cues import find_cues
from zhiyin.understand.privacy.names import find_names
from zhiyin.understand.privacy.numbers import find_numbers
from zhiyin.understand.privacy.orders import find_orders, find_own_orders
from zhiyin.understand.privacy.plates import find_plates
from zhiyin.understand.privacy.spans import Found, PrivateSpans, settle
from zhiyin.understand.text import FoldedBatch


def find_private(batch: FoldedBatch, *, order_number_patterns: Sequence[str] = ()) -> PrivateSpans:
    """Return the private data of all texts; errs on the side of covering what looks like a person's.

    `order_number_patterns` are regular expressions of the company's own order numbers, read without
    regard to capitals on the folded text. About 2 µs a text where little is private.

    Raises:
        InvalidInput: one of the patterns is no regular expression.
    """
    return settle(batch, found=_search(batch, order_number_patterns))


def _search(batch: FoldedBatch, order_number_patterns: Sequence[str]) -> Iterator[Found]:
    """Findings, the surest kinds first."""
    cues = find_cues(batch.joined)
    yield from find_own_orders(batch.joined, patterns=order_number_patterns)
    yield from find_emails(batch)
    yield from find_accounts(batch.joined, cues=cues)
    yield from find_orders(batch.joined, cues=cues)
    yield from find_numbers(batch, cues=cues)
    yield from find_plates(batch)
    yield from find_addresses(batch)
    yield from find_names(batch, cues=cues)
