"""Paths: what follows what, after how long, and what may be said of repetition and silence."""

import re
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from zhiyin.insight.journeys.paths import By, find_paths
from zhiyin.insight.selection import VoiceFilter
from zhiyin.listen.items import AuthorIn, FeedbackIn, IdentityIn, UnitIn
from zhiyin.listen.records.tables import CONTACTS, PURCHASES
from zhiyin.people.scope import EVERYTHING, Scope

DAY = timedelta(days=1)


def _find(connection, now, *, scope=EVERYTHING, filter=None, by=By.TOUCHPOINT):
    return find_paths(connection, scope=scope, filter=filter or VoiceFilter(), by=by, now=now)


def _walk(lake, customer, *steps, now, **columns):
    """Voices of one customer: (touchpoint, days ago)."""
    for touchpoint, days_ago in steps:
        lake.say(author_key=customer, touchpoint=touchpoint, at=now - days_ago * DAY, **columns)


def test_ways_are_counted_with_their_share_and_median_time(small_lake, noon):
    _walk(small_lake, "a", ("shop", 10), ("help", 8), now=noon)
    _walk(small_lake, "b", ("shop", 10), ("help", 6), ("shop", 5), now=noon)
    _walk(small_lake, "c", ("shop", 9), ("delivery", 8), now=noon)
    small_lake.say(touchpoint="shop")  # nobody knows whose it is
    found = _find(small_lake.connect(), noon)
    first = found.ways[0]
    assert (first.step, first.next_step, first.n, first.n_customers) == ("shop", "help", 2, 2)
    assert (first.share.value, first.share.n) == (pytest.approx(2 / 3), 3)
    assert first.median_hours == pytest.approx(72)
    assert {one.code: one.n for one in found.steps} == {"shop": 4, "help": 2, "delivery": 1}


def test_repetition_and_silence_are_judged_only_where_they_could_be_seen(small_lake, noon):
    _walk(small_lake, "a", ("help", 90), ("help", 87), now=noon)
    _walk(small_lake, "b", ("help", 80), ("help", 70), now=noon)
    _walk(small_lake, "c", ("help", 2), now=noon)  # what follows is not known yet
    [step] = _find(small_lake.connect(), noon).steps
    assert (step.n, step.repeats.n, step.silences.n) == (5, 4, 4)
    assert step.repeats.value == 0.25  # 3 days apart is one, 10 days is none
    assert step.silences.value == 0.5  # after each customer's last


def test_only_the_asker_s_units_make_steps(small_lake, noon):
    _walk(small_lake, "a", ("shop", 9), ("help", 8), now=noon, unit_id=1)
    _walk(small_lake, "b", ("shop", 9), ("help", 8), now=noon, unit_id=2)
    found = _find(small_lake.connect(), noon, scope=Scope(unit_ids=frozenset({1})))
    assert [one.n for one in found.ways] == [1]


def test_contacts_and_purchases_are_steps_where_they_were_brought_in(small_lake, noon):
    _walk(small_lake, "a", ("shop", 5), now=noon)
    connection = small_lake.connect()
    contact = {"customer_key": "a", "channel": "call_centre", "occurred_at": noon - 3 * DAY}
    bought = {"customer_key": "a", "order_key": "o", "occurred_at": noon - 7 * DAY}
    connection.register("contacts", _table([contact], CONTACTS, noon))
    # Two lines of one order are one purchase.
    connection.register("purchases", _table([bought, {**bought, "product": "x"}], PURCHASES, noon))
    found = _find(connection, noon)
    assert [(one.step, one.next_step) for one in found.ways] == [
        ("purchase", "shop"),
        ("shop", "contact:call_centre"),
    ]
    assert found.has_contacts
    assert found.has_purchases


@pytest.mark.django_db
def test_the_page_tells_the_most_frequent_way_and_exports_all(company):
    now = datetime.now(UTC)
    items = [
        FeedbackIn(
            text=f"第{number}位，{touchpoint}，味道很好吃",
            external_id=f"{number}-{touchpoint}",
            occurred_at=now - days_ago * DAY,
            author=AuthorIn(identities=[IdentityIn(type="platform_user", value=f"c{number}")]),
            touchpoint=touchpoint,
            unit=UnitIn(code="n1"),
        )
        for number in range(5)
        for touchpoint, days_ago in (("delivery", 9), ("after_sales", 8))
    ]
    company.hear(*items)
    client = company.visit("analyst")
    page = client.get("/journeys/paths/").content.decode()
    assert re.search("from “[^”]+” to “[^”]+”: 5 times, 100.0%", page), re.search("page-lead.*", page)
    assert "No contacts were brought in" in page
    answer = client.get("/export/journey-paths/?format=csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert (
        "No customer can be followed"
        in company.visit("manager", unit="s1").get("/journeys/paths/").content.decode()
    )
    assert company.visit("agent", unit="n1").get("/export/journey-paths/").status_code == 403


def _table(rows, spec, now):
    given = {"is_current": True, "day": now.date()}
    filled = [{**dict.fromkeys(spec.schema.names), **given, **row} for row in rows]
    return pa.Table.from_pylist(filled, spec.schema)
