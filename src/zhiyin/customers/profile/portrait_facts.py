"""The facts that a portrait is drawn from: one look at each table, kept for the questions that follow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime

import duckdb
import msgspec

from zhiyin.customers.profile.facts import ask, units_of, within, write_keys
from zhiyin.customers.profile.index.finding import OTHERS, days_of, write_runs
from zhiyin.listen.api import open_lake
from zhiyin.people.scope import Scope


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A voice in few words; `score` is −1 to 1."""

    feedback_id: str
    day: date
    at: datetime
    channel: str
    score: float | None
    is_complaint: bool


class Met(msgspec.Struct, frozen=True, kw_only=True):
    """A contact in few words."""

    record_id: str
    at: datetime
    channel: str | None
    issue_key: str | None
    is_resolved: bool | None


class Bought(msgspec.Struct, frozen=True, kw_only=True):
    """A line of an order."""

    order_id: str
    at: datetime
    product: str | None
    amount: float | None


class AspectCount(msgspec.Struct, frozen=True, kw_only=True):
    """How often the customer spoke of an aspect; the newest voice of each polarity, None without one."""

    aspect: str
    stored: str | None
    n: int
    n_positive: int
    n_negative: int
    newest_negative: str | None
    n_negative_lately: int


class NeedCount(msgspec.Struct, frozen=True, kw_only=True):
    """How often a need was met and not met."""

    name: str
    n_met: int
    n_unmet: int


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of one customer within a scope, the oldest first."""

    said: list[Said]
    met: list[Met]
    bought: list[Bought]
    aspects: list[AspectCount]
    needs: list[NeedCount]


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """SQL of the days that are read of each table."""

    said: str
    met: str
    bought: str


def read_facts(
    keys: Sequence[str],
    *,
    scope: Scope,
    lately: datetime,
    where: Where | None = None,
    with_opinions: bool = True,
) -> Facts:
    """What the customer said, bought and was in contact about; copies and spam are left out.

    `n_negative_lately` counts from `lately` on. All days are read unless `where` narrows. Without opinions
    the widest table stays closed.
    """
    if not keys:
        return Facts(said=[], met=[], bought=[], aspects=[], needs=[])
    days = where or _everywhere(keys)
    units = {"units": units_of(scope)}
    with _open(keys, scope=scope, where=days, with_opinions=with_opinions) as connection:
        said = ask(connection, _SAID, row=Said, values={})
        wanted = with_opinions and said
        on = write_runs(one.day for one in said)
        return Facts(
            said=said,
            met=ask(connection, _met(keys, scope=scope, days=days.met), row=Met, values=units),
            bought=ask(connection, _bought(keys, scope=scope, days=days.bought), row=Bought, values=units),
            aspects=ask(connection, _ASPECTS.format(days=on), row=AspectCount, values={"lately": lately})
            if wanted
            else [],
            needs=ask(connection, _NEEDS, row=NeedCount, values={}) if wanted else [],
        )


def _everywhere(keys: Sequence[str]) -> Where:
    return Where(
        said=days_of(keys, table="feedback", kinds=OTHERS, excluded=True),
        met=days_of(keys, table="contacts"),
        bought=days_of(keys, table="purchases"),
    )


@contextmanager
def _open(
    keys: Sequence[str], *, scope: Scope, where: Where, with_opinions: bool
) -> Iterator[duckdb.DuckDBPyConnection]:
    tables = ["feedback", "purchases", "contacts", *(["opinions"] if with_opinions else [])]
    with closing(open_lake().connect(*tables)) as connection:
        units = {"units": units_of(scope)} if scope.unit_ids is not None else {}
        needs = "needs" if with_opinions else "NULL AS needs"
        connection.execute(_keep_said(keys, scope=scope, days=where.said, needs=needs), units)
        yield connection


def _keep_said(keys: Sequence[str], *, scope: Scope, days: str, needs: str) -> str:
    return f"""
CREATE TEMP TABLE said AS
SELECT feedback_id, day, occurred_at AS "at", channel,
    CAST(sentiment_score AS DOUBLE) AS score, {needs},
    coalesce(len(list_filter(intents, lambda one: one.name = 'complaint')) > 0, FALSE) AS is_complaint
FROM feedback
WHERE author_key IN ({write_keys(keys)}) AND is_current AND NOT coalesce(is_duplicate, FALSE)
    AND NOT coalesce(is_spam, FALSE) AND {within(scope)}
    AND {days}
"""  # noqa: S608 - parts of our own; values are parameters


_SAID = """
SELECT feedback_id, day, "at", channel, score, is_complaint FROM said
ORDER BY "at", feedback_id
"""
_ASPECTS = """
SELECT o.aspect, any_value(o.aspect_name) AS stored, count(*) AS n,
    count(*) FILTER (polarity = 'positive') AS n_positive,
    count(*) FILTER (polarity = 'negative') AS n_negative,
    arg_max(o.feedback_id, o.occurred_at) FILTER (polarity = 'negative') AS newest_negative,
    count(*) FILTER (polarity = 'negative' AND o.occurred_at >= $lately) AS n_negative_lately
FROM opinions AS o
WHERE {days} AND o.is_current AND o.feedback_id IN (SELECT feedback_id FROM said)
GROUP BY o.aspect ORDER BY n DESC, o.aspect
"""
_NEEDS = """
SELECT need.name AS name, count(*) FILTER (need.met) AS n_met, count(*) FILTER (NOT need.met) AS n_unmet
FROM (SELECT unnest(needs) AS need FROM said) GROUP BY 1 ORDER BY count(*) DESC, 1
"""


def _met(keys: Sequence[str], *, scope: Scope, days: str) -> str:
    return f"""
SELECT record_id, occurred_at AS "at", channel, issue_key, is_resolved FROM contacts
WHERE customer_key IN ({write_keys(keys)}) AND is_current AND {within(scope)}
    AND {days}
ORDER BY 2
"""  # noqa: S608 - parts of our own; values are parameters


def _bought(keys: Sequence[str], *, scope: Scope, days: str) -> str:
    return f"""
SELECT coalesce(order_key, record_id) AS order_id, occurred_at AS "at", product, amount FROM purchases
WHERE customer_key IN ({write_keys(keys)}) AND is_current AND {within(scope)}
    AND {days}
ORDER BY 2
"""  # noqa: S608 - parts of our own; values are parameters
