"""The measured map: figures, marks and gaps are what the facts say, and chance marks nothing."""

import numpy as np
import pytest

from zhiyin.insight.aspect_tree import AspectNode, AspectTree
from zhiyin.insight.journeys.clusters import find_groups
from zhiyin.insight.journeys.document import FORMAT, Facts, JourneyDocument, Stage, Touchpoint, Traits
from zhiyin.insight.journeys.measuring import Curve, measure_map
from zhiyin.insight.journeys.rules import make_rule
from zhiyin.insight.selection import VoiceFilter
from zhiyin.people.scope import EVERYTHING, Scope


def _tree():
    names = ("find", "queue", "taste", "help", "room")
    nodes = {
        name: AspectNode(id=name, name=name, level=1, parent=None, group=None, members=(name, f"{name}_old"))
        for name in names
    }
    return AspectTree(nodes=nodes)


def _map(*points):
    return JourneyDocument(format=FORMAT, name="m", stages=(Stage(id="s", name="s", touchpoints=points),))


def _point(name, *, wanted=None, **facts):
    given = facts or {"aspects": (name,)}
    return Touchpoint(id=name, name=name, facts=Facts(**given), wanted_emotion=wanted)


def _say(lake, aspect, *, good, bad, **columns):
    for polarity, n in (("positive", good), ("negative", bad)):
        for _ in range(n):
            lake.say(opinions=[(aspect, polarity, "t", "o")], **columns)


def _measure(lake, document, *, scope=EVERYTHING, filter=None, **more):
    return measure_map(
        lake.connect(), document, scope=scope, filter=filter or VoiceFilter(), tree=_tree(), **more
    )


def test_net_sentiment_and_share_are_those_of_the_touchpoints_own_voices(small_lake):
    _say(small_lake, "taste", good=30, bad=10)
    _say(small_lake, "queue_old", good=5, bad=55)
    found = _measure(small_lake, _map(_point("taste"), _point("queue")))
    taste, queue = found.points
    assert (taste.value.value, taste.value.n, taste.counts.voices.n) == (50.0, 40, 40)
    assert queue.value.value == pytest.approx(-100 * 50 / 60)
    assert (taste.share.value, queue.share.value) == (0.4, 0.6)
    assert found.n_voices == 100
    assert found.common.value == pytest.approx(100 * (35 - 65) / 100)
    assert queue.counts.mentions.n_blaming == 55


def test_what_differs_from_the_rest_is_marked_and_what_is_like_it_is_not(small_lake):
    _say(small_lake, "queue", good=10, bad=90)
    _say(small_lake, "taste", good=95, bad=5)
    _say(small_lake, "room", good=50, bad=50)
    found = _measure(small_lake, _map(_point("queue"), _point("taste"), _point("room")))
    assert [one.mood for one in found.points] == ["pain", "delight", None]
    assert [one.touchpoint.id for one in found.with_mood("pain")] == ["queue"]


def test_a_figure_of_few_is_never_marked(small_lake):
    _say(small_lake, "queue", good=0, bad=29)
    _say(small_lake, "taste", good=300, bad=20)
    queue = _measure(small_lake, _map(_point("queue"), _point("taste"))).points[0]
    assert queue.mood is None
    assert queue.is_small


def test_among_touchpoints_that_are_all_alike_marks_are_rare(small_lake):
    """Five alike touchpoints, 40 draws: with 5 in 100 wrongly marked maps, more than 7 are unlikely."""
    dice = np.random.default_rng(7)
    n_marked = 0
    for _ in range(40):
        lake = type(small_lake)()
        for aspect in ("find", "queue", "taste", "help", "room"):
            good = int(dice.binomial(60, 0.6))
            _say(lake, aspect, good=good, bad=60 - good)
        points = [_point(one) for one in ("find", "queue", "taste", "help", "room")]
        found = _measure(lake, _map(*points), with_needs=False)
        n_marked += any(one.mood for one in found.points)
    assert n_marked <= 7


def test_the_gap_to_the_design_is_clear_only_outside_the_interval(small_lake):
    _say(small_lake, "taste", good=80, bad=20)
    _say(small_lake, "queue", good=50, bad=50)
    found = _measure(small_lake, _map(_point("taste", wanted=2), _point("queue", wanted=0), _point("room")))
    taste, queue, room = found.points
    assert (taste.wanted, taste.gap, taste.is_gap_clear) == (100.0, -40.0, True)
    assert (queue.gap, queue.is_gap_clear) == (0.0, False)
    assert (room.value.value, room.gap, room.is_gap_clear) == (None, None, False)


