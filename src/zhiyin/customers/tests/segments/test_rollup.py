"""One row a customer: what it counts, whom it joins, what a scope sees of it."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pyarrow.parquet as pq
import pytest

from zhiyin.customers.rollup.erasing import erase_from_rollup
from zhiyin.customers.rollup.folder import find_making, folder_of, put_in_force
from zhiyin.customers.rollup.making import make_rollup
from zhiyin.people.models import OrgUnit
from zhiyin.people.scope import Scope


def test_before_the_first_making_there_is_nobody(rollup, db):
    assert rollup(makes=False) == []


def test_an_installation_without_facts_has_an_empty_roll_up(rollup, db):
    assert rollup() == []


def test_facts_of_linked_identities_are_one_persons(person, say, buy, call, rollup, stores, now):
    phone, member = person(1), person(2, customer=1)
    say(phone.key, unit=stores[0], stars=5.0, sentiment_score=0.5, days_ago=9)
    say(
        member.key,
        unit=stores[1],
        stars=1.0,
        sentiment="negative",
        sentiment_score=-0.9,
        intents=[{"name": "complaint", "confidence": 0.9}],
        days_ago=3,
    )
    buy(member.key, unit=stores[0], amount=20.0, order_key="o1", product="奶茶", channel="app", days_ago=400)
    buy(phone.key, unit=stores[0], amount=30.0, order_key="o2", product="果茶", days_ago=2)
    call(phone.key, unit=stores[0], is_resolved=False, channel="phone", days_ago=1)
    (one,) = rollup()
    assert one["customer"] == str(phone.born)
    assert (one["n_voices"], one["n_negative"], one["n_complaints"]) == (2, 1, 1)
    assert one["last_complaint_at"] == now - timedelta(days=3)
    assert one["days_since_complaint"] == 3
    assert (one["stars_mean"], one["sentiment_mean"]) == (3.0, pytest.approx(-0.2))
    assert (one["n_purchases"], one["amount_total"], one["amount_year"]) == (2, 50.0, 30.0)
    assert (one["n_contacts"], one["n_unresolved"], one["recency_days"]) == (1, 1, 1)
    assert one["channels"] == ["app", "phone", "review_site"]
    assert one["products"] == ["奶茶", "果茶"] or one["products"] == ["果茶", "奶茶"]
    assert one["units"] == sorted(stores)
    assert one["tenure_days"] == 400


def test_lines_of_one_order_are_one_purchase(person, buy, rollup, stores):
    one = person(1)
    buy(one.key, unit=stores[0], amount=10.0, order_key="o1")
    buy(one.key, unit=stores[0], amount=5.0, order_key="o1")
    (row,) = rollup()
    assert (row["n_purchases"], row["amount_total"]) == (1, 15.0)


def test_copies_spam_and_replaced_voices_do_not_count(person, say, rollup, stores):
    one = person(1, units=[stores[0]])
    say(one.key, unit=stores[0], is_duplicate=True)
    say(one.key, unit=stores[0], is_spam=True)
    say(one.key, unit=stores[0], is_current=False)
    (row,) = rollup()
    assert row["n_voices"] == 0
    assert row["first_at"] is None


def test_facts_without_an_identity_are_nobodys(say, rollup, stores):
    say("f" * 32, unit=stores[0])
    say(None, unit=stores[0])
    assert rollup() == []


def test_a_scope_sees_its_own_units_facts_alone(person, say, buy, rollup, stores):
    both, other = person(1), person(2)
    say(both.key, unit=stores[0], stars=5.0)
    say(both.key, unit=stores[1], stars=1.0, opinions=[("dish_taste", "negative")])
    buy(both.key, unit=stores[1], amount=99.0, order_key="o")
    buy(both.key, amount=7.0, order_key="company")
    say(other.key, unit=stores[1])
    first = Scope(unit_ids=frozenset({stores[0]}))
    (row,) = rollup(scope=first)
    assert (row["customer"], row["n_voices"], row["stars_mean"]) == (str(both.born), 1, 5.0)
    assert (row["n_purchases"], row["amount_total"], row["units"]) == (0, 0.0, [stores[0]])
    assert row["rfm_money"] is None
    assert rollup("SELECT * FROM fact_opinions", scope=first) == []
    assert rollup("SELECT * FROM fact_purchases", scope=first) == []
    assert len(rollup("SELECT * FROM fact_purchases")) == 2
    assert rollup(scope=Scope(unit_ids=frozenset())) == []


def test_a_scope_of_all_units_and_the_whole_company_agree(person, say, buy, rollup, stores):
    for number in range(1, 8):
        one = person(number)
        say(one.key, unit=stores[number % 2], stars=float(number % 5 + 1), sentiment_score=0.1)
        buy(one.key, unit=stores[0], amount=float(number), order_key=f"o{number}", days_ago=number)
    assert rollup(scope=Scope(unit_ids=frozenset(stores))) == rollup()


def test_customers_who_were_only_seen_stand_in_the_roll_up(person, rollup, stores):
    person(1, units=[stores[0]])
    (row,) = rollup(scope=Scope(unit_ids=frozenset({stores[0]})))
    assert (row["n_voices"], row["last_voice_at"], row["days_since_voice"]) == (0, None, None)


def test_competitors_customers_are_not_ours(person, say, rollup, stores):
    OrgUnit.objects.filter(pk=stores[1]).update(kind="competitor")
    ours, theirs = person(1), person(2, units=[stores[1]])
    say(ours.key, unit=stores[0])
    say(ours.key, unit=stores[1])
    say(theirs.key, unit=stores[1])
    (row,) = rollup()
    assert (row["customer"], row["n_voices"]) == (str(ours.born), 1)


def test_quintiles_are_those_of_the_own_base(person, buy, rollup, stores):
    for number in range(1, 11):
        buy(person(number).key, unit=stores[0], amount=number * 10.0, days_ago=number, order_key=f"o{number}")
    person(11, units=[stores[0]])
    rows = rollup()
    assert [row["rfm_money"] for row in rows] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, None]
    assert [row["rfm_recency"] for row in rows] == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1, None]
    assert {row["rfm_frequency"] for row in rows[:10]} == {1}


def test_opinions_are_facts_of_their_speaker(person, say, rollup, stores):
    one = person(1)
    say(one.key, unit=stores[0], opinions=[("dish_taste", "positive"), ("price", "negative")])
    found = rollup("SELECT number, aspect, polarity FROM fact_opinions ORDER BY aspect")
    assert [(row["aspect"], row["polarity"]) for row in found] == [
        ("dish_taste", "positive"),
        ("price", "negative"),
    ]


def test_nothing_is_made_where_nothing_changed(engine, person, say, stores, now):
    one = person(1)
    say(one.key, unit=stores[0])
    first = make_rollup(engine, now=now)
    assert make_rollup(engine, now=now) == first
    say(one.key, unit=stores[0])
    second = make_rollup(engine, now=now)
    assert second.folder != first.folder
    person(2)
    third = make_rollup(engine, now=now)
    assert third.folder != second.folder
    assert make_rollup(engine, now=now + timedelta(days=1)).folder != third.folder
    assert find_making(engine.home).n_customers == 1
    assert len(list(folder_of(engine.home).glob("made-*"))) == 2


def test_a_making_of_another_version_is_none_until_it_is_made_anew(engine, person, say, rollup, stores, now):
    say(person(1).key)
    made = make_rollup(engine, now=now)
    put_in_force(engine.home, msgspec.structs.replace(made, layout=made.layout - 1))
    assert find_making(engine.home) is None
    assert rollup(makes=False) == []
    assert len(rollup()) == 1


def test_a_link_taken_back_parts_the_facts(engine, person, say, rollup, stores, now):
    one, two = person(1), person(2, customer=1)
    say(one.key, unit=stores[0])
    say(two.key, unit=stores[0])
    assert [row["n_voices"] for row in rollup()] == [2]
    two.customer, two.changed_at = two.born, now + timedelta(hours=1)
    two.save()
    assert [row["n_voices"] for row in rollup()] == [1, 1]


def test_nothing_of_an_erased_person_is_left_in_any_file(engine, person, buy, stores, now):
    one, two = person(1), person(2)
    buy(one.key, unit=stores[0], order_key="the-order-of-one", product="独一无二")
    buy(two.key, unit=stores[0], order_key="another")
    make_rollup(engine, now=now)
    engine.lake.delete("purchases", where=f"customer_key = '{one.key}'")
    one.delete()
    erase_from_rollup(engine)
    files = list(folder_of(engine.home).rglob("*.parquet"))
    assert len({file.parent for file in files}) == 1
    for file in files:
        said = str(pq.read_table(file).to_pylist())
        assert not {one.key, str(one.born), "the-order-of-one", "独一无二"} & set(said.split("'"))
