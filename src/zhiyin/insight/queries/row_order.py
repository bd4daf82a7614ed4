"""How lists of voices are sorted, as SQL."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from zhiyin.insight import dialect
from zhiyin.insight.selection import Parameter
from zhiyin.listen.queries.feedback import FeedbackOut


class Order(StrEnum):
    """How the list is sorted."""

    NEWEST = "newest"
    OLDEST = "oldest"
    URGENT = "urgent"
    WORST = "worst"


# What each order sorts by, all descending, so that a voice's place is a tuple to compare with.
KEYS: Mapping[Order, tuple[str, ...]] = {
    Order.NEWEST: ("occurred_at", "feedback_id"),
    Order.OLDEST: ("-epoch_us(occurred_at)", "feedback_id"),
    Order.URGENT: ("urgency", "occurred_at", "feedback_id"),
    Order.WORST: ("-coalesce(stars, 9)", "occurred_at", "feedback_id"),
}
_HERE: Mapping[str, str] = {
    "occurred_at": "CAST($here_time AS TIMESTAMPTZ)",
    "-epoch_us(occurred_at)": "-epoch_us(CAST($here_time AS TIMESTAMPTZ))",
    "urgency": "$here_urgency",
    "-coalesce(stars, 9)": "-$here_stars",
    "feedback_id": "$here_id",
}
_DAY = dialect.day_number("occurred_at", shift="0")
_DAYS = 1_000_000  # more than there are
# A number that grows with the place in the order, coarsely: what deep pages are found by.
STEPS: Mapping[Order, str] = {
    Order.NEWEST: _DAY,
    Order.OLDEST: f"-{_DAY}",
    Order.URGENT: f"urgency * {_DAYS} + {_DAY}",
    Order.WORST: f"CAST(round(-coalesce(stars, 9) * 1000) AS BIGINT) * {_DAYS} + {_DAY}",
}


def sort_by(order: Order, *, direction: str = "DESC") -> str:
    """The keys for ORDER BY."""
    return ", ".join(f"{key} {direction}" for key in KEYS[order])


def here_in(order: Order) -> str:
    """The place of one voice as a tuple like the keys."""
    return ", ".join(_HERE[key] for key in KEYS[order])


def here_values(here: FeedbackOut) -> dict[str, Parameter]:
    """The values that `here_in` names."""
    return {
        "here_id": here.feedback_id,
        "here_time": here.occurred_at,
        "here_urgency": here.urgency,
        "here_stars": 9.0 if here.stars is None else here.stars,
    }