def test_the_curve_of_stars_is_their_mean_on_the_scale_of_the_design(small_lake):
    for stars in (5.0, 4.0, 4.0, 3.0):
        small_lake.say(opinions=[("taste", "neutral", "t", "o")], stars=stars)
    found = _measure(small_lake, _map(_point("taste", wanted=1)), curve=Curve.STARS)
    assert (found.points[0].value.value, found.points[0].wanted, found.points[0].gap) == (4.0, 4.0, 0.0)


def test_the_period_before_gives_the_change(small_lake, noon):
    from datetime import timedelta

    _say(small_lake, "taste", good=90, bad=10, days_ago=40)
    _say(small_lake, "taste", good=40, bad=60, days_ago=5)
    span = VoiceFilter(since=noon - timedelta(days=30), until=noon + timedelta(days=1))
    found = _measure(small_lake, _map(_point("taste")), filter=span)
    assert found.points[0].value.n == 100
    assert found.points[0].change.verdict == "fall"


def test_needs_are_counted_at_the_touchpoint_where_they_are_told(small_lake):
    told = {"needs": [{"name": "timely", "met": False}]}
    small_lake.say(opinions=[("queue", "negative", "t", "o")], **told)
    small_lake.say(opinions=[("taste", "positive", "t", "o")], needs=[{"name": "timely", "met": True}])
    queue, taste = _measure(small_lake, _map(_point("queue"), _point("taste"))).points
    assert (queue.needs["timely"].share.n, queue.needs["timely"].n_met) == (1, 0)
    assert (taste.needs["timely"].share.n, taste.needs["timely"].n_met) == (1, 1)


def test_figures_are_those_of_the_scope(small_lake):
    _say(small_lake, "taste", good=3, bad=0, unit_id=1)
    _say(small_lake, "taste", good=0, bad=5, unit_id=2)
    own = _measure(small_lake, _map(_point("taste")), scope=Scope(unit_ids=frozenset({1})))
    assert (own.points[0].value.n, own.points[0].value.value, own.n_voices) == (3, 100.0, 3)


def test_a_touchpoint_that_names_no_voices_is_not_measured(small_lake):
    _say(small_lake, "taste", good=3, bad=0)
    empty = Touchpoint(id="e", name="e")
    found = _measure(small_lake, _map(empty, _point("taste")))
    assert found.points[0].rule is None
    assert found.points[0].value.n == 0


def test_a_persona_shares_channels_with_the_touchpoint_or_has_no_voice_there():
    facts = Facts(channels=("chat", "email"), aspects=("taste",))
    shared = make_rule(facts, traits=Traits(channels=("chat",)), tree=_tree())
    assert shared.fields["channels"] == {"chat"}
    assert make_rule(facts, traits=Traits(channels=("survey",)), tree=_tree()) is None


def test_the_subjects_of_a_persona_are_spoken_of_beside_those_of_the_touchpoint(small_lake):
    both = [("taste", "positive", "t", "o"), ("queue", "negative", "t", "o")]
    small_lake.say(opinions=both)
    small_lake.say(opinions=both[:1])
    found = _measure(small_lake, _map(_point("taste")), traits=Traits(aspects=("queue",)))
    assert (found.points[0].value.n, found.points[0].value.value) == (1, 100.0)
    assert found.points[0].rule.has_other_aspects


def test_customers_who_are_alike_are_found_and_become_a_rule(small_lake):
    for number in range(60):
        small_lake.say(
            author_key=f"late{number}",
            needs=[{"name": "timely", "met": False}],
            opinions=[("queue", "negative", "t", "o")],
        )
        small_lake.say(author_key=f"glad{number}", opinions=[("taste", "positive", "t", "o")])
    found = find_groups(small_lake.connect(), scope=EVERYTHING, filter=VoiceFilter(), tree=_tree())
    assert [one.n_customers for one in found.groups] == [60, 60]
    assert found.silhouette > 0.9
    assert {one.traits for one in found.groups} == {
        Traits(needs_unmet=("timely",)),
        Traits(aspects=("taste",)),
    }
    again = find_groups(small_lake.connect(), scope=EVERYTHING, filter=VoiceFilter(), tree=_tree())
    assert again == found


def test_few_customers_make_no_groups(small_lake):
    small_lake.say(author_key="one", opinions=[("taste", "positive", "t", "o")])
    found = find_groups(small_lake.connect(), scope=EVERYTHING, filter=VoiceFilter(), tree=_tree())
    assert found.groups == ()
