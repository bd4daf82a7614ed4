"""How long a policy takes to decide, with the rows that fitted, and a trial over 2,000 decisions.

`python -m benchmarks.policies`. No database: the shipped tables, and one of 100 rows and 12 columns.
"""

from __future__ import annotations

import os
import random
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiyin.config.settings")

import django

django.setup()

import numpy as np  # noqa: E402

from zhiyin.respond.policies.deciding import decide  # noqa: E402
from zhiyin.respond.policies.shipped import list_shipped  # noqa: E402
from zhiyin.respond.policies.tables import Column, ColumnType, Row, Table, write_jdm  # noqa: E402

N_DECISIONS, N_ROWS, N_COLUMNS = 2_000, 100, 12
MOST_MS = 1.0


def main() -> int:
    """Measure and print; 1 where the median is above `MOST_MS`."""
    random.seed(7)
    slowest = 0.0
    for one in list_shipped():
        jdm = bytes(one.jdm).decode()
        given = [random.choice(one.tests).input for _ in range(N_DECISIONS)]
        slowest = max(slowest, _measure(one.code, jdm, given))
    slowest = max(
        slowest, _measure("100 rows, 12 columns", _large(), [_figures() for _ in range(N_DECISIONS)])
    )
    return 1 if slowest > MOST_MS else 0


def _measure(name: str, jdm: str, given: list[dict[str, object]]) -> float:
    decide(jdm, given[0])  # compiled once a version
    took = []
    began = time.perf_counter()
    for one in given:
        start = time.perf_counter()
        decide(jdm, one)  # type: ignore[arg-type]
        took.append((time.perf_counter() - start) * 1_000)
    whole = time.perf_counter() - began
    median, p95 = np.percentile(took, [50, 95])
    print(f"{name}: median {median:.3f} ms, p95 {p95:.3f} ms; {len(given):,} again in {whole:.2f} s")
    return float(median)


def _large() -> str:
    columns = tuple(Column(field=f"f{i}", type=ColumnType.NUMBER) for i in range(N_COLUMNS))
    words = {"reason_zh": "按规则给予。", "reason_en": "By the rule."}
    rows = tuple(
        Row(
            cells=tuple(f">= {N_ROWS - j}" if i == j % N_COLUMNS else ">= 0" for i in range(N_COLUMNS)),
            kind="money",
            amount=f"f0 * {j}",
            **words,
        )
        for j in range(N_ROWS)
    )
    return write_jdm(Table(columns=columns, rows=rows), name="large")


def _figures() -> dict[str, object]:
    return {f"f{i}": random.randint(0, 20) for i in range(N_COLUMNS)}


if __name__ == "__main__":
    raise SystemExit(main())
