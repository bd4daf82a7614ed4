"""Scores of units: which voices count, and what public reviews give."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from zhiyin.insight.selection import VoiceFilter
from zhiyin.insight.unit_scores import GROUPS, FileOptions, read_all, score_voices
from zhiyin.insight.unit_scores.facts import read_facts
from zhiyin.insight.unit_scores.repeated import find_repeated
from zhiyin.insight.unit_scores.scale import group_of_aspects, scale
from zhiyin.people.scope import EVERYTHING, Scope
from zhiyin.understand.taxonomy import BUILT_IN, load_taxonomy

PLACES = Path(__file__).parents[5] / "shared" / "data" / "places"
REVIEWS = PLACES / "hotel_reviews.csv"


def test_the_groups_name_aspects_that_are_there():
    for name, groups in scale().groups.items():
        assert tuple(groups) == GROUPS
        if name in BUILT_IN:
            known = {aspect.id for aspect in load_taxonomy(name).aspects}
            assert {one for aspects in groups.values() for one in aspects} <= known


def test_an_aspect_belongs_where_its_parent_does():
    groups = group_of_aspects(load_taxonomy("hotels_sights"))
    assert GROUPS[groups["facilities_noise"]] == "facilities"
    assert GROUPS[groups["hygiene"]] == "hygiene"


def test_the_earliest_of_equal_and_of_nearly_equal_texts_is_no_copy():
    said = "房间很干净服务员也很热情下次还会再来住这里的早餐丰盛位置也好"
    texts = pa.chunked_array([[said, "别的", said, said.replace("也好", "也近")]])
    found = find_repeated(
        order=np.array([3, 2, 1, 0]),
        fingerprint=np.array([7, 0, 7, 8]),
        near_keys=[np.array([5, 0, 5, 5])],
        texts=texts,
    )
    assert found.tolist() == [True, False, True, False]


def test_facts_are_scored_within_the_scope(small_lake):
    for unit, polarity in ((1, "positive"), (2, "negative")):
        for _ in range(30):
            small_lake.say(
                unit_id=unit,
                sentiment=polarity,
                sentiment_score=0.8 if polarity == "positive" else -0.8,
                useful=0.7,
                opinions=[("hygiene", polarity, "床单", "")],
            )
    small_lake.say(unit_id=1, sentiment="negative", sentiment_score=-1.0, is_duplicate=True)
    arguments = {"taxonomy": load_taxonomy("hotels_sights"), "unit_names": {1: "甲", 2: "乙"}}
    with small_lake.connect() as connection:
        every = read_facts(connection, scope=EVERYTHING, filter=VoiceFilter(), **arguments)
        own = read_facts(connection, scope=Scope(unit_ids=frozenset({2})), filter=VoiceFilter(), **arguments)
    first, second = score_voices(every)
    assert (first.unit, first.n, second.unit, second.n) == ("甲", 30, "乙", 30)
    assert first.overall > second.overall + 1
    assert first.groups[GROUPS.index("hygiene")] > second.groups[GROUPS.index("hygiene")] + 1
    assert first.groups[GROUPS.index("value")] is None
    assert [line.unit for line in score_voices(own)] == ["乙"]


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.skipif(not REVIEWS.exists(), reason="needs shared/data/places")
def test_two_halves_of_public_reviews_give_nearly_the_same_order(tmp_path):
    lines = REVIEWS.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    halves = []
    for half in (0, 1):
        path = tmp_path / f"half{half}.csv"
        path.write_text("".join([lines[0], *lines[1 + half :: 2]]), encoding="utf-8")
        halves.append(score_voices(read_all(path, options=FileOptions())))
    one, other = ({line.unit: line for line in half} for half in halves)
    assert len(one) == 50
    overall = np.array([[one[unit].overall, other[unit].overall] for unit in one]).T
    assert np.corrcoef(overall)[0, 1] > 0.9
    for place in range(len(GROUPS)):
        scores = np.array([[one[unit].groups[place], other[unit].groups[place]] for unit in one], float).T
        assert np.corrcoef(scores)[0, 1] > 0.75
        assert 3 < scores.min() < scores.max() < 5
