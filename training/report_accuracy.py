"""Writes docs/accuracy.md: how right the analyser is, on texts kept back, beside baselines.

python training/report_accuracy.py --data ../shared/data --output docs/accuracy.md
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from accuracy_own import (
    conversations_table,
    fields_table,
    labels_table,
    phenomena_table,
    private_table,
    written_table,
)
from accuracy_public import car_table, restaurant_table, sentiment_table, triplet_table
from accuracy_tables import Table
from zhiyin.understand import Analyser

COMMAND = "python training/report_accuracy.py --data ../shared/data --output docs/accuracy.md"
SECTIONS: tuple[Callable[[Path], Table], ...] = (
    *(sentiment_table, restaurant_table, triplet_table, car_table, phenomena_table, fields_table),
    *(private_table, written_table, conversations_table, labels_table),
)
_HEAD = """\
# How right it is

Written on {day} by `make accuracy`, that is

    {command}

with the model `{model}`. Do not edit: run it again. It needs the public data sets, which are not part of the
repository; with them every figure comes out the same. [Understanding](understanding.md) tells how it works
and what it cannot do.

Every figure is of texts that the measured model has not learned from; the shipped model then learns from all
texts that may be learned from. **Floor** and **goal** are what we asked of ourselves. Where a baseline is
better than ours, a line below the table says so.
"""
_WORSE = """\
## Where we are worse than a baseline

{lines}

## Where we miss our own floor

{missed}
"""


def main() -> None:
    """Measure all sections and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--only", nargs="*", help="Names of sections, to look at; nothing is written.")
    options = parser.parse_args()
    tables = []
    for section in SECTIONS:
        if options.only and section.__name__.removesuffix("_table") not in options.only:
            continue
        started = time.monotonic()
        tables.append(section(options.data))
        _tell(f"{section.__name__}: {time.monotonic() - started:.0f} s")
    if options.only:
        _tell("\n\n".join(table.to_markdown() for table in tables))
        return
    options.output.write_text(write_report(tables), encoding="utf-8")


def write_report(tables: list[Table]) -> str:
    """The whole document."""
    version = Analyser().analyse("好").model.model
    head = _HEAD.format(day=datetime.now(UTC).date().isoformat(), command=COMMAND, model=version)
    worse = [f"- {table.title}: {line}" for table in tables for line in table.worse()]
    missed = [f"- {table.title}: {line}" for table in tables for line in table.below_floor()]
    nowhere = "Nowhere, in this report."
    lines, floors = "\n".join(worse) or nowhere, "\n".join(missed) or nowhere
    return "\n".join(
        [
            head,
            _WORSE.format(lines=lines, missed=floors),
            "\n\n".join(table.to_markdown() for table in tables),
            "",
        ]
    )


def _tell(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
