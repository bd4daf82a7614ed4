"""What people correct is learned on top of the shipped model, and only that."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from zhiyin.errors import InvalidInput
from zhiyin.understand.adaptation import Example, fit, prepare
from zhiyin.understand.adapted import apply
from zhiyin.understand.adapted_files import open_model, open_or_shipped, save_adaptation
from zhiyin.understand.batches import make_batch_function
from zhiyin.understand.judging import Known, judge_opinions, judge_texts, read_texts, written_taxonomy
from zhiyin.understand.polarity import load_polarity
from zhiyin.understand.taxonomy import load_taxonomy
from zhiyin.understand.written import fold_of, is_kept_back, read_written

GENERAL = load_taxonomy("general")
SLANG = "炸裂"
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


def known(texts, label="positive"):
    return [Known(text=text.format(SLANG), label=label, taxonomy=GENERAL) for text in texts]


def corrections(weight=4.0, label="positive"):
    return [Example(text=text.format(SLANG), label=label, taxonomy=GENERAL, weight=weight) for text in TAUGHT]


def written(*, kept_back):
    return [clause for clause in read_written() if is_kept_back(clause.text) is kept_back]


def lessons_of(clauses):
    return [
        Example(text=one.text, label=one.polarity, taxonomy=written_taxonomy(one.industry)) for one in clauses
    ]


@pytest.fixture(scope="module")
def taught():
    base = load_polarity()
    ready = prepare(base, [*lessons_of(written(kept_back=False)), *corrections()])
    return fit(base, ready, version="polarity-x+c.1")


def share_right(judged):
    return float((judged.truth == judged.found).mean())


def test_thirty_corrections_of_a_new_word_hold_for_sentences_nobody_corrected(taught):
    base = load_polarity()
    assert len(TAUGHT) == 30
    assert share_right(judge_texts(base, known(UNSEEN))) < 0.5
    assert share_right(judge_texts(apply(base, taught), known(UNSEEN))) >= 0.8


def test_what_was_not_corrected_stays_as_right_as_it_was(taught):
    base = load_polarity()
    kept = [
        Known(text=one.text, label=one.polarity, taxonomy=written_taxonomy(one.industry))
        for one in written(kept_back=True)
    ]
    before, after = judge_texts(base, kept), judge_texts(apply(base, taught), kept)
    assert len(kept) > 500
    assert share_right(after) >= share_right(before) - 0.005
    some = written(kept_back=True)
    before, after = judge_opinions(base, some), judge_opinions(apply(base, taught), some)
    assert share_right(after) >= share_right(before) - 0.005


def test_the_same_lessons_give_the_same_model_and_no_lesson_none():
    base = load_polarity()
    one, other = (fit(base, prepare(base, corrections()), version="x") for _ in range(2))
    assert np.array_equal(one.slots, other.slots)
    assert np.array_equal(one.values, other.values)
    assert len(one.slots) > 0
    nothing = fit(base, prepare(base, []), version="x")
    assert len(nothing.slots) == 0
    assert np.array_equal(apply(base, nothing).table, base.table)


def test_texts_of_other_languages_teach_nothing():
    base = load_polarity()
    said = [Example(text="absolutely slay service", label="negative", taxonomy=GENERAL, weight=9.0)]
    assert len(fit(base, prepare(base, said), version="x").slots) == 0


def test_a_confirmed_neutral_text_is_drawn_to_even():
    base = load_polarity()
    text = "这家店很好"
    said = [Example(text=text, label="neutral", taxonomy=GENERAL, weight=40.0)]
    model = apply(base, fit(base, prepare(base, said), version="x"))
    before, after = (read_texts(one, [text], taxonomy=GENERAL).read.texts.odds()[0] for one in (base, model))
    assert 0 < after < 0.7 * before


def test_a_saved_model_reads_as_it_did_and_names_itself_in_the_facts(taught, tmp_path):
    file = save_adaptation(taught, tmp_path / "models" / "x.npz")
    model = open_model(file)
    assert np.array_equal(model.table, apply(load_polarity(), taught).table)
    assert file.path.stat().st_size < 2_000_000
    batch = pa.RecordBatch.from_pydict({"text": pa.array([UNSEEN[0].format(SLANG)])})
    [said] = make_batch_function(taxonomy="general", model=file)(batch).to_pylist()
    assert said["sentiment"]["label"] == "positive"
    assert "polarity-x+c.1" in str(said["model"])


@pytest.mark.parametrize("harm", ["gone", "cut", "other"])
def test_a_file_that_is_damaged_leads_to_the_shipped_model(taught, tmp_path, harm):
    file = save_adaptation(taught, tmp_path / f"{harm}.npz")
    if harm == "gone":
        file.path.unlink()
    elif harm == "cut":
        file.path.write_bytes(file.path.read_bytes()[:-40])
    else:
        file.path.write_bytes(b"something else")
    with pytest.raises(InvalidInput, match="missing or damaged"):
        open_model(file)
    assert open_or_shipped(file) is load_polarity()


def test_what_builds_upon_another_model_is_refused(taught):
    with pytest.raises(InvalidInput, match="builds upon"):
        apply(replace(load_polarity(), bias=0.5), taught)


def test_the_kept_back_part_is_a_fifth_and_folds_are_even():
    texts = [one.text for one in read_written()]
    assert 0.17 < sum(map(is_kept_back, texts)) / len(texts) < 0.23
    folds = np.bincount([fold_of(text, n_folds=5) for text in texts], minlength=5)
    assert folds.min() > 0.17 * len(texts)
    assert is_kept_back(f"  {texts[0]} ") == is_kept_back(texts[0])
