from datetime import timedelta

import msgspec
import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from zhiyin.insight.queries import get_board
from zhiyin.insight.selection import VoiceFilter
from zhiyin.people.scope import EVERYTHING

SLOW = ("speed", "negative", "上菜", "慢")
TASTY = ("taste", "positive", "菜", "好吃")
DULL = ("taste", "negative", "菜", "难吃")


def board_of(lake, **more):
    with lake.connect() as connection:
        return get_board(connection, scope=EVERYTHING, **more)


def month_before(noon):
    return VoiceFilter(since=noon - timedelta(days=30), until=noon + timedelta(hours=1))


def test_counts_rating_and_sentiments_are_those_of_the_voices(small_lake):
    stars = [5, 4, 1, 2, 5, None]
    labels = ["positive", "positive", "negative", "mixed", "positive", None]
    for star, label in zip(stars, labels, strict=True):
        small_lake.say(stars=star, sentiment=label)
    board = board_of(small_lake)
    assert (board.voices.n, board.voices.n_judged, board.rating.n) == (6, 5, 5)
    assert board.rating.value == pytest.approx(np.mean([5, 4, 1, 2, 5]))
    assert board.sentiments.positive.value == pytest.approx(3 / 5)
    low, high = proportion_confint(1, 5, method="wilson")
    assert (board.sentiments.mixed.low, board.sentiments.mixed.high) == pytest.approx((low, high))


def test_copies_spam_and_solicited_voices_are_counted_and_left_out(small_lake):
    small_lake.say(stars=1, opinions=[SLOW])
    small_lake.say(stars=5, opinions=[TASTY], is_duplicate=True)
    small_lake.say(stars=5, opinions=[TASTY], is_spam=True, is_solicited=True)
    small_lake.say(stars=5, opinions=[TASTY], is_current=False)
    board = board_of(small_lake)
    voices = board.voices
    assert (voices.n, voices.n_excluded) == (1, 2)
    assert (voices.n_duplicates, voices.n_spam, voices.n_solicited) == (1, 1, 1)
    assert (board.net_sentiment.value, board.net_sentiment.n, board.rating.value) == (-100, 1, 1)
    all_of_them = board_of(small_lake, filter=VoiceFilter(include_excluded=True))
    assert (all_of_them.voices.n, all_of_them.net_sentiment.n) == (3, 3)


def test_aspects_stand_in_the_order_of_harm_and_count_people_once(small_lake):
    for _ in range(4):
        small_lake.say(stars=1, opinions=[SLOW, SLOW, TASTY])
    for _ in range(5):
        small_lake.say(stars=4, opinions=[DULL])
    board = board_of(small_lake)
    speed, taste = board.aspects
    assert (speed.aspect, speed.n_mentions, speed.n_negative, speed.n_people) == ("speed", 8, 8, 4)
    # 4 people × (1.0 × 8 ratings + 0.5 × 10) / 18; 5 people × (0.25 × 5 + 0.5 × 10) / 15
    assert speed.harm == pytest.approx(4 * 13 / 18)
    assert taste.harm == pytest.approx(5 * 6.25 / 15)
    assert speed.share.value == pytest.approx(4 / 9)
    assert (taste.n_positive, taste.n_negative) == (4, 5)
    assert taste.net_sentiment.value == pytest.approx(-100 / 9)
    assert taste.stars.value == 4
    assert taste.aspect_name == "名taste"


def test_typical_words_are_those_said_badly_of_the_aspect(small_lake):
    for _ in range(6):
        small_lake.say(opinions=[SLOW, ("taste", "negative", "汤", "差")])
    for _ in range(3):
        small_lake.say(opinions=[("speed", "negative", "服务", "差"), DULL])
    small_lake.say(opinions=[("speed", "positive", "上菜", "快")])
    speed, taste = sorted(board_of(small_lake).aspects, key=lambda line: line.aspect)
    assert [(w.term, w.opinion, w.n) for w in speed.pairs] == [("上菜", "慢", 6), ("服务", "差", 3)]
    assert speed.opinion_words[0].opinion == "慢"
    assert "差" not in [word.opinion for word in speed.opinion_words]
    assert [(w.term, w.opinion) for w in taste.pairs] == [("汤", "差"), ("菜", "难吃")]


