"""What the index keeps of each fact besides its place, so that a portrait opens no file of the lake."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from zhiyin.customers.events.tables import CUSTOMER_EVENTS
from zhiyin.customers.profile.facts import write_keys

TALK, PROMISE, ISSUE = "talk", "promise", "issue:"
_RECORDS: Mapping[str, str] = {
    "contacts": "record_id",
    "purchases": "coalesce(order_key, record_id)",
    "products_owned": "record_id",
    "visits": "record_id",
}
INDEXED = ("feedback", *_RECORDS, CUSTOMER_EVENTS.name)
"""The tables of the lake that hold facts of customers; a number in the index is a place here."""
WATCHED: Mapping[str, Sequence[str]] = {"feedback": ("feedback", "opinions")}
"""Tables whose files tell something of a table's facts, where it is not the table alone."""


class SaidTold(msgspec.Struct, frozen=True, array_like=True):
    """Of a voice; `is_left_out`: a copy or spam. Needs with whether they were met, opinions with polarity."""

    channel: str
    score: float | None
    is_complaint: bool
    is_left_out: bool
    needs: list[tuple[str, bool | None]]
    opinions: list[tuple[str, str | None, str | None]]


class MetTold(msgspec.Struct, frozen=True, array_like=True):
    """Of a contact."""

    channel: str | None
    issue_key: str | None
    is_resolved: bool | None


class BoughtTold(msgspec.Struct, frozen=True, array_like=True):
    """Of an order: product and amount of each line."""

    lines: list[tuple[str | None, float | None]]


Told = SaidTold | MetTold | BoughtTold
TOLD: Mapping[str, type[Told]] = {"feedback": SaidTold, "contacts": MetTold, "purchases": BoughtTold}
"""The tables of which more is kept than that there is a fact."""


class Row(msgspec.Struct, frozen=True):
    """A fact as the index keeps it; `day` counts from 1970, `moment` in microseconds, `unit_id` 0 is none."""

    key: str
    kind: str
    moment: int
    id: str
    day: int
    unit_id: int
    told: Told | None


def tables_of(table: str) -> Sequence[str]:
    """What a connection needs for `select_rows`."""
    return WATCHED.get(table, (table,))


def select_rows(table: str, *, days: str, keys: Sequence[str] | None = None) -> str:
    """SQL of a table's facts for `read_rows`; `days` holds for their days. Without `keys` everybody's."""
    column = "author_key" if table == "feedback" else "customer_key"
    among = f"{column} IN ({write_keys(keys)})" if keys is not None else f"{column} IS NOT NULL"
    if table in ("feedback", "purchases"):
        return (_SAID if table == "feedback" else _BOUGHT).format(days=days, among=among)
    told = "channel, issue_key, is_resolved" if table == "contacts" else "NULL"
    current = "is_current" if table in _RECORDS else "TRUE"
    return (
        f"SELECT customer_key, '{table}', epoch_us(occurred_at), {_RECORDS.get(table, 'event_id')},"  # noqa: S608 - own parts
        f" CAST(day - DATE '1970-01-01' AS INTEGER), coalesce(unit_id, 0), {told}"
        f" FROM {table} WHERE {days} AND {current} AND {among}"
    )


_SAID = """
WITH heard AS (
    SELECT author_key, CASE WHEN n_turns > 0 THEN 'talk' ELSE channel END AS kind,
        epoch_us(occurred_at) AS moment, feedback_id, CAST(day - DATE '1970-01-01' AS INTEGER) AS on_day,
        coalesce(unit_id, 0) AS unit_id, channel, CAST(sentiment_score AS DOUBLE) AS score,
        coalesce(len(list_filter(intents, lambda one: one.name = 'complaint')) > 0, FALSE) AS is_complaint,
        coalesce(is_duplicate, FALSE) OR coalesce(is_spam, FALSE) AS is_left_out, needs,
        coalesce(n_turns, 0) > 0 AND coalesce(
            len(list_filter(conversation.marks, lambda one: one.kind = 'promise')) > 0, FALSE) AS has_promise
    FROM feedback WHERE {days} AND is_current AND {among}
), opined AS (
    SELECT feedback_id, list([aspect, aspect_name, polarity]) AS opinions FROM opinions
    WHERE {days} AND is_current AND feedback_id IN (SELECT feedback_id FROM heard) GROUP BY feedback_id
)
SELECT author_key, kind, moment, feedback_id, on_day, unit_id, channel, score, is_complaint, is_left_out,
    needs, opinions, has_promise
FROM heard LEFT JOIN opined USING (feedback_id)
"""
_BOUGHT = """
SELECT customer_key, 'purchases', epoch_us(occurred_at), coalesce(order_key, record_id),
    CAST(day - DATE '1970-01-01' AS INTEGER), coalesce(unit_id, 0),
    list({{'product': product, 'amount': CAST(amount AS DOUBLE)}})
FROM purchases WHERE {days} AND is_current AND {among}
GROUP BY ALL
"""


def read_rows(table: str, row: Sequence[Any]) -> Iterator[Row]:
    """The rows of the index that a row of `select_rows` makes: the fact, and what else it is found by."""
    told = _tell(table, row)
    key, kind, moment, id_, day, unit_id = row[:6]
    fact = Row(key, kind, moment, id_, day, unit_id, told)
    yield fact
    if isinstance(told, SaidTold) and row[-1]:
        yield Row(key, PROMISE, moment, id_, day, unit_id, None)
    if isinstance(told, MetTold) and told.issue_key is not None:
        yield Row(key, ISSUE + told.issue_key, moment, id_, day, unit_id, None)


def _tell(table: str, row: Sequence[Any]) -> Told | None:
    if table == "feedback":
        channel, score, is_complaint, is_left_out, needs, opinions, _ = row[6:]
        return SaidTold(
            channel,
            score,
            is_complaint,
            is_left_out,
            [(one["name"], one["met"]) for one in needs or ()],
            [(aspect, name, polarity) for aspect, name, polarity in opinions or ()],
        )
    if table == "contacts":
        return MetTold(*row[6:])
    if table == "purchases":
        return BoughtTold([(one["product"], one["amount"]) for one in row[6]])
    return None
