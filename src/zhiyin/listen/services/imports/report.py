"""What is asked of an import, and what it answers."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from zhiyin.listen.importers.mapping import Mapping
from zhiyin.listen.items import FeedbackIn


class ImportRequest(msgspec.Struct, frozen=True, kw_only=True):
    """How a file is to be read and understood; what is not said is guessed.

    `overrides` are wishes such as `text=评论内容` or `rating=分数@0..100`; `mapping` replaces the guess
    altogether. With `is_confirmed` the mapping is kept for the next file with the same header.
    `source` defaults to a mark of the header, so that ids of unrelated files do not meet. `channel`,
    `unit` (a code) and `product` hold for rows that do not say it. `mappings` are those of single tables,
    by their names; tables that are `left_out` are not read. `holds` says what its rows are: voices, or a
    kind of records.
    """

    source: str | None = None
    channel: str | None = None
    unit: str | None = None
    product: str | None = None
    overrides: tuple[str, ...] = ()
    mapping: Mapping | None = None
    mappings: dict[str, Mapping] = {}
    left_out: tuple[str, ...] = ()
    is_confirmed: bool = False
    encoding: str | None = None
    delimiter: str | None = None
    has_header: bool | None = None
    sheets: tuple[str, ...] = ()
    holds: Literal["voices", "purchases", "contacts", "inspections", "products", "visits"] = "voices"
    is_fresh: bool = False
    """Do not resume an interrupted import of the same file."""
    is_checking_ids: bool = False
    """Look at the ids of a given mapping, too: where one stands before different rows, they are none."""


class TablePlan(msgspec.Struct, frozen=True, kw_only=True):
    """How one table of the file is understood; `problems` are codes, see `importers.reasons`."""

    name: str
    kind: str
    source: str
    notes: list[str]
    mapping: Mapping
    origin: Literal["given", "saved", "guessed", "native"]
    problems: list[str] = []


class RefusedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row that would not be taken: its line in the file, the field to blame (or none), the reason."""

    line: int
    field: str
    reason: str


class TablePreview(msgspec.Struct, frozen=True, kw_only=True):
    """A plan with its first rows as they would be taken, and why others among them would not.

    `lines` are those of the items in the file.
    """

    plan: TablePlan
    names: tuple[str, ...]
    rows: list[tuple[str, ...]]
    items: list[FeedbackIn]
    lines: list[int]
    refused: list[RefusedRow]

    @property
    def rejected(self) -> list[str]:
        """The refused rows as one line each."""
        return [f"{row.line}: {row.field} {row.reason}" for row in self.refused]


class ImportPreview(msgspec.Struct, frozen=True, kw_only=True):
    """Every table that can be taken in, and those that cannot, with the reason."""

    tables: list[TablePreview]
    unusable: list[str]


class ImportProgress(msgspec.Struct, frozen=True, kw_only=True):
    """Where an import stands. `share` of the file is 0 to 1; None, as `seconds_left`, if unknown."""

    n_rows: int
    n_accepted: int
    n_unchanged: int
    n_rejected: int
    rows_per_second: float
    share: float | None
    seconds_left: float | None


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did. `rejected_file` is None where every row was taken.

    `n_accepted` rows are on disk in the intake log; the pipeline makes facts of them. `n_unchanged` were
    stored before. `is_resumed`: an interrupted run had done `n_skipped` of the rows.
    """

    job_id: int
    file_name: str
    status: Literal["done", "cancelled"]
    n_rows: int
    n_accepted: int
    n_unchanged: int
    n_rejected: int
    n_skipped: int
    seconds: float
    rejected_file: Path | None
    tables: list[TablePlan]
    unusable: list[str]

    @property
    def is_resumed(self) -> bool:
        """Whether it went on where an earlier run was interrupted."""
        return self.n_skipped > 0
