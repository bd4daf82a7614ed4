"""An order's number as the key by which voices and purchases meet."""

from __future__ import annotations

import unicodedata

ORDER_PURPOSE = "order"
"""What the blind index of an order's number is made for, of purchases and of voices."""


def order_name(order_id: str | None) -> str | None:
    """What the blind index of an order's number is made of: its signs, however they were written.

    Numbers that only a running count makes (`1`, `0042`) would meet by chance; a source that has none
    better should put the store's code before them.
    """
    if not order_id:
        return None
    return "".join(unicodedata.normalize("NFKC", order_id).split()).lstrip("#").casefold() or None
