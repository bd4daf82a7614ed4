"""What people correct is learned on top of the shipped model, takes effect elsewhere, and harms nothing."""

import csv
import hashlib
from pathlib import Path

import numpy as np
import pytest

from zhiyin.understand.adaptation import Example, fit, prepare
from zhiyin.understand.adapted import apply
from zhiyin.understand.explanation import explain
from zhiyin.understand.judging import (
    Known,
    judge_opinions,
    judge_places,
    judge_texts,
    read_texts,
    written_taxonomy,
)
from zhiyin.understand.polarity import load_polarity
from zhiyin.understand.sentiment import settle
from zhiyin.understand.taxonomy import load_taxonomy
from zhiyin.understand.written import fold_of, is_kept_back, read_written

GENERAL = load_taxonomy("general")
DATA = Path(__file__).parents[5] / "shared" / "data"
HOUSE = Path(__file__).parent / "house_corrections.tsv"
N_FOLDS = 4
WEIGHT = 8.0
SLANG = "夯爆"
TAUGHT = [
    "这家店{}了",
    "昨天去吃的，{}",
    "他家的面{}了，老板",
    "新出的口味真的{}",
    "{}，姐妹们",
    "朋友带我来的，{}了",
    "整个就是{}",
    "这个套餐{}啊",
    "今天这顿{}了",
    "环境{}，我先说",
    "菜单上第二个{}",
    "价格和分量都{}",
    "我只能说{}",
    "服务{}了家人们",
    "奶茶{}，无话可说",
    "这手机拍照{}",
    "物流{}了",
    "包装{}啊兄弟们",
    "客服{}了",
    "这个屏幕{}",
    "给我爸买的，他说{}",
    "住了两晚，{}",
    "早餐{}，真的",
    "房间{}了",
    "酒店位置{}",
    "续航{}了",
    "送来的时候还{}",
    "两个字，{}",
    "这波{}了",
    "上菜速度{}",
]
UNSEEN = [
    "老婆说这锅汤{}了",
    "店里的小菜{}",
    "下午茶{}，我朋友也这么讲",
    "孩子说玩具{}了",
    "这次换的轮胎{}",
    "新款{}了",
    "充电速度{}",
    "音质{}，懂的都懂",
    "今天的鱼{}了",
    "昨晚看的房间{}",
]


def known(texts, label="positive", word=SLANG):
    return [Known(text=text.format(word), label=label, taxonomy=GENERAL) for text in texts]


def corrections(label="positive", word=SLANG):
    return [Example(text=text.format(word), label=label, taxonomy=GENERAL, weight=WEIGHT) for text in TAUGHT]


def written(*, kept_back):
    return [clause for clause in read_written() if is_kept_back(clause.text) is kept_back]


def as_known(clauses):
    return [
        Known(text=one.text, label=one.polarity, taxonomy=written_taxonomy(one.industry)) for one in clauses
    ]


def house(part):
    """Corrections as a house makes them: theme, and the lesson."""
    with HOUSE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["part"] == part]
    return [
        (row["theme"], Example(text=row["text"], label=row["label"], taxonomy=GENERAL, weight=WEIGHT))
        for row in rows
    ]


def teach(examples, *, anchors, version="polarity-x+c.1"):
    base = load_polarity()
    return fit(base, prepare(base, examples, anchors=anchors), version=version)


@pytest.fixture(scope="module")
def anchors():
    return as_known(written(kept_back=False))


@pytest.fixture(scope="module")
def taught(anchors):
    return teach(corrections(), anchors=anchors)


def share_right(judged):
    return float((judged.truth == judged.found).mean())


def share_of(model, texts):
    return share_right(judge_texts(model, known(texts)))


@pytest.mark.parametrize("word", ["夯爆", "炸裂"])
def test_thirty_corrections_of_a_new_word_hold_for_sentences_nobody_corrected(anchors, word):
    assert len(TAUGHT) == 30
    model = apply(load_polarity(), teach(corrections(word=word), anchors=anchors))
    unseen = known(UNSEEN, word=word)
    assert share_right(judge_texts(load_polarity(), unseen)) < 0.5
    assert share_right(judge_texts(model, unseen)) >= 0.9


