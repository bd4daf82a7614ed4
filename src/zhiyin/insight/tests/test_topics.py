"""New subjects: phrases, counts over days, what grew, and that the figures are those of the rows."""

from __future__ import annotations

import random
import shutil
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.insight.selection import VoiceFilter, select
from zhiyin.insight.topics import store as store_module
from zhiyin.insight.topics.detection import find_candidates
from zhiyin.insight.topics.facts import VoiceFacts
from zhiyin.insight.topics.finding import find_by_store, find_on_the_spot, update_store
from zhiyin.insight.topics.phrases import find_phrases, keys_of
from zhiyin.insight.topics.report import choose_span, number_of
from zhiyin.insight.topics.store import DayTexts, PhraseStore
from zhiyin.people.scope import EVERYTHING, Scope

ZONE = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 5, 20)
EVERYDAY = [
    "珍珠很软糯",
    "排队等了很久",
    "店员态度热情",
    "奶茶太甜了",
    "环境干净整洁",
    "外卖送得快",
    "杯子漏水了",
    "味道一直稳定",
]
STRAWS = [
    "奶茶喝到一半有股吸管糊味",
    "吸管糊味太重",
    "又是吸管糊味，受不了",
    "换了杯子还是吸管糊味",
    "吸管糊味，小孩不肯喝",
]


def _everyday(n, *, seed=1):
    chance = random.Random(seed)
    return ["，".join(chance.sample(EVERYDAY, 2)) for _ in range(n)]


def _said(phrases):
    return {phrases.words_at(place) for place in range(len(phrases.key))}


def test_phrases_are_runs_of_words_that_say_something():
    found = _said(find_phrases(["奶茶有股吸管糊味，真的很难喝"]))
    assert {"吸管糊味", "糊味", "吸管"} <= found
    assert not found & {"真的", "很", "，", "味，真的", "真的很难喝"}


def test_latin_words_are_joined_by_their_space_and_case_does_not_count():
    found = find_phrases(["A burnt straw taste, again", "Burnt Straw"])
    burnt = found.key == keys_of(["burnt straw"])[0]
    assert found.text[burnt].tolist() == [0, 1]


def test_a_text_says_a_phrase_once():
    found = find_phrases(["糊味糊味，都是糊味"])
    assert (found.key == keys_of(["糊味"])[0]).sum() == 1


@given(st.lists(st.text(max_size=30), max_size=8))
def test_keys_do_not_depend_on_the_batch(texts):
    together = find_phrases(texts)
    for place, text in enumerate(texts):
        alone = find_phrases([text])
        assert sorted(alone.key.tolist()) == sorted(together.key[together.text == place].tolist())


def _day_texts(texts, days, *, sequence):
    return DayTexts(texts=list(texts), days=np.array(days, np.int64), sequence=sequence)


def test_counts_of_days_outlive_a_restart(tmp_path):
    first = PhraseStore(tmp_path)
    first.add(_day_texts(["吸管糊味", "吸管糊味", "吸管"], [20000, 20000, 20003], sequence=4))
    first.add(_day_texts(["吸管糊味"], [20001], sequence=9))
    again = PhraseStore(tmp_path)
    assert (again.sequence, again.n_read) == (9, 4)
    keys = keys_of(["吸管糊味", "没人说过", "吸管"])
    assert again.count(keys, first=20000, end=20002).tolist() == [3, 0, 3]
    assert again.count(keys, first=20001, end=20004).tolist() == [1, 0, 2]
    assert again.n_voices(first=20000, end=20001) == 2


def test_a_crash_before_the_end_leaves_the_counts_of_before(tmp_path):
    store = PhraseStore(tmp_path / "whole")
    store.add(_day_texts(["吸管糊味"], [20000], sequence=1))
    shutil.copytree(tmp_path / "whole", tmp_path / "cut")
    store.add(_day_texts(["吸管糊味"], [20000], sequence=2))
    for path in (tmp_path / "whole").glob("*.npy"):  # written, but the catalogue never came
        shutil.copy(path, tmp_path / "cut")
    again = PhraseStore(tmp_path / "cut")
    assert again.sequence == 1
    again.add(_day_texts(["吸管糊味"], [20000], sequence=2))
    assert again.count(keys_of(["吸管糊味"]), first=0, end=30000).tolist() == [2]


def test_old_days_are_let_go_and_single_words_of_old_weeks_forgotten(tmp_path):
    store = PhraseStore(tmp_path)
    store.add(_day_texts(["吸管糊味", "吸管糊味", "漏水了一次"], [20000, 20001, 20001], sequence=1))
    store.add(_day_texts(["杯子漏水"], [20000 + store_module._DETAIL_DAYS + 30], sequence=2))
    store.add(_day_texts(["排队", "太慢"], [20001, 20002], sequence=3))
    keys = keys_of(["吸管糊味", "漏水"])
    assert store.count(keys, first=20000, end=20010).tolist() == [2, 0]
    store.add(_day_texts(["好喝"], [20000 + 2 * store_module.KEEP_DAYS], sequence=4))
    assert store.count(keys, first=20000, end=20010).tolist() == [0, 0]
    assert len(list(tmp_path.glob("*.npy"))) == 1


