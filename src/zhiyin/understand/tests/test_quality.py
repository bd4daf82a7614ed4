from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.understand.copies import are_near
from zhiyin.understand.privacy import find_private
from zhiyin.understand.quality import assess_quality
from zhiyin.understand.text import fold_batch

REVIEW = (
    "昨天晚上点的外卖等了一个多小时才送到，打开一看汤都洒了，饭也是凉的，打电话给店家一直没人接，再也不会点了"
)


def quality_of(*texts: str | None):
    batch = fold_batch(texts)
    return assess_quality(batch, private=find_private(batch))


def test_the_same_words_with_other_marks_spaces_and_capitals_are_a_copy():
    quality = quality_of(
        REVIEW, "别的话，说的是别的事情呀", REVIEW.replace("，", "！ "), REVIEW + "…", "ＡＢＣ" + REVIEW
    )
    assert quality.duplicate_of.tolist()[:4] == [-1, -1, 0, 0]
    assert quality.fingerprint[0] == quality.fingerprint[2] == quality.fingerprint[3]
    assert quality.fingerprint[0] != quality.fingerprint[4]


def test_traditional_and_simplified_writing_are_copies():
    quality = quality_of("服務員態度很差，等了四十分鐘", "服务员态度很差，等了四十分钟")
    assert quality.duplicate_of.tolist() == [-1, 0]


@pytest.mark.parametrize(
    "changed",
    [
        REVIEW.replace("一个多小时", "两个多小时"),
        REVIEW.replace("店家", "商家"),
        REVIEW[:-6],
        "差评！" + REVIEW,
        REVIEW.replace("洒了", "撒了"),
    ],
)
def test_a_text_changed_a_little_is_a_copy(changed):
    assert quality_of(REVIEW, changed).duplicate_of.tolist() == [-1, 0]


def test_texts_on_the_same_matter_in_own_words_are_no_copies():
    other = (
        "前天中午点的外卖等了两个小时还没有送到，给店家打电话说骑手已经出发，最后只好自己取消，退款也没有到账"
    )
    assert quality_of(REVIEW, other).duplicate_of.tolist() == [-1, -1]


def test_near_copies_of_other_days_share_a_key_and_strangers_do_not():
    signs = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对会可主发年动同工也能下过子说产"
    random = np.random.default_rng(11)
    texts = ["".join(random.choice(list(signs), 60)) for _ in range(400)]
    changed = [text[:30] + "嘿" + text[31:] for text in texts]
    # One at a time and all at once: the keys are those of the text.
    before, after = (
        quality_of(*texts).near_keys,
        np.concatenate([quality_of(one).near_keys for one in changed]),
    )
    shares = (before == after).any(axis=1)
    assert shares.mean() >= 0.93
    assert not (before == np.roll(after, 1, axis=0)).any()
    assert are_near(texts[0], changed[0])
    assert not are_near(texts[0], changed[1])


def test_short_texts_have_no_keys_and_are_near_nothing():
    assert not quality_of("很好吃", "味道很好送餐很快").near_keys.any()
    assert not are_near("很好吃", "很好吃")


def test_short_texts_are_nobodys_copies_and_have_no_fingerprint():
    quality = quality_of("很好吃", "很好吃", "好评！", "好评", "", None)
    assert quality.duplicate_of.tolist() == [-1] * 6
    assert quality.fingerprint.tolist() == [0] * 6


def test_a_copy_of_a_near_copy_names_the_first_of_all():
    near = REVIEW.replace("店家", "商家")
    assert quality_of(REVIEW, near, near, REVIEW).duplicate_of.tolist() == [-1, 0, 0, 0]


def test_copies_are_found_wherever_they_stand_in_a_large_batch():
    random = np.random.default_rng(7)
    signs = (
        "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对"
        "成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
    )
    texts = ["".join(random.choice(list(signs), 60)) for _ in range(2000)]
    changed = [text[:30] + "嘿" + text[31:] for text in texts[:200]]
    quality = quality_of(*texts, *changed)
    assert (quality.duplicate_of[:2000] == -1).all()
    assert np.mean(quality.duplicate_of[2000:] == np.arange(200)) >= 0.95


def test_a_fingerprint_is_the_same_in_every_batch_and_differs_between_texts():
    alone = quality_of(REVIEW).fingerprint[0]
    among = quality_of("x", None, "另外一条说别的事情的评论", REVIEW).fingerprint
    assert alone == among[3] != 0
    assert among[2] not in (0, alone)