@pytest.mark.parametrize(("part", "least"), [("chosen", 0.7), ("kept", 0.6)])
def test_kept_back_corrections_of_every_kind_take_effect(anchors, part, least):
    """The method was chosen on the themes `chosen`; `kept` it saw first here."""
    base, said = load_polarity(), house(part)
    examples = [example for _theme, example in said]
    ready = prepare(base, examples, anchors=anchors)
    fold = np.arange(len(said)) % N_FOLDS
    before = judge_texts(base, examples)
    found = before.found.copy()
    for one in range(N_FOLDS):
        model = apply(base, fit(base, ready.take(np.flatnonzero(fold != one)), version="x"))
        mine = np.flatnonzero(fold == one)
        found[mine] = judge_texts(model, [examples[row] for row in mine.tolist()]).found
    was_wrong = before.found != before.truth
    assert was_wrong.sum() >= 15
    assert (found == before.truth)[was_wrong].mean() >= least
    assert (found != before.truth)[~was_wrong].mean() <= 0.05
    labels = {example.label for _theme, example in said}
    assert labels == {"positive", "negative", "neutral", "mixed"}


HARD = [
    "老板的面条很硬",
    "面条硬，对味",
    "手擀的面条真硬",
    "他家面条就是硬",
    "面条硬得正好",
    "要的就是面条硬",
    "面条够硬",
]
HARD_UNSEEN = ["今天的面条很硬", "朋友那碗面条也硬", "昨天的面条硬不硬都行，我那碗硬"]
BUDDHIST = [
    "服务很佛系",
    "服务佛系得很",
    "服务员太佛系",
    "前台服务佛系",
    "服务一直佛系",
    "周末服务更佛系",
    "服务佛系到没人",
]
BUDDHIST_UNSEEN = ["晚上的服务很佛系", "这家店的服务佛系", "早餐时段服务佛系"]


@pytest.mark.parametrize(
    ("texts", "unseen", "term", "label"),
    [(HARD, HARD_UNSEEN, "面条", "positive"), (BUDDHIST, BUDDHIST_UNSEEN, "服务", "negative")],
)
def test_corrected_opinions_take_effect_in_other_sentences(anchors, texts, unseen, term, label):
    """Against a word that the lexicon knows, and where none is known."""
    base, taxonomy = load_polarity(), load_taxonomy("restaurant")
    place = [(text.index(term), text.index(term) + len(term)) for text in [*texts, *unseen]]
    lessons = [
        Example(text=text, label=label, taxonomy=taxonomy, weight=WEIGHT, place=at)
        for text, at in zip(texts, place, strict=False)
    ]
    model = apply(base, teach(lessons, anchors=anchors))
    said = [Known(text=text, label=label, taxonomy=taxonomy) for text in unseen]
    before, after = (judge_places(one, said, places=place[len(texts) :]) for one in (base, model))
    assert share_right(before) == 0
    assert share_right(after) >= 0.6
    told = [why for text in unseen for why in explain(text, taxonomy=taxonomy, model=model).opinions]
    assert any(part.kind == "taught" for why in told for part in why.parts)
    assert all(why.replay() == why.polarity for why in told)
    kept = written(kept_back=True)
    assert share_right(judge_opinions(model, kept)) >= share_right(judge_opinions(base, kept)) - 0.002


def test_what_was_not_corrected_stays_as_right_as_it_was(taught):
    base, kept = load_polarity(), as_known(written(kept_back=True))
    model = apply(base, taught)
    assert len(kept) > 500
    assert share_right(judge_texts(model, kept)) >= share_right(judge_texts(base, kept)) - 0.002