def _before(texts):
    said = find_phrases(texts)
    known, n = np.unique(said.key, return_counts=True)
    counts = dict(zip(known.tolist(), n.tolist(), strict=True))
    return lambda keys: np.array([counts.get(key, 0) for key in keys.tolist()], np.int64)


def test_a_new_phrase_is_found_and_named_whole():
    earlier = _everyday(3_000, seed=2)
    found = find_candidates(_everyday(500) + STRAWS * 4, n_before=len(earlier), count_before=_before(earlier))
    assert found[0].name == "吸管糊味"
    assert (found[0].n_now, found[0].n_before) == (20, 0)


def test_phrases_of_the_same_voices_are_one_subject():
    earlier = _everyday(3_000, seed=2)
    now = (
        _everyday(500) + ["新杯盖漏液，热奶茶洒一身", "新杯盖盖不紧，洒一身", "新杯盖真不行，衣服洒一身"] * 5
    )
    found = find_candidates(now, n_before=len(earlier), count_before=_before(earlier))
    assert len(found) == 1
    assert {"新杯盖", "洒一身"} <= {found[0].name, *found[0].others}


def test_steady_talk_gives_no_subject():
    for seed in range(5):
        earlier = _everyday(3_000, seed=100 + seed)
        assert not find_candidates(
            _everyday(600, seed=seed), n_before=len(earlier), count_before=_before(earlier)
        )


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ({100: 900, 99: 100, 3: 5}, (10, 94, 101)),
        ({100: 50, 90: 260, 40: 900}, (40, 87, 101)),
        ({60: 400, 20: 50}, (20, 54, 61)),  # nothing came for long: the last days with voices
    ],
)
def test_the_days_looked_at_are_the_last_ones_with_enough_voices(days, expected):
    span = choose_span(days, today=100)
    assert (span.before, span.first, span.end) == expected


def _fill(lake, *, n_straws=20, unit=1):
    """12 weeks of everyday talk in two units, then straws in one of them in the last three days."""
    noon, number = datetime(2026, 5, 20, 4, tzinfo=UTC), 0
    for place, text in enumerate(_everyday(2_600, seed=5)):
        number += 1
        lake.say(text=text, unit_id=1 + place % 2, sequence=number, at=noon - timedelta(days=place % 90))
    for place in range(n_straws):
        number += 1
        lake.say(
            text=STRAWS[place % 5],
            unit_id=unit,
            sequence=number,
            sentiment="negative",
            at=noon - timedelta(days=place % 3),
        )
    lake.say(text="吸管糊味", unit_id=1, sequence=number + 1, is_spam=True, at=noon)


def _facts(connection, *, scope=EVERYTHING):
    return VoiceFacts(connection=connection, scope=scope, filter=VoiceFilter(), zone=ZONE)


@pytest.mark.django_db
def test_the_figures_are_those_of_the_rows(small_lake, tmp_path):
    _fill(small_lake)
    store = PhraseStore(tmp_path)
    with small_lake.connect() as connection:
        facts = _facts(connection)
        assert update_store(store, facts=facts) == 2_620
        assert update_store(store, facts=facts) == 0
        report = find_by_store(store, facts=facts, today=number_of(TODAY))
        wanted = select(EVERYTHING, filter=VoiceFilter(text="吸管糊味"))
        rows = connection.execute(
            f"SELECT count(*) FROM feedback WHERE {wanted.kept_voices}",
            {name: value for name, value in wanted.parameters.items() if f"${name}" in wanted.kept_voices},
        ).fetchone()
    assert report.gap == ""
    first = report.subjects[0]
    assert (first.name, first.n_now, first.n_before) == ("吸管糊味", 20, 0)
    assert rows == (first.n_now,)
    assert first.first_seen == date(2026, 5, 18)
    assert first.days[-4:] == [0, 6, 7, 7]
    assert first.units == [(1, 20)]
    assert first.n_negative == 20
    assert len(first.examples) == 3


@pytest.mark.django_db
def test_a_part_of_the_company_is_told_of_its_own_voices_alone(small_lake):
    _fill(small_lake, unit=1)
    with small_lake.connect() as connection:
        own = find_on_the_spot(
            _facts(connection, scope=Scope(unit_ids=frozenset({1}))), today=number_of(TODAY)
        )
        other = find_on_the_spot(
            _facts(connection, scope=Scope(unit_ids=frozenset({2}))), today=number_of(TODAY)
        )
    assert [one.name for one in own.subjects] == ["吸管糊味"]
    assert other.subjects == []


@pytest.mark.django_db
def test_a_lake_without_history_is_told_so(small_lake):
    small_lake.say(text="吸管糊味", sequence=1, unit_id=1)
    with small_lake.connect() as connection:
        assert find_on_the_spot(_facts(connection), today=number_of(TODAY)).gap == "history"


@pytest.mark.django_db
def test_counts_begin_anew_where_facts_were_taken_away(small_lake, tmp_path):
    _fill(small_lake)
    store = PhraseStore(tmp_path)
    with small_lake.connect() as connection:
        update_store(store, facts=_facts(connection))
    small_lake.feedback = small_lake.feedback[:1_000]
    with small_lake.connect() as connection:
        assert update_store(store, facts=_facts(connection)) == 1_000
    assert store.n_read == 1_000
