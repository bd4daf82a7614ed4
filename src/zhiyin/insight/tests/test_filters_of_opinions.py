"""Filters that lists of words, of aspects said together and of ratings open their rows by."""

from django.http import QueryDict

from zhiyin.insight.selection import VoiceFilter, select
from zhiyin.insight.state import NO_WORD, make_state
from zhiyin.people.scope import EVERYTHING

SLOW = ("speed", "negative", "上菜", "慢")
ALONE = ("speed", "negative", "", "慢")


def count(lake, wanted):
    chosen = select(EVERYTHING, filter=wanted)
    sql = f"SELECT count(*) FROM feedback WHERE {chosen.kept_voices}"
    named = {name: value for name, value in chosen.parameters.items() if f"${name}" in sql}
    with lake.connect() as connection:
        return connection.execute(sql, named).fetchone()[0]


def test_term_and_judgement_must_meet_in_one_opinion(small_lake):
    small_lake.say(opinions=[SLOW])
    small_lake.say(opinions=[ALONE, ("taste", "negative", "上菜", "差")])
    wanted = VoiceFilter(terms=frozenset({"上菜"}), opinion_words=frozenset({"慢"}))
    assert count(small_lake, wanted) == 1
    assert count(small_lake, VoiceFilter(terms=frozenset({""}), opinion_words=frozenset({"慢"}))) == 1


def test_a_voice_can_be_asked_for_that_speaks_of_two_aspects_in_the_same_polarity(small_lake):
    small_lake.say(opinions=[SLOW, ("taste", "negative", "菜", "差")])
    small_lake.say(opinions=[SLOW, ("taste", "positive", "菜", "好")])
    both = VoiceFilter(aspects=frozenset({"speed"}), also_aspects=frozenset({"taste"}))
    assert count(small_lake, both) == 2
    bad = VoiceFilter(
        aspects=frozenset({"speed"}), also_aspects=frozenset({"taste"}), polarities=frozenset({"negative"})
    )
    assert count(small_lake, bad) == 1


def test_a_least_rating_is_not_rounded(small_lake):
    for stars in (4.6, 4.8, 5.0, None):
        small_lake.say(stars=stars)
    assert count(small_lake, VoiceFilter(stars_least=4.8)) == 2
    assert count(small_lake, VoiceFilter(stars=frozenset({5}))) == 3


def test_the_address_says_all_this(db):
    given = QueryDict(f"term={NO_WORD}&word=慢&also=taste&rated=4.8")
    wanted = make_state(given, scope=EVERYTHING, customers=None).filter
    assert (wanted.terms, wanted.opinion_words) == (frozenset({""}), frozenset({"慢"}))
    assert (wanted.also_aspects, wanted.stars_least) == (frozenset({"taste"}), 4.8)
    assert make_state(QueryDict("rated=9e9"), scope=EVERYTHING, customers=None).filter.stars_least is None
