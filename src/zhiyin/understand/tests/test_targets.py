"""Terms that a taxonomy lacks, found in what customers say."""

from __future__ import annotations

import csv
import hashlib
import random
import re
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from zhiyin.understand.analyser import Analyser
from zhiyin.understand.targets import find_targets
from zhiyin.understand.taxonomy import Taxonomy, load_taxonomy

REVIEWS = Path(__file__).parents[5] / "shared" / "data" / "unlabelled" / "restaurant_reviews.csv"


@pytest.fixture(scope="module")
def restaurant() -> Taxonomy:
    return load_taxonomy("restaurant")


def without(taxonomy: Taxonomy, hidden: list[str]) -> Taxonomy:
    """The taxonomy as it would be had nobody thought of these terms."""
    keys = ("terms", "weak_terms")
    return replace(
        taxonomy,
        aspects=tuple(
            replace(one, **{key: tuple(set(getattr(one, key)) - set(hidden)) for key in keys})
            for one in taxonomy.aspects
        ),
    )


def test_what_stands_before_a_judgement_or_after_it_is_found_with_its_judges(restaurant):
    texts = ["榴莲很不错", "这家的榴莲真的很差", "不错的榴莲", "榴莲真的非常糟糕", "环境很好，上菜快"] * 2
    found = {one.term: one for one in find_targets(texts, taxonomy=without(restaurant, ["榴莲"]))}
    one = found["榴莲"]
    assert (one.n_texts, one.n_negative, one.n_loose) == (8, 4, 8)
    assert [texts[at.text][at.start : at.end] for at in one.examples] == ["榴莲"] * 3
    assert one.examples[0].polarity == -1
    assert not {"环境", "上菜", "这家"} & set(found)


def test_a_piece_of_a_longer_term_is_not_suggested_nor_a_term_with_something_stuck_to_it(restaurant):
    texts = ["西米露很不错", "今天的西米露很差", "西米露非常棒", "芒果西米露不错", "西米露真好", "西米露超棒"]
    assert [one.term for one in find_targets(texts, taxonomy=restaurant)] == ["西米露"]


def test_terms_turned_down_and_excluded_ones_and_covered_names_are_left_out(restaurant):
    texts = ["榴莲很不错", "榴莲太差", "榴莲真好"] * 3
    small = without(restaurant, ["榴莲"])
    assert not find_targets(texts, taxonomy=small, not_wanted=frozenset({"榴莲"}))
    first = replace(small.aspects[0], exclusions=("榴莲",))
    assert not find_targets(texts, taxonomy=replace(small, aspects=(first, *small.aspects[1:])))
    assert not find_targets(["***很不错", "*经理很差", "1**********很好"] * 5, taxonomy=restaurant)


@pytest.mark.parametrize("texts", [[], [""], ["😀👍" * 50], ["好" * 100_000], ["The food was great"] * 9])
def test_nothing_comes_of_nothing(texts, restaurant):
    assert find_targets(texts, taxonomy=restaurant) == []


def test_texts_of_any_order_and_cut_give_the_same_terms(restaurant, monkeypatch):
    texts = [
        f"{thing}{word}" for thing in ("榴莲", "锅盔", "山药") for word in ("很不错", "太差", "真好", "不行")
    ]
    small = without(restaurant, ["榴莲", "锅盔", "山药"])
    terms = {one.term for one in find_targets(texts, taxonomy=small)}
    assert terms == {"榴莲", "锅盔", "山药"}
    monkeypatch.setattr("zhiyin.understand.targets.TEXTS_PER_BATCH", 5)
    assert {one.term for one in find_targets(texts[::-1], taxonomy=small)} == terms


@pytest.fixture(scope="module")
def voices() -> list[str]:
    if not REVIEWS.exists():
        pytest.skip("the public restaurant reviews are not here")
    with REVIEWS.open(encoding="utf-8") as file:
        sentences = [
            sentence
            for row in csv.DictReader(file)
            for sentence in re.split(r"(?<=[。！？\n])", row["content"])
            if sentence.strip()
        ]
    random.Random(1).shuffle(sentences)
    return sentences[:10_000]


@pytest.fixture(scope="module")
def spoken_of(voices, restaurant) -> list[str]:
    """Terms with twenty opinions and more that overlap no other term: hidden, they are known by nothing."""
    batch = pa.RecordBatch.from_pydict({"text": voices})
    opinions = Analyser(taxonomy=restaurant).analyse_batch(batch).column("opinions").flatten()
    table = pa.Table.from_struct_array(opinions).select(["term", "polarity"]).to_pylist()
    counts = Counter(row["term"] for row in table if row["term"] and row["polarity"] != "neutral")
    terms = {term for one in restaurant.aspects for term in (*one.terms, *one.weak_terms)}
    left_out = {term for one in restaurant.aspects for term in one.exclusions}
    return [
        term
        for term, n in counts.items()
        if n >= 20
        and term in terms - left_out
        and re.fullmatch(r"[\u4e00-\u9fff]{1,}[^的了上\x00-\u4dff]", term)
        and not any((other in term or term in other) for other in terms - {term})
    ]


@pytest.mark.data
def test_hidden_terms_of_restaurants_come_back_with_their_aspects(voices, spoken_of, restaurant):
    own = {term: one.id for one in restaurant.aspects for term in (*one.terms, *one.weak_terms)}
    assert len(spoken_of) >= 20
    shares, ranks = [], []
    for seed in range(3):
        ordered = sorted(spoken_of, key=lambda term: hashlib.sha256(f"{seed}{term}".encode()).hexdigest())
        hidden = ordered[:10]
        found = find_targets(voices, taxonomy=without(restaurant, hidden), limit=50)
        back = [one for one in found if one.term in hidden]
        shares.append(len(back) / len(hidden))
        ranks += [
            [aspect for aspect, _ in one.aspects].index(own[one.term])
            for one in back
            if own[one.term] in dict(one.aspects)
        ]
    told = f"ten hidden terms come back: {shares}; aspect first: {ranks.count(0)} of {sum(shares) * 10:.0f}"
    sys.stdout.write(f"\n{told}\n")
    assert sum(shares) / len(shares) >= 0.6
    assert ranks.count(0) >= 0.5 * sum(shares) * 10
    assert len(ranks) >= 0.8 * sum(shares) * 10