def test_a_period_is_held_against_the_one_before_it(small_lake, noon):
    for _ in range(60):
        small_lake.say(days_ago=5, stars=2, sentiment="negative", opinions=[SLOW])
        small_lake.say(
            days_ago=40, stars=4, sentiment="positive", opinions=[TASTY, ("speed", "positive", "", "快")]
        )
    for _ in range(7):
        small_lake.say(days_ago=100, stars=1)
    small_lake.say(days_ago=5, stars=3, sentiment="negative", opinions=[SLOW])
    board = board_of(small_lake, filter=month_before(noon))
    assert (board.voices.n, board.voices.n_before) == (61, 60)
    change = board.net_sentiment.change
    assert (change.value, change.verdict, change.n_before) == (-200, "fall", 120)
    assert board.sentiments.negative.change.verdict == "rise"
    assert board.aspects[0].net_sentiment.change.verdict == "fall"


def test_a_small_difference_is_no_real_change(small_lake, noon):
    for n, days_ago in ((12, 5), (10, 40)):
        for place in range(20):
            small_lake.say(days_ago=days_ago, stars=3 + place % 3, opinions=[SLOW if place < n else TASTY])
    board = board_of(small_lake, filter=month_before(noon))
    assert board.net_sentiment.change.verdict == "no_real_change"
    assert board.rating.change.verdict == "no_real_change"
    assert {line.net_sentiment.change.verdict for line in board.aspects} <= {"no_real_change", "unknown"}


def test_without_an_end_there_is_no_period_before(small_lake, noon):
    small_lake.say(days_ago=1, stars=3, opinions=[SLOW])
    board = board_of(small_lake, filter=VoiceFilter(since=noon - timedelta(days=9)))
    assert (board.voices.n_before, board.rating.change, board.net_sentiment.change) == (None, None, None)


def test_only_the_chosen_channels_count(small_lake):
    small_lake.say(channel="chat", opinions=[SLOW])
    small_lake.say(channel="email", opinions=[TASTY])
    board = board_of(small_lake, filter=VoiceFilter(channels=frozenset({"chat"})))
    assert (board.voices.n, board.net_sentiment.value) == (1, -100)


def test_a_unit_that_is_really_worse_stands_out_with_its_main_trouble(small_lake):
    for unit_id in range(1, 11):
        for place in range(40):
            is_bad = unit_id == 7 and place < 34
            small_lake.say(
                unit_id=unit_id,
                stars=1 if is_bad else 5,
                opinions=[SLOW if is_bad else TASTY, DULL][: 1 + place % 2],
            )
    board = board_of(small_lake, unit_names={7: "七号店"})
    worst = board.units.worse[0]
    assert (board.units.n, board.units.n_compared, board.units.n_worse) == (10, 10, 1)
    assert (worst.unit_id, worst.name, worst.n_voices) == (7, "七号店", 40)
    assert worst.net_sentiment.value < worst.expected < board.net_sentiment.value
    assert worst.apart == pytest.approx(worst.expected - board.net_sentiment.value)
    assert (worst.main_aspect, worst.n_main_aspect) == ("speed", 34)
    assert worst.adjusted_p < 0.05
    assert board.units.excellent_share.value == pytest.approx(0.9)


def test_alike_units_do_not_stand_out(small_lake):
    for unit_id in (1, 2, 3):
        for place in range(20):
            small_lake.say(unit_id=unit_id, opinions=[SLOW if place < 8 + unit_id else TASTY])
    units = board_of(small_lake).units
    assert (units.n_worse, units.n_better, units.n_compared) == (0, 0, 3)


def waiting(*minutes):
    return [{"kind": "waited", "value": value, "start": 0, "end": 1} for value in minutes]


