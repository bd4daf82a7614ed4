"""What moves the rating, from facts: praise and blame, points lost, needs and lift."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import statsmodels.api as sm

from zhiyin.insight.aspect_tree import make_aspect_tree
from zhiyin.insight.drivers.aspect_groups import find_groups, nodes_at
from zhiyin.insight.drivers.facts import Outcome, explain_rating
from zhiyin.insight.drivers.lift import hours_of, list_lifts
from zhiyin.insight.drivers.needs import list_needs
from zhiyin.insight.selection import VoiceFilter
from zhiyin.people.scope import EVERYTHING, Scope
from zhiyin.understand.taxonomy import parse_taxonomy

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 6, 1, tzinfo=UTC)


YAML = """
name: small
version: 1
aspects:
  - {id: food, zh: 菜品, en: Food, terms: [菜], children: [
      {id: taste, zh: 味道, en: Taste, terms: [味道]},
      {id: portion, zh: 分量, en: Portion, terms: [分量]}]}
  - {id: price, zh: 价格, en: Price, terms: [价格]}
"""
TREE = make_aspect_tree(parse_taxonomy(YAML, file="small.yaml").aspects, language="en")


def _say(lake, *, good=(), bad=(), **columns):
    opinions = [(one, "positive", "", "") for one in good] + [(one, "negative", "", "") for one in bad]
    return lake.say(opinions=opinions, **columns)


@pytest.fixture
def rated_lake(small_lake):
    """600 rated voices: taste weighs most, price a little, portion nothing."""
    random = np.random.default_rng(0)
    for number in range(600):
        sides = dict(
            zip(("taste", "price", "portion"), random.choice([-1, 0, 1], 3, p=[0.2, 0.5, 0.3]), strict=True)
        )
        stars = 3.3 + 1.2 * sides["taste"] + 0.5 * sides["price"] + random.normal(0, 0.4)
        _say(
            small_lake,
            good=[name for name, side in sides.items() if side > 0],
            bad=[name for name, side in sides.items() if side < 0],
            stars=float(np.clip(stars, 1, 5)),
            unit_id=number % 2,
        )
    return small_lake


def _explain(lake, *, level=2, **options):
    return explain_rating(
        lake.connect(), scope=EVERYTHING, filter=VoiceFilter(), tree=TREE, level=level, **options
    )


def test_aspects_come_by_their_weight_and_add_up(rated_lake):
    found = _explain(rated_lake)
    assert [one.node.id for one in found.aspects][:2] == ["taste", "price"]
    assert found.n == 600
    assert sum(one.driver.share.value for one in found.aspects) == pytest.approx(1.0)
    assert not found.aspects[2].driver.is_clear


def test_figures_are_those_of_a_regression_on_the_voices_themselves(rated_lake):
    found = {one.node.id: one for one in _explain(rated_lake).aspects}
    names = list(found)
    sides = np.zeros((600, 3))
    for opinion in rated_lake.opinions:
        place = int(opinion["feedback_id"].removeprefix("voice-"))
        sides[place, names.index(opinion["aspect"])] += 1 if opinion["polarity"] == "positive" else -1
    stars = np.array([row["stars"] for row in rated_lake.feedback])
    model = sm.OLS(stars, sm.add_constant(sides)).fit()
    assert [found[name].driver.coefficient.value for name in names] == pytest.approx(model.params[1:])
    blamers = sides[:, names.index("taste")] < 0
    lost = stars.mean() - stars[~blamers].mean()
    assert found["taste"].blame_impact.value == pytest.approx(lost)
    assert found["taste"].blame_impact.n == blamers.sum()


def test_a_higher_level_counts_all_below_it(rated_lake):
    found = _explain(rated_lake, level=1)
    assert [one.node.id for one in found.aspects] == ["food", "price"]


def test_an_aspect_without_anything_below_it_stays_at_a_finer_level():
    assert [node.id for node in nodes_at(TREE, 2)] == ["taste", "portion", "price"]


def test_who_praises_and_blames_one_aspect_counts_as_neither(small_lake):
    for number in range(80):
        _say(small_lake, good=["taste"], stars=5.0 - number % 2)
        _say(small_lake, bad=["taste"], stars=1.0 + number % 2)
        _say(small_lake, good=["taste"], bad=["taste"], stars=3.0 + number % 2)
    taste = _explain(small_lake).aspects[0]
    assert taste.contrast.reward.n == taste.contrast.penalty.n == 80
    assert taste.blame_impact.n == 160


def test_voices_left_out_of_figures_and_unrated_ones_do_not_count(rated_lake):
    before = _explain(rated_lake)
    for _ in range(50):
        _say(rated_lake, bad=["price"], stars=5.0, is_spam=True)
        _say(rated_lake, bad=["price"])
    assert _explain(rated_lake) == before


def test_rare_aspects_are_told_not_compared(rated_lake):
    for _ in range(5):
        _say(rated_lake, good=["parking"], stars=5.0)
    found = _explain(rated_lake)
    assert "parking" not in {one.node.id for one in found.aspects}
    assert found.groups.n_rare == 1


def test_a_manager_sees_the_reasons_of_the_own_unit_alone(rated_lake):
    found = explain_rating(
        rated_lake.connect(),
        scope=Scope(unit_ids=frozenset({1})),
        filter=VoiceFilter(),
        tree=TREE,
        level=2,
    )
    assert found.n == 300


def test_points_of_nps_are_lost_where_detractors_blame(small_lake):
    for number in range(120):
        is_bad = number % 3 == 0
        _say(
            small_lake,
            bad=["price"] if is_bad else [],
            good=[] if is_bad else ["price"] if number % 3 == 1 else [],
            rating=3.0 if is_bad else 10.0 - number % 2 * 2,
            rating_scale=10.0,
            stars=2.0 if is_bad else 5.0,
        )
    found = _explain(small_lake, outcome=Outcome.NPS)
    assert (found.n, found.figure.value) == (120, pytest.approx(100 * (40 - 40) / 120))
    assert found.aspects[0].blame_impact.value == pytest.approx(-50.0)


def test_too_few_voices_are_told_as_a_problem(small_lake):
    _say(small_lake, good=["taste"], stars=5.0)
    found = _explain(small_lake)
    assert found.aspects == ()
    assert found.problem is not None
    assert found.n == 1


def test_a_need_told_as_met_and_unmet_counts_as_unmet(small_lake):
    small_lake.say(needs=[{"name": "timely", "met": True}], touchpoint="in_store")
    small_lake.say(needs=[{"name": "timely", "met": True}, {"name": "timely", "met": False}])
    small_lake.say(needs=[{"name": "timely", "met": True}], touchpoint="in_store", is_spam=True)
    everywhere, store = list_needs(small_lake.connect(), scope=EVERYTHING, filter=VoiceFilter())
    assert (everywhere.touchpoint, store.touchpoint) == ("", "in_store")
    assert (everywhere.needs["timely"].share.n, everywhere.needs["timely"].n_met) == (2, 1)
    assert store.needs["timely"].share.value == 1.0
    assert store.needs["plain"].share.value is None


def _lifts(lake):
    connection = lake.connect()
    groups = find_groups(connection, scope=EVERYTHING, filter=VoiceFilter(), tree=TREE, level=2)
    return list_lifts(
        connection, scope=EVERYTHING, filter=VoiceFilter(), groups=groups, zone=SHANGHAI, now=NOW
    )


def test_the_product_that_tastes_bad_is_found_with_its_ratio(small_lake):
    for number in range(200):
        product = "tea" if number % 4 == 0 else "milk"
        is_bad = number % 8 == 0 if product == "tea" else number % 15 == 1
        _say(
            small_lake,
            bad=["taste"] if is_bad else [],
            good=[] if is_bad else ["price"],
            stars=3.0,
            product=product,
            at=datetime(2026, 5, 1 + number % 20, number % 24, tzinfo=UTC),
        )
    found = _lifts(small_lake)
    tea = next(lift for lift in found.lifts if lift.kind == "product" and lift.is_higher)
    assert (tea.value, tea.node.id, tea.n_blame, tea.ratio.n) == ("tea", "taste", 25, 50)
    assert tea.ratio.low > 1
    assert tea.share_elsewhere == pytest.approx(10 / 150)
    assert all(lift.adjusted_p <= 0.05 for lift in found.lifts)


def test_equal_groups_have_no_lift(small_lake):
    for number in range(400):
        _say(
            small_lake,
            bad=["taste"] if number % 5 == 0 else [],
            stars=3.0,
            product="tea" if number % 2 else "milk",
        )
    found = _lifts(small_lake)
    assert found.lifts == ()
    assert found.n_compared == 2


def test_blame_at_noon_by_the_local_clock_is_found(small_lake):
    for number in range(300):
        # 4 o'clock UTC is noon in Shanghai.
        _say(
            small_lake,
            bad=["taste"] if number % 3 == 0 else [],
            stars=3.0,
            at=datetime(2026, 5, 10, 4 if number % 3 == 0 or number % 7 == 0 else 8, 30, tzinfo=UTC),
        )
    lift = _lifts(small_lake).lifts[0]
    assert (lift.kind, lift.value) == ("hours", "noon")


def test_every_hour_has_one_part_of_the_day():
    hours = [hour for part in ("morning", "noon", "afternoon", "evening", "night") for hour in hours_of(part)]
    assert sorted(hours) == list(range(24))


def test_of_many_voices_weights_are_found_from_a_draw_and_counts_from_all(monkeypatch):
    from zhiyin.insight.drivers import facts

    voices = facts._Voices(
        nodes=(),
        bits=(0, 1),
        n_rare=0,
        praised=np.array([1, 2, 3, 0]),
        blamed=np.array([2, 1, 0, 3]),
        outcome=np.array([5.0, 4.0, 5.0, 1.0]),
        counts=np.array([4000.0, 3000.0, 2000.0, 1000.0]),
    )
    monkeypatch.setattr(facts, "MOST_DRAWN", 1000)
    drawn = facts._draw(voices)
    assert 800 < drawn.n < 1200
    assert (drawn.counts == facts._draw(voices).counts).all()
    assert drawn.counts / drawn.n == pytest.approx([0.4, 0.3, 0.2, 0.1], abs=0.06)
    assert voices.sums(voices.praised, voices.counts).tolist() == [6000, 5000]
    assert facts._draw(drawn).n == drawn.n or drawn.n > 1000
