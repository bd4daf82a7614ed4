"""A unit among others: places are right, and no other unit's name or figure gets out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.insight.peers.comparison import compare_with_peers
from zhiyin.insight.peers.quantiles import LEAST_OTHERS, place_among
from zhiyin.insight.selection import VoiceFilter
from zhiyin.listen.items import RatingIn
from zhiyin.measure.estimate import Estimate
from zhiyin.people.models import OrgUnit
from zhiyin.people.services.units import create_unit

GOOD = ("speed", "positive", "上菜", "快")
BAD = ("speed", "negative", "上菜", "慢")


def own_of(value):
    return Estimate(value=value, low=value - 0.1, high=value + 0.1, n=40)


def test_nothing_is_said_of_four_others_and_quarters_want_fifteen():
    assert place_among(own_of(4.0), [1, 2, 3, 4, np.nan], is_good_up=True) is None
    few = place_among(own_of(4.0), [1, 2, 3, 4, 5], is_good_up=True)
    assert (few.n_others, few.middle, few.lower, few.upper) == (5, 3, None, None)
    assert place_among(own_of(4.0), range(15), is_good_up=True).lower is not None


def test_less_is_better_turns_the_place_round():
    others = [10, 20, 30, 40, 50]
    assert place_among(own_of(15), others, is_good_up=True).share_behind == 0.2
    assert place_among(own_of(15), others, is_good_up=False).share_behind == 0.8
    assert place_among(own_of(30), others, is_good_up=False).share_behind == 0.5


@given(st.lists(st.floats(0, 100), min_size=5, max_size=60), st.floats(0, 100))
def test_places_are_shares_and_every_figure_is_the_mean_of_five(others, own):
    found = place_among(Estimate(value=own, low=own - 1, high=own + 1, n=30), others, is_good_up=True)
    assert 0 <= found.share_low <= found.share_behind <= found.share_high <= 1
    ordered = np.sort(others)
    means = [ordered[place : place + LEAST_OTHERS].mean() for place in range(len(others) - LEAST_OTHERS + 1)]
    for shown in (found.lower, found.middle, found.upper):
        assert shown is None or np.isclose(means, shown).any()
    if found.lower is not None:
        assert found.lower <= found.middle <= found.upper


@pytest.fixture
def chain(db):
    north = create_unit("north", name="北区", kind="region")
    return [create_unit(f"s{n}", name=f"{n} 号店", kind="store", parent=north) for n in range(17)]


def test_a_store_is_compared_with_stores_that_have_ten_answers(small_lake, chain):
    for place, store in enumerate(chain):
        for turn in range(12 if place < 16 else 3):
            is_good = turn < place * 0.75
            small_lake.say(
                unit_id=store.pk,
                stars=5 if is_good else 1,
                opinions=[GOOD if is_good else BAD],
                reply_after_hours=place + 1 if turn < 11 else None,
            )
    with small_lake.connect() as connection:
        lines = compare_with_peers(connection, unit_id=chain[12].pk, filter=VoiceFilter())
        smallest = compare_with_peers(connection, unit_id=chain[16].pk, filter=VoiceFilter())
    found = {line.measure: line for line in lines}
    assert set(found) == {"rating", "net", "answers", "hours"}
    assert found["rating"].among.n_others == 15
    # Turns come in wholes, so that the next store has the same rating: it counts half.
    assert found["rating"].among.share_behind == pytest.approx((11 + 1 / 2) / 15)
    assert found["hours"].among.share_behind == pytest.approx(3 / 15)
    assert found["rating"].among.lower < found["rating"].among.middle < found["rating"].among.upper
    assert all(line.among is None and line.is_own_too_small for line in smallest)


def test_waits_told_by_customers_are_compared_less_being_better(small_lake, chain):
    for place, store in enumerate(chain[:7]):
        for _ in range(10):
            wait = {"kind": "waited", "value": 10.0 * (place + 1), "start": 0, "end": 1}
            small_lake.say(unit_id=store.pk, signals=[wait])
    with small_lake.connect() as connection:
        lines = compare_with_peers(connection, unit_id=chain[0].pk, filter=VoiceFilter())
    (waits,) = [line for line in lines if line.measure == "waits"]
    assert (waits.own.value, waits.among.share_behind, waits.among.n_others) == (10, 1, 6)


def test_a_manager_learns_the_place_and_nothing_of_any_other_store(company):
    n_good = (1, 2, 3, 5, 8, 9, 12)
    others = [create_unit(f"geheim-{n}", name=f"邻店{n}号", kind="store") for n in range(7)]
    for place, store in enumerate(others):
        for turn in range(13):
            company.say(
                f"第{turn}次来，菜很好吃{place}",
                store=store.code,
                rating=RatingIn(value=1 + (turn < n_good[place]), best=5),
            )
    for _ in range(12):
        company.say("菜很好吃", rating=RatingIn(value=2, best=5))
    manager = company.visit("manager", unit="n1")
    exact = {f"{1 + n_good[place] / 13:.{digits}f}" for place in range(7) for digits in (2, 3, 6)}
    bodies = [
        manager.get("/peers/n1/").content.decode(),
        manager.get("/peers/n1/", headers={"hx-request": "true", "hx-target": "peers"}).content.decode(),
        manager.get("/units/n1/").content.decode(),
        manager.get("/", {"show": "all"}).content.decode(),
    ]
    owner = company.visit("owner")
    for form in ("csv", "xlsx"):
        exported = owner.get("/export/peers/n1/", {"format": form})
        body = b"".join(exported.streaming_content if exported.streaming else [exported.content])
        bodies.append(body.decode("utf-8-sig") if form == "csv" else "")
    for body in bodies:
        assert "geheim" not in body
        assert "邻店" not in body
        assert not any(figure in body for figure in exact - {"1.23", "2.00"} if len(figure) > 4)
    assert "of 7 others" in bodies[0]
    assert 'id="peers"' in bodies[3]
    assert len(bodies[4].splitlines()) >= 3
    assert OrgUnit.objects.filter(code__startswith="geheim").count() == 7


def test_another_store_is_not_there_for_a_manager_and_four_others_are_told_nothing_of(company):
    for n in range(3):
        create_unit(f"x{n}", name=f"他店{n}", kind="store")
    for store in ("n1", "s1", "x0", "x1", "x2"):
        for _ in range(10):
            company.say("菜很好吃", store=store, rating=RatingIn(value=4, best=5))
    manager = company.visit("manager", unit="n1")
    assert manager.get("/peers/s1/").status_code == 404
    assert manager.get("/export/peers/s1/").status_code in (403, 404)
    page = manager.get("/peers/n1/").content.decode()
    assert "Fewer than 5 others can be compared" in page
    assert "Ahead of" in page
    assert "of 4 others" not in page
