"""The reports after a replay of real appeals agree with the file, counted without any of our code."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest

from zhiyin.respond.replay import read_appeals, read_figures, replay

NOW = datetime(2026, 11, 23, tzinfo=UTC)
# By the file alone: the k-th hand-over of a case is the k-th link of its chain, the first of which leaves
# the company's own desk. Nine of ten: the smallest number of days that at least so many do not exceed.
_COUNT = """
SELECT count(*), sum(n_transfers), avg(days_to_final_reply), count(*) FILTER (n_transfers = 0),
    count(*) FILTER (n_transfers > 2), count(*) FILTER (n_transfers > 0),
    sum(greatest(n_transfers - 1, 0)),
    quantile_disc(days_to_final_reply, 0.5), quantile_disc(days_to_final_reply, 0.9)
FROM (SELECT n_transfers::BIGINT AS n_transfers, days_to_final_reply::BIGINT AS days_to_final_reply
    FROM read_csv($path, header = true, all_varchar = true))
"""


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.django_db
def test_the_reports_on_replayed_hotline_appeals_agree_with_the_file(public_data: Path) -> None:
    path = public_data / "complaints" / "hotline_12345.csv"
    appeals = read_appeals(path, zone=ZoneInfo("Asia/Shanghai"), now=NOW)
    rows = list(replay(appeals, source=path.name))
    counted = duckdb.execute(_COUNT, {"path": str(path)}).fetchone()
    assert counted is not None
    n, n_transfers, mean, n_first, n_kicked, n_from_head, n_between, median, p90 = counted
    assert len(rows) == n == sum(row.outcome == "replayed" for row in rows)
    found = read_figures(now=NOW)
    assert (found.n_cases, found.n_transfers) == (n, n_transfers)
    assert found.transfers_per_case == n_transfers / n
    assert found.mean_days == pytest.approx(mean, rel=1e-12)
    assert (found.median_days, found.p90_days) == (median, p90)
    assert found.first_contact == n_first / n
    assert found.kicked_about == n_kicked / n
    assert found.reopened == 0  # the file knows of none
    assert {(edge.from_kind, edge.to_kind): (edge.n, edge.per_case) for edge in found.edges} == {
        ("company", "unit"): (n_from_head, n_from_head / n),
        ("unit", "unit"): (n_between, n_between / n),
    }