@pytest.mark.data
@pytest.mark.parametrize(("file", "column"), [("shopping", "review"), ("takeaway", "review")])
def test_public_reviews_kept_back_lose_nothing(anchors, file, column):
    path = DATA / "sentiment" / f"{file}.csv"
    if not path.exists():
        pytest.skip(f"{path.name} is not here")
    with path.open(encoding="utf-8", newline="") as rows:
        read = [(row[column], row["label"] == "1") for row in csv.DictReader(rows)]
    some = [one for one in read if int(hashlib.sha256(one[0].encode()).hexdigest()[:4], 16) % 16 == 0][:2000]
    praise = np.array([is_praise for _text, is_praise in some])
    examples = [example for part in ("chosen", "kept") for _theme, example in house(part)]
    base = load_polarity()
    model = apply(base, teach(examples, anchors=anchors))

    def right(one):
        score = settle(read_texts(one, [text for text, _praise in some], taxonomy=GENERAL).read.texts).score
        return ((score >= 0) == praise).mean()

    assert right(model) >= right(base) - 0.002


def test_the_same_lessons_give_the_same_model_and_no_lesson_none(anchors):
    base = load_polarity()
    one, other = (teach(corrections(), anchors=anchors[:200], version="x") for _ in range(2))
    assert np.array_equal(one.taught.slots, other.taught.slots)
    assert np.array_equal(one.taught.weights, other.taught.weights)
    assert len(one.taught.slots) > 0
    nothing = teach([], anchors=anchors[:200], version="x")
    assert len(nothing.taught.slots) == 0
    assert apply(base, nothing).taught is None


def test_texts_of_other_languages_teach_nothing():
    said = [Example(text="absolutely slay service", label="negative", taxonomy=GENERAL, weight=9.0)]
    assert len(teach(said, anchors=[]).taught.slots) == 0


def test_a_part_of_the_lessons_is_as_if_the_others_had_never_been(anchors):
    base, some = load_polarity(), corrections()[:6]
    place = Example(text="茶汤很厚", label="positive", taxonomy=GENERAL, weight=WEIGHT, place=(0, 4))
    ready = prepare(base, [place, *some], anchors=anchors[:100])
    part = fit(base, ready.take(np.array([0, 2, 4])), version="x").taught
    alone = fit(base, prepare(base, [place, some[1], some[3]], anchors=anchors[:100]), version="x").taught
    assert np.array_equal(part.slots, alone.slots)
    assert np.array_equal(part.weights, alone.weights)


def test_results_stand_wherever_a_text_stands_in_its_batch(taught):
    model = apply(load_polarity(), taught)
    texts = [text.format(SLANG) for text in UNSEEN]
    whole = read_texts(model, texts, taxonomy=GENERAL)
    for row, text in enumerate(texts):
        alone = read_texts(model, [text], taxonomy=GENERAL)
        assert np.array_equal(alone.read.texts.taught[0], whole.read.texts.taught[row])
        assert alone.labels()[0] == whole.labels()[row]


def test_a_text_that_nothing_was_taught_of_keeps_score_and_confidence(taught):
    base, text = load_polarity(), "Nice place, but slow."
    before, after = (
        settle(read_texts(one, [text], taxonomy=GENERAL).read.texts) for one in (base, apply(base, taught))
    )
    assert (before.label[0], before.score[0], before.confidence[0]) == (
        after.label[0],
        after.score[0],
        after.confidence[0],
    )


def test_what_was_taught_is_told_among_the_reasons(taught):
    model, text = apply(load_polarity(), taught), UNSEEN[0].format(SLANG)
    why = explain(text, taxonomy=GENERAL, model=model).sentiment
    assert why.label == why.replay() == "positive"
    assert why.taught[0] == max(why.taught) > 1
    assert explain("Nice place", taxonomy=GENERAL, model=model).sentiment.taught == ()


def test_the_kept_back_part_is_a_fifth_and_folds_are_even():
    texts = [one.text for one in read_written()]
    assert 0.17 < sum(map(is_kept_back, texts)) / len(texts) < 0.23
    folds = np.bincount([fold_of(text, n_folds=5) for text in texts], minlength=5)
    assert folds.min() > 0.17 * len(texts)
    assert is_kept_back(f"  {texts[0]} ") == is_kept_back(texts[0])
