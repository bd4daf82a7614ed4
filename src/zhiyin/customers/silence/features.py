"""What is known of each customer on a day, from the facts before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb
import numpy as np
import pyarrow as pa

from zhiyin.listen.validation import LOCAL_ZONE
from zhiyin.measure.estimate import Floats
from zhiyin.measure.rhythm import Histories, histories

RECENT_DAYS = 90
_YEAR_DAYS = 365
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OFFSET = _EPOCH.astimezone(LOCAL_ZONE).utcoffset()
_OFFSET_SECONDS = int(_OFFSET.total_seconds()) if _OFFSET else 0
# Days are counted in the company's zone: arithmetic, for a calendar costs ten times as much.
_DAY = f"CAST(floor((epoch(occurred_at) + {_OFFSET_SECONDS}) / 86400) AS INTEGER)"
_IS_COMPLAINT = "list_contains(intents, 'complaint')"

_SQL = f"""
WITH dealings AS (
    SELECT number, {_DAY} AS day FROM fact_purchases WHERE occurred_at < $until
    UNION SELECT number, {_DAY} AS day FROM fact_voices WHERE occurred_at < $until
    UNION SELECT number, {_DAY} AS day FROM fact_contacts WHERE occurred_at < $until
),
rhythm AS (
    SELECT number, count(*) - 1 AS repeats, min(day) AS first_day, max(day) AS last_day
    FROM dealings GROUP BY number
),
spoke AS (
    SELECT
        number, count(*) AS n_voices, max(occurred_at) AS last_voice_at,
        arg_max(sentiment, occurred_at) AS last_sentiment,
        max(occurred_at) FILTER ({_IS_COMPLAINT}) AS last_complaint_at,
        count(*) FILTER ({_IS_COMPLAINT} AND occurred_at >= $recent) AS n_recent_complaints
    FROM fact_voices WHERE occurred_at < $until GROUP BY number
),
bought AS (
    SELECT
        number, max(occurred_at) AS last_purchase_at,
        sum(amount) FILTER (occurred_at >= $year) AS amount_year
    FROM fact_purchases WHERE occurred_at < $until GROUP BY number
),
turned AS (
    SELECT
        number, count(*) FILTER (occurred_at >= $recent) AS n_recent_contacts,
        count(*) FILTER (is_resolved IS FALSE AND occurred_at >= $recent) AS n_recent_unresolved
    FROM fact_contacts WHERE occurred_at < $until GROUP BY number
)
SELECT
    customer, rhythm.number, repeats, first_day, last_day,
    coalesce(spoke.n_voices, 0) AS n_voices, spoke.last_voice_at,
    coalesce(last_sentiment = 'negative', FALSE) AS is_last_negative, spoke.last_complaint_at,
    coalesce(n_recent_complaints, 0) AS n_recent_complaints,
    bought.last_purchase_at, bought.amount_year,
    coalesce(n_recent_contacts, 0) AS n_recent_contacts,
    coalesce(n_recent_unresolved, 0) AS n_recent_unresolved,
    coalesce(
        spoke.last_complaint_at >= spoke.last_voice_at
        AND spoke.last_complaint_at >= coalesce(bought.last_purchase_at, spoke.last_complaint_at), FALSE
    ) AS has_complained_last
FROM rhythm
JOIN customers ON customers.number = rhythm.number
LEFT JOIN spoke ON spoke.number = rhythm.number
LEFT JOIN bought ON bought.number = rhythm.number
LEFT JOIN turned ON turned.number = rhythm.number
ORDER BY rhythm.number
"""  # noqa: S608 - own texts


REASONS = ("silence", "complained", "last_negative", "unresolved", "often_contacted", "tenure")
"""What the risk to leave is made of, in this order; names in both languages stand in `naming`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Customers in the order of `rows`; `day` is the day of asking, in days since 1970."""

    rows: pa.Table
    day: int

    def __len__(self) -> int:
        return int(self.rows.num_rows)

    def column(self, name: str) -> Floats:
        """A column of figures, NaN for what is not known."""
        return np.asarray(self.rows[name].to_numpy(zero_copy_only=False), dtype=np.float64)

    @property
    def histories(self) -> Histories:
        """The dealings of each, a day counting once."""
        first = self.column("first_day")
        return histories(self.column("repeats"), self.column("last_day") - first, self.day - first)


def read_known(connection: duckdb.DuckDBPyConnection, *, day: int) -> Known:
    """Everybody who dealt with the company up to the end of that day, from the views of the roll-up.

    A dealing is a day on which somebody bought, spoke or was in contact. One statement over all facts.
    """
    until = start_of(day + 1)
    given = {
        "until": until,
        "recent": until - timedelta(days=RECENT_DAYS),
        "year": until - timedelta(days=_YEAR_DAYS),
    }
    return Known(rows=connection.execute(_SQL, given).to_arrow_table(), day=day)


def read_days(connection: duckdb.DuckDBPyConnection) -> tuple[int, int] | None:
    """The first and the last day with a dealing; None without any."""
    found = connection.execute(
        f"SELECT min(day), max(day) FROM (SELECT {_DAY} AS day FROM fact_purchases"  # noqa: S608 - own texts
        f" UNION ALL SELECT {_DAY} FROM fact_voices UNION ALL SELECT {_DAY} FROM fact_contacts)"
    ).fetchall()
    first, last = found[0]
    return None if first is None else (int(first), int(last))


def day_of(moment: datetime) -> int:
    """The day in the company's zone, counted from 1970."""
    return int((moment.timestamp() + _OFFSET_SECONDS) // 86_400)


def start_of(day: int) -> datetime:
    """When that day begins."""
    return _EPOCH + timedelta(seconds=day * 86_400 - _OFFSET_SECONDS)


def make_reasons(known: Known, *, will_come: Floats) -> Floats:
    """What may tell that somebody leaves: a row a customer, a column each of `REASONS`."""
    chance = np.clip(1 - will_come, 1e-6, 1 - 1e-6)
    return np.column_stack(
        [
            np.log(chance / (1 - chance)),
            known.column("n_recent_complaints") > 0,
            known.column("is_last_negative"),
            known.column("n_recent_unresolved") > 0,
            known.column("n_recent_contacts") >= 3,
            np.log1p(known.histories.observed),
        ]
    ).astype(np.float64)