@pytest.mark.parametrize(
    "text",
    [
        "兼职日结，一天三百，加微信abc12345",
        "代开发票，需要的联系13912345678",
        "免费领取优惠券，点击链接 http://t.cn/abc",
        "出售一手货源，厂家直销，加我微信tea12345",
        "在家赚钱，月入过万不是梦",
        "招聘送餐员，有意者请联系QQ 12345678",
        "Make money at home, visit https://spam.example.com",
    ],
)
def test_adverts_are_spam(text):
    assert quality_of(text).spam.tolist() == [True]


@pytest.mark.parametrize(
    "text",
    [
        REVIEW,
        "优惠券用不了，客服电话打不通",
        "骑手是兼职的吧，路都不认识",
        "加微信群领券的人不管售后，打13912345678没人接",
        "代购的东西不如自己买",
        "扫码点餐很方便",
        "差评！！刷单刷单刷单！",
        "离批发市场很近，走着去批发市场很方便",
        "贷款贷款，天天打电话问我要不要贷款，烦死了，贷款",
        "贷款利息太高了",
        "",
        "😀",
    ],
)
def test_customers_words_are_not_spam(text):
    assert quality_of(text).spam.tolist() == [False]


@pytest.mark.parametrize(
    "text",
    [
        "好评返现两元，就来写一下",
        "店家说五星好评送小礼品",
        "晒图返现的卡片都塞进来了",
        "为了好评红包来的",
        "I got a discount for review",
    ],
)
def test_bought_praise_is_marked_as_solicited(text):
    assert quality_of(text).solicited.tolist() == [True]


@pytest.mark.parametrize(
    "text", ["给五星就送酸梅汤，值", "师傅让打满分，不然扣他工资", "写评价打九折，所以有了这条"]
)
def test_a_reward_close_behind_a_review_tells_that_it_was_bought(text):
    assert quality_of(text).solicited.tolist() == [True]


@pytest.mark.parametrize(
    "text", ["没有返现，自愿给好评", "好评！送货很快", "送的小礼物不错，服务也好，房间更好，给好评"]
)
def test_a_gift_that_asked_for_nothing_buys_nothing(text):
    assert quality_of(text).solicited.tolist() == [False]


@pytest.mark.parametrize(
    "text", ["路过，帮顶", "凑字数凑字数凑够了吧", "哈哈哈哈哈哈哈哈", "。。。", "test test 123"]
)
def test_what_speaks_of_nothing_is_off_the_subject(text):
    assert quality_of(text).off_subject.tolist() == [True]


@pytest.mark.parametrize("text", [REVIEW, "不错", "路过这家店进来尝尝，面很劲道", "", "5星"])
def test_what_judges_or_is_merely_short_is_not_off_the_subject(text):
    batch = fold_batch([text])
    quality = assess_quality(batch, judging=np.array([bool(text)]))
    assert quality.off_subject.tolist() == [False]


@pytest.mark.parametrize("text", [REVIEW, "给个好评", "必须五星好评", "返修了两次", "会再来，推荐给朋友"])
def test_free_praise_is_not_marked_as_solicited(text):
    assert quality_of(text).solicited.tolist() == [False]


def test_usefulness_rises_with_what_a_text_says():
    worth = quality_of("", "好", "味道不错", "味道不错，就是送餐慢了点，汤有点凉", REVIEW).useful.tolist()
    assert worth == sorted(worth)
    assert worth[0] == 0
    assert worth[-1] > 0.85


def test_repeating_oneself_does_not_help():
    worth = quality_of("好吃" * 40, "好吃" * 3, "哈" * 200, "。" * 50).useful
    assert (worth < 0.2).all()


def test_what_a_system_wrote_for_a_silent_customer_is_worth_nothing():
    assert quality_of("系统默认好评！", "此用户没有填写评价。").useful.tolist() == [0, 0]


@given(st.lists(st.text(st.characters(), max_size=60), max_size=12))
def test_any_batch_has_a_quality(texts):
    quality = quality_of(*texts)
    assert len(quality.useful) == len(texts)
    assert ((quality.useful >= 0) & (quality.useful <= 1)).all()
    assert (quality.duplicate_of < np.arange(len(texts))).all()
    assert quality.duplicate_of.dtype == np.int32
    assert quality.fingerprint.dtype == np.int64


def test_long_and_odd_texts_do_no_harm():
    quality = quality_of("好" * 100_000, "\ud800" * 50, "\u202e" * 50, REVIEW * 500, REVIEW * 500 + "改")
    assert quality.duplicate_of.tolist()[-1] == 3