def test_of_several_waits_in_one_voice_the_longest_counts(small_lake):
    for minutes in ((5,), (3, 40), (20,), (None,), (10,)):
        small_lake.say(signals=waiting(*minutes))
    small_lake.say(signals=[{"kind": "leaving", "value": None, "start": 0, "end": 1}])
    small_lake.say()
    waits = board_of(small_lake).waits
    assert (waits.n, waits.n_timed) == (5, 4)
    assert waits.share.value == pytest.approx(5 / 7)
    assert waits.median_minutes == pytest.approx(np.median([5, 40, 20, 10]))
    assert waits.p90_minutes == pytest.approx(np.quantile([5, 40, 20, 10], 0.9))
    assert (waits.long_share.value, waits.long_share.n) == (0.5, 4)


def test_what_voices_show_is_counted_once_a_voice(small_lake):
    small_lake.say(
        signals=waiting(1, 2),
        intents=[{"name": "complaint", "confidence": 0.9}],
        emotions=[{"name": "anger", "strength": 0.5}],
        needs=[{"name": "timely", "met": False}, {"name": "plain", "met": True}],
    )
    small_lake.say(intents=[{"name": "complaint", "confidence": 0.4}, {"name": "cancel", "confidence": 0.9}])
    board = board_of(small_lake)
    assert [(s.name, s.n) for s in board.signals] == [("waited", 1)]
    assert [(i.name, i.n, i.share.value) for i in board.intents] == [
        ("complaint", 2, 1.0),
        ("cancel", 1, 0.5),
    ]
    assert [e.name for e in board.emotions] == ["anger"]
    assert [n.name for n in board.needs_unmet] == ["timely"]


def test_urgent_voices_come_newest_first_and_solicited_ones_too(small_lake):
    small_lake.say(urgency=1, text="快点")
    older = small_lake.say(urgency=2, days_ago=9, text="有虫", urgency_reasons=["contamination"], unit_id=3)
    newer = small_lake.say(urgency=3, days_ago=1, text="烫伤", is_solicited=True)
    small_lake.say(urgency=3, text="抄的", is_duplicate=True)
    small_lake.say(urgency=3, text="旧版", is_current=False)
    urgent = board_of(small_lake, unit_names={3: "三号店"}).urgent
    assert urgent.n == 2
    assert [voice.feedback_id for voice in urgent.newest] == [newer, older]
    assert (urgent.newest[1].text, urgent.newest[1].unit_name) == ("有虫", "三号店")
    assert (urgent.newest[1].reasons, urgent.newest[1].level) == (["contamination"], 2)
    assert board_of(small_lake, n_urgent=1).urgent.newest == urgent.newest[:1]


def test_answers_are_counted_where_there_are_replies(small_lake):
    small_lake.say()
    assert board_of(small_lake).answers is None
    small_lake.say(reply_after_hours=2)
    small_lake.say(reply_after_hours=6)
    small_lake.say(reply_after_hours=9, is_spam=True)
    small_lake.say()
    answers = board_of(small_lake).answers
    assert (answers.share.value, answers.share.n, answers.median_hours) == (0.5, 4, 4.0)


def test_an_empty_lake_gives_an_empty_board(small_lake):
    small_lake.replies = []
    board = board_of(small_lake)
    assert (board.voices.n, board.rating.value, board.net_sentiment.value) == (0, None, None)
    assert (board.aspects, board.units.worse, board.urgent.newest, board.waits.median_minutes) == (
        [],
        [],
        [],
        None,
    )
    assert board.answers is None


def test_a_board_can_be_written_as_json(small_lake, noon):
    small_lake.say(stars=2, urgency=2, text="有虫", opinions=[SLOW])
    board = board_of(small_lake, filter=month_before(noon))
    read = msgspec.json.decode(msgspec.json.encode(board))
    assert read["aspects"][0]["net_sentiment"]["n"] == 1
    assert read["rating"]["change"]["verdict"] == "unknown"


def test_old_voices_received_lately_belong_to_the_day_they_were_said(small_lake, noon):
    small_lake.say(at=noon - timedelta(days=3), day=noon.date(), opinions=[SLOW])
    small_lake.say(at=noon - timedelta(days=300), day=noon.date(), opinions=[SLOW])
    assert board_of(small_lake, filter=month_before(noon)).voices.n == 1
