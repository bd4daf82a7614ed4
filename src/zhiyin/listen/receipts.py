"""What the intake door answers for each item."""

from __future__ import annotations

from typing import Literal

import msgspec

from zhiyin.listen.faults import Fault

Status = Literal["accepted", "unchanged", "rejected"]


class Receipt(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The answer to one item.

    `row` is its 0-based place in the batch. `accepted`: it is on disk, under `id`. `unchanged`: it is
    stored already, under `id`. `rejected`: nothing was kept, `fault` says why, `id` is None.
    """

    row: int
    status: Status
    id: str | None = None
    fault: Fault | None = None
