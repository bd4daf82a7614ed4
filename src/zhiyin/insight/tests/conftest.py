from datetime import UTC, datetime, timedelta

import duckdb
import pyarrow as pa
import pytest

from zhiyin.listen.facts import FEEDBACK, OPINIONS, REPLIES

NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)


def _table(rows, spec):
    return pa.Table.from_pylist([{**dict.fromkeys(spec.schema.names), **row} for row in rows], spec.schema)


class SmallLake:
    """Hand-made facts: `say` adds a voice with its opinions, `connect` gives the views."""

    def __init__(self):
        self.feedback, self.opinions, self.replies = [], [], None

    def say(self, *, opinions=(), reply_after_hours=None, days_ago=0, at=None, **columns):
        number = len(self.feedback)
        moment = at or NOON - timedelta(days=days_ago)
        row = {
            "feedback_id": f"voice-{number:05d}",
            "revision": 1,
            "is_current": True,
            "channel": "review_site",
            "occurred_at": moment,
            "day": moment.date(),
            "sentiment": "neutral",
            "urgency": 0,
            "is_duplicate": False,
            "is_spam": False,
            "is_solicited": False,
            "emotions": [],
            "intents": [],
            "needs": [],
            "signals": [],
            **columns,
        }
        self.feedback.append(row)
        common = {
            name: row.get(name)
            for name in ("feedback_id", "is_current", "channel", "unit_id", "occurred_at", "stars", "day")
        }
        is_excluded = row["is_duplicate"] or row["is_spam"] or row["is_solicited"]
        for aspect, polarity, term, opinion in opinions:
            self.opinions.append(
                common
                | {
                    "aspect": aspect,
                    "aspect_name": f"名{aspect}",
                    "polarity": polarity,
                    "term": term,
                    "opinion": opinion,
                    "is_excluded": is_excluded,
                }
            )
        if reply_after_hours is not None:
            replied = moment + timedelta(hours=reply_after_hours)
            self.replies = [*(self.replies or []), {**common, "replied_at": replied}]
        return row["feedback_id"]

    def connect(self):
        connection = duckdb.connect(":memory:")
        connection.register("feedback", _table(self.feedback, FEEDBACK))
        connection.register("opinions", _table(self.opinions, OPINIONS))
        if self.replies is not None:
            connection.register("replies", _table(self.replies, REPLIES))
        return connection


@pytest.fixture
def small_lake():
    return SmallLake()


@pytest.fixture
def noon():
    return NOON
