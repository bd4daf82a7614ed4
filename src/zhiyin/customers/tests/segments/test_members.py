"""Who is in a segment: every kind of condition, nested, in time, in scope, fixed on a day."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pyarrow as pa
import pytest

from zhiyin.customers.models import Identity
from zhiyin.customers.rollup.erasing import erase_from_rollup
from zhiyin.customers.rollup.making import make_rollup
from zhiyin.customers.segments import services
from zhiyin.customers.segments.definition import read_definition
from zhiyin.customers.segments.errors import SegmentChanged, SegmentNotFound
from zhiyin.customers.segments.members import (
    choose,
    choose_of,
    count_chosen,
    list_chosen,
    open_customers,
    read_members,
)
from zhiyin.engine.protocols import TableSpec
from zhiyin.people.scope import EVERYTHING, Scope


def _all(*parts, op="all"):
    return {"is": "group", "op": op, "parts": list(parts)}


@pytest.fixture
def chosen(engine, now):
    def run(*parts, scope=EVERYTHING, op="all"):
        """Numbers of the persons that the conditions choose."""
        make_rollup(engine, now=now)
        choice = choose(read_definition(_all(*parts, op=op)), now=now)
        with open_customers(engine, scope=scope, now=now) as connection:
            members = list_chosen(connection, choice, limit=100)
            assert count_chosen(connection, choice).n == len(members)
        return {int(one.customer.hex[-12:]) for one in members}

    return run


@pytest.fixture
def people(person, say, buy, call, stores):
    """1: complains and buys; 2: praises at the other store; 3: bought long ago, called; 4: was only seen."""
    one, two, three = person(1), person(2), person(3)
    person(4, units=[stores[0]])
    taste, price = ("dish_taste", "negative"), ("price_level", "negative")
    complaint = [{"name": "complaint", "confidence": 0.9}]
    say(one.key, unit=stores[0], sentiment="negative", opinions=[taste, price], intents=complaint, days_ago=5)
    say(one.key, unit=stores[0], sentiment="negative", opinions=[taste], stars=1.0, days_ago=50)
    say(two.key, unit=stores[1], sentiment="positive", opinions=[("dish_taste", "positive")], days_ago=2)
    say(two.key, unit=stores[1], rating=3.0, rating_scale=10.0, stars=2.0, product="奶茶", days_ago=20)
    buy(one.key, unit=stores[0], amount=80.0, order_key="o1", product="奶茶", channel="app", days_ago=4)
    buy(one.key, unit=stores[0], amount=40.0, order_key="o2", product="果茶", channel="app", days_ago=3)
    buy(three.key, unit=stores[0], amount=500.0, order_key="o3", product="奶茶", days_ago=400)
    call(three.key, unit=stores[0], channel="phone", is_resolved=False, days_ago=1)


SPOKE = {"is": "spoke", "aspect": "dish_taste", "polarity": "negative"}


@pytest.mark.parametrize(
    ("condition", "who"),
    [
        ({"is": "spoke"}, {1, 2}),
        (SPOKE, {1}),
        ({**SPOKE, "n": 2}, {1}),
        ({**SPOKE, "n": 2, "days": 30}, set()),
        ({**SPOKE, "n": 3}, set()),
        ({**SPOKE, "n": 2, "compare": "fewer_than"}, {2, 3, 4}),
        ({"is": "wrote"}, {1, 2}),
        ({"is": "wrote", "sentiment": "negative", "n": 2}, {1}),
        ({"is": "wrote", "intent": "complaint"}, {1}),
        ({"is": "wrote", "product": "奶茶"}, {2}),
        ({"is": "wrote", "channel": "review_site", "days": 3}, {2}),
        ({"is": "wrote", "compare": "fewer_than"}, {3, 4}),
        ({"is": "rated", "scale": "nps", "compare": "at_most", "value": 6}, {2}),
        ({"is": "rated", "scale": "nps", "compare": "at_least", "value": 9}, set()),
        ({"is": "rated", "scale": "stars", "compare": "at_most", "value": 1}, {1}),
        ({"is": "bought"}, {1, 3}),
        ({"is": "bought", "days": 365}, {1}),
        ({"is": "bought", "product": "奶茶"}, {1, 3}),
        ({"is": "bought", "product": "奶茶", "n": 2}, set()),
        ({"is": "bought", "channel": "app", "n": 2}, {1}),
        ({"is": "bought", "measure": "amount", "n": 120}, {1, 3}),
        ({"is": "bought", "measure": "amount", "n": 120.5}, {3}),
        ({"is": "bought", "measure": "amount", "n": 0.5, "days": 365}, {1}),
        ({"is": "bought", "measure": "amount", "n": 100, "days": 365, "compare": "fewer_than"}, {2, 3, 4}),
        ({"is": "contacted", "is_unresolved": True}, {3}),
        ({"is": "contacted", "channel": "chat"}, set()),
        ({"is": "visited"}, set()),
        ({"is": "last", "what": "contact", "compare": "at_least", "days": 90}, set()),
        ({"is": "last", "what": "contact", "compare": "at_least", "days": 90, "or_never": True}, {1, 2, 4}),
        ({"is": "last", "what": "purchase", "compare": "at_least", "days": 180}, {3}),
        ({"is": "last", "what": "voice", "compare": "at_most", "days": 2}, {2}),
        ({"is": "last", "what": "complaint", "compare": "at_most", "days": 5}, {1}),
        ({"is": "figure", "column": "n_purchases", "compare": "at_least", "value": 2}, {1}),
        ({"is": "figure", "column": "n_purchases", "compare": "at_most", "value": 0}, {2, 4}),
        ({"is": "figure", "column": "stars_mean", "compare": "at_most", "value": 5}, {1, 2}),
        ({"is": "figure", "column": "rfm_money", "compare": "at_least", "value": 1}, {1, 3}),
        ({"is": "seen_at", "unit": "S2"}, {2}),
        ({"is": "seen_at", "unit": "S9"}, set()),
        ({"is": "did", "name": "opened"}, set()),
        ({"is": "owns"}, set()),
        ({"is": "trait", "name": "city", "value": "上海"}, set()),
        ({"is": "trait", "name": "city", "compare": "is_not", "value": "上海"}, {1, 2, 3, 4}),
    ],
)
def test_each_kind_of_condition_chooses_whom_it_says(people, chosen, condition, who):
    assert chosen(condition) == who


def test_conditions_nest(people, chosen):
    bought, wrote = {"is": "bought"}, {"is": "wrote"}
    assert chosen(bought, wrote) == {1}
    assert chosen(bought, wrote, op="any") == {1, 2, 3}
    assert chosen(bought, wrote, op="none") == {4}
    assert chosen(_all(bought, wrote, op="any"), _all(SPOKE, op="none")) == {2, 3}
    assert chosen(bought, _all()) == {1, 3}


def test_an_unknown_figure_is_not_chosen_but_its_opposite_is(people, chosen):
    rated_low = {"is": "figure", "column": "stars_mean", "compare": "at_most", "value": 1.5}
    assert chosen(rated_low) == {1}
    assert chosen(rated_low, op="none") == {2, 3, 4}


def test_a_scope_chooses_by_its_own_facts_alone(people, chosen, stores):
    second = Scope(unit_ids=frozenset({stores[1]}))
    assert chosen({"is": "wrote"}, scope=second) == {2}
    assert chosen({"is": "bought"}, scope=second) == set()
    assert chosen({"is": "bought"}, op="none", scope=second) == {2}


def test_hostile_words_are_words(people, chosen):
    assert chosen({"is": "bought", "product": "x' OR TRUE --"}) == set()
    assert chosen({"is": "trait", "name": "a']) OR (TRUE", "value": "'; DROP TABLE x"}) == set()


def test_events_products_and_traits_choose_where_the_lake_has_them(engine, person, chosen, stores, now):
    one, two = person(1, units=stores), person(2, units=stores)
    time = pa.timestamp("us", tz="UTC")

    def put(name, columns, rows):
        schema = pa.schema([*columns, ("day", pa.date32())])
        engine.lake.create(TableSpec(name=name, schema=schema))
        values = [[row[place] for row in rows] for place in range(len(columns))]
        arrays = [pa.array(v, kind) for v, (_, kind) in zip(values, columns, strict=True)]
        engine.lake.append(name, pa.table([*arrays, pa.array([now.date()] * len(rows))], schema=schema))

    key, at = ("customer_key", pa.string()), ("occurred_at", time)
    ago = now - timedelta(days=3)
    put("customer_events", [key, ("name", pa.string()), at], [(one.key, "opened", ago)] * 2)
    put(
        "products_owned",
        [key, ("product", pa.string()), ("is_current", pa.bool_()), ("warranty_until", time)],
        [
            (one.key, "冰箱", True, now + timedelta(days=20)),
            (two.key, "冰箱", True, now - timedelta(days=1)),
        ],
    )
    put(
        "customer_traits",
        [key, ("name", pa.string()), ("value", pa.string()), ("at", time)],
        [(one.key, "city", "上海", ago), (one.key, "city", "Nanjing", now), (two.key, "age", "41", now)],
    )
    text = pa.string()
    put(
        "visits",
        [key, ("purpose", text), ("channel", text), at, ("is_current", pa.bool_())],
        [
            (one.key, "仅逛逛", "in_store", now, True),
            (one.key, "上门维修", "home", ago, True),
            (two.key, None, None, ago, True),
            (two.key, "上门维修", "home", ago, False),
        ],
    )
    assert chosen({"is": "did", "name": "opened", "n": 2, "days": 4}) == {1}
    assert chosen({"is": "visited", "n": 2}) == {1}
    assert chosen({"is": "visited", "days": 2}) == {1}
    assert chosen({"is": "visited", "purpose": "上门维修", "days": 2}) == set()
    assert chosen({"is": "visited", "channel": "home", "compare": "fewer_than"}) == {2}
    assert chosen({"is": "last", "what": "visit", "compare": "at_least", "days": 3}) == {2}
    assert chosen({"is": "figure", "column": "n_visits", "compare": "at_most", "value": 1}) == {2}
    assert chosen({"is": "did", "name": "opened", "n": 2, "days": 2}) == set()
    assert chosen({"is": "owns", "product": "冰箱"}) == {1, 2}
    assert chosen({"is": "owns", "warranty_days": 30}) == {1}
    assert chosen({"is": "owns", "warranty_days": 30}, scope=Scope(unit_ids=frozenset(stores))) == {1}
    assert chosen({"is": "trait", "name": "city", "value": "nanjing"}) == {1}
    assert chosen({"is": "trait", "name": "city", "compare": "contains", "value": "jin"}) == {1}
    assert chosen({"is": "trait", "name": "age", "compare": "at_least", "value": "40"}) == {2}
    assert chosen({"is": "trait", "name": "city", "compare": "at_least", "value": "1"}) == set()
    assert chosen({"is": "trait", "name": "age", "compare": "is_known"}) == {2}


def test_all_members_are_read_once_each(people, engine, now):
    make_rollup(engine, now=now)
    choice = choose(read_definition(_all({"is": "last", **NEVER})), now=now)
    with open_customers(engine, scope=EVERYTHING, now=now) as connection:
        batches = list(read_members(connection, choice, a_batch=2))
    assert [len(batch) for batch in batches] == [2, 2]
    assert len({one.customer for batch in batches for one in batch}) == 4


NEVER = {"what": "anything", "compare": "at_least", "days": 1, "or_never": True}


@pytest.fixture
def complainers(db, now):
    wanted = services.WantedSegment(name="不满口味", definition=read_definition(_all(SPOKE)))
    return services.save_segment(wanted, by=None, now=now)


def _names(engine, choice, now, scope=EVERYTHING):
    with open_customers(engine, scope=scope, now=now) as connection:
        return {int(one.customer.hex[-12:]) for one in list_chosen(connection, choice, limit=100)}


def test_a_snapshot_stays_while_a_living_segment_follows(people, complainers, engine, say, stores, now):
    make_rollup(engine, now=now)
    taken = services.take_snapshot(complainers, engine=engine, scope=EVERYTHING, by=None, now=now)
    assert taken.n_customers == 1
    two = Identity.objects.get(key=f"{2:032x}")
    say(two.key, unit=stores[1], opinions=[("dish_taste", "negative")])
    make_rollup(engine, now=now)
    assert _names(engine, choose_of(complainers, now=now), now) == {1, 2}
    kept = choose_of(complainers, snapshot=taken, now=now)
    assert _names(engine, kept, now) == {1}
    assert _names(engine, kept, now, scope=Scope(unit_ids=frozenset({stores[1]}))) == set()


def test_members_of_a_snapshot_follow_links_and_leave_when_erased(people, complainers, engine, now):
    make_rollup(engine, now=now)
    taken = services.take_snapshot(complainers, engine=engine, scope=EVERYTHING, by=None, now=now)
    kept = choose_of(complainers, snapshot=taken, now=now)
    one = Identity.objects.get(key=f"{1:032x}")
    one.customer, one.changed_at = UUID("019a0000-0000-7000-8000-000000000000"), now + timedelta(days=1)
    one.save()
    make_rollup(engine, now=now)
    assert _names(engine, kept, now) == {0}
    one.delete()
    erase_from_rollup(engine)
    assert _names(engine, kept, now) == set()


def test_a_snapshot_holds_what_its_taker_saw(people, complainers, engine, stores, now):
    make_rollup(engine, now=now)
    scope = Scope(unit_ids=frozenset({stores[1]}))
    taken = services.take_snapshot(complainers, engine=engine, scope=scope, by=None, now=now)
    assert taken.n_customers == 0


def test_every_change_is_a_version_and_may_be_taken_back(complainers, now):
    changed = services.WantedSegment(name="不满", definition=read_definition(_all({"is": "bought"})))
    later = now + timedelta(hours=1)
    services.save_segment(changed, by=None, now=later, segment_id=complainers.pk, seen_version=1)
    restored = services.restore_version(complainers.pk, number=1, by=None, now=later)
    assert (restored.version, restored.name) == (3, "不满口味")
    assert restored.definition == complainers.definition
    assert [one.number for one in restored.versions.order_by("number")] == [1, 2, 3]


def test_a_change_on_top_of_somebody_elses_is_refused(complainers, now):
    wanted = services.WantedSegment(name="x", definition=read_definition(_all(SPOKE)))
    services.save_segment(wanted, by=None, now=now, segment_id=complainers.pk, seen_version=1)
    with pytest.raises(SegmentChanged, match="meanwhile"):
        services.save_segment(wanted, by=None, now=now, segment_id=complainers.pk, seen_version=1)


def test_a_deleted_segment_is_gone_until_it_is_brought_back(complainers, now):
    services.delete_segment(complainers.pk, now=now)
    with pytest.raises(SegmentNotFound):
        services.restore_version(complainers.pk, number=1, by=None, now=now)
    assert services.restore_segment(complainers.pk).deleted_at is None
