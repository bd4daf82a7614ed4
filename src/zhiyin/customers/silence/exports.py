"""Lists of silent customers as rows of files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from django.utils.translation import gettext_lazy as _

from zhiyin.console.exports import Cell
from zhiyin.customers.identifiers.pseudonyms import pseudonyms
from zhiyin.customers.silence.naming import REASON_NAMES
from zhiyin.customers.silence.queries import SilentCustomer

_A_PIECE = 2_000

SILENT_COLUMNS = (
    _("Customer"),
    _("Last dealing"),
    _("Days silent"),
    _("Usually comes every (days)"),
    _("Overdue, times the usual"),
    _("Chance still a customer"),
    _("Risk to leave"),
    _("Why"),
    _("Complained last"),
    _("Days with dealings"),
    _("Voices"),
    _("Spent in a year"),
)


def silent_rows(found: Sequence[SilentCustomer]) -> Iterator[Sequence[Cell]]:
    """A row a customer, in the order of `SILENT_COLUMNS`."""
    for start in range(0, len(found), _A_PIECE):
        part = found[start : start + _A_PIECE]
        for name, one in zip(pseudonyms([one.customer for one in part]), part, strict=True):
            yield (
                name,
                datetime.fromtimestamp(one.last_day * 86_400, UTC).date().isoformat(),
                one.silent_days,
                round(one.interval_days, 1),
                round(one.overdue, 2),
                round(one.still, 3),
                round(one.risk, 3),
                ", ".join(str(REASON_NAMES[reason]) for reason, _value in one.main_parts),
                one.has_complained_last,
                one.n_dealings,
                one.n_voices,
                one.amount_year,
            )
