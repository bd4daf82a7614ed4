"""The check for plain language: what it marks, what it leaves alone, how sure and how fast it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.costs import grows_at_most

from zhiyin.errors import InvalidInput
from zhiyin.knowledge.plain import MAX_SIGNS, Code, Severity, check_text, language_of
from zhiyin.knowledge.plain.lists import read_lists, read_remarks
from zhiyin.knowledge.plain.measuring import measure, read_examples

_PIECES = [
    "我们会",
    "尽快",
    "处理",
    "评价",
    "改",
    "您",
    "应该",
    "敬请谅解",
    "SLA",
    "。",
    "，",
    "\n",
    "明天18:00",
    "we will",
    "soon",
    "\u200b",
    "𠀀",
    "İ",
    "…",
]


def codes(text, **more):
    return [one.code for one in check_text(text, **more).remarks]


def test_a_promise_needs_a_time():
    assert codes("我们会尽快处理。") == [Code.VAGUE_PROMISE]
    assert codes("我们会在明天18:00前处理。") == []
    assert codes("我们会处理好。最晚周五告诉您结果。") == []
    assert codes("We will call you soon.", language="en")
    assert codes("We will call you by 6 pm today.", language="en") == []


def test_the_time_at_which_the_customer_spoke_is_no_promise():
    assert codes("您3月5日反映的问题，我们会尽快处理。") == [Code.VAGUE_PROMISE]


def test_asking_to_change_a_review_is_forbidden():
    report = check_text("麻烦您改一下评价。")
    assert report.is_forbidden
    assert report.remarks[0].severity is Severity.FORBIDDEN
    assert report.scores.trustworthy <= 40
    assert not check_text("您不需要修改评价，菜钱已经退给您。").is_forbidden


@pytest.mark.parametrize(
    "text",
    [
        "希望您能重新给我们一个公正的评分。",
        "您看评价那边能不能帮忙处理一下？",
        "您先把12315的投诉撤了，再办退款。",
        "只要您删了帖子，我们就赔您五百。",
        "We would like to earn back those missing stars.",
        "We offer 10 yuan once the review is taken down.",
        "Would you raise your rating?",
    ],
)
def test_a_veiled_wish_for_another_review_is_forbidden_too(text):
    assert check_text(text, language=language_of(text)).is_forbidden


@pytest.mark.parametrize(
    "text",
    [
        "评价您怎么写都可以，不用改。",
        "您随时可以撤回投诉，也可以不撤。",
        "请打开五星会员的页面。",
        "We will change the oil every two days.",
        "We improve the queue from Monday: two more people.",
        "Please leave your review as it is.",
    ],
)
def test_what_only_sounds_like_it_is_not(text):
    assert check_text(text, language=language_of(text)).remarks == []


def test_at_first_is_no_time_of_the_day():
    assert codes("我们会第一时间处理。") == [Code.VAGUE_PROMISE]
    assert codes("您11月20日买的杯子，请耐心等待。") == [Code.VAGUE_PROMISE]
    assert codes("我们会在下午一点处理。") == []


def test_what_follows_a_dated_promise_needs_no_second_date():
    assert codes("师傅明天上午来修。修好后他打电话告诉您。") == []
    assert codes("师傅来修。修好后他打电话告诉您。") == [Code.VAGUE_PROMISE]


def test_a_question_that_is_not_answered_is_named():
    report = check_text("您的意见我们记下了。", question="蛋糕很好看。什么时候退款？")
    assert [(one.code, one.words) for one in report.remarks] == [(Code.UNANSWERED, "什么时候退款？")]
    assert codes("明天退款。", question="什么时候退款？") == []
    assert codes("您的意见我们记下了。") == []


def test_places_are_those_of_the_text_as_written():
    text = "İİ亲，ＳＬＡ不归我们管"
    for one in check_text(text).remarks:
        assert text[one.start : one.end] == one.words
    assert codes(text) == [Code.FAMILIAR, Code.BLAME]


def test_traditional_signs_are_read_as_simplified_ones():
    report = check_text("造成您的不便，敬請諒解，我們會儘快處理。")
    assert [one.words for one in report.remarks] == ["敬請諒解", "我們會儘快處理"]


def test_latin_words_are_matched_whole():
    assert codes("The remarks reminded us of churning butter.", language="en") == []


def test_an_abbreviation_is_known_or_explained_or_marked_once():
    assert codes("请打开WiFi。净推荐值（NPS）是62。") == []
    assert codes("请报IMEI。IMEI在机身背面。") == [Code.ABBREVIATION]
    assert codes("订单号K2611和A1234567已退款。") == []


def test_colleagues_may_be_told_what_they_must_do_in_their_own_words():
    assert codes("你必须先在工单里登记。", kind="staff_article") == []
    assert codes("你必须先在工单里登记。", kind="article") != []


def test_a_long_text_is_said_to_be_long():
    text = "请先打开面板，再取下滤网。" * 40
    assert Code.LONG_TEXT in codes(text)
    assert Code.LONG_TEXT not in codes(text, kind="article")


def test_links_and_headings_of_articles_are_no_long_sentences():
    address = "https://a.example/" + "x" * 90
    assert codes(f"# {'很长的标题' * 14}\n[看这里]({address})\n", kind="article") == []


def test_scores_stay_between_0_and_100_and_nothing_is_100():
    bad = check_text("您应该先看说明，这不是我们的责任，敬请谅解，我们会尽快处理，麻烦改一下评价。" * 9)
    for score in (bad.scores.plain, bad.scores.short, bad.scores.trustworthy, bad.scores.respectful):
        assert 0 <= score <= 100
    assert check_text("  ").scores.plain == 100


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(_PIECES) | st.text(max_size=6), max_size=30).map("".join))
def test_whatever_the_text_its_marks_lie_in_it(text):
    for language in ("zh", "en"):
        for one in check_text(text, language=language, question=text).remarks:
            assert 0 <= one.start <= one.end <= len(text)
            assert one.end == 0 or text[one.start : one.end] == one.words


@pytest.mark.parametrize(
    "piece", ["我们会尽快处理，", "一", "改改评评", "we will we will soon ", "0", "A", "您", "(", "我们会"]
)
def test_time_is_linear_in_the_text(piece):
    def of_signs(n):
        text = (piece * n)[:n]
        return lambda: check_text(text, question=text[:200])

    assert grows_at_most(40, of_signs(2_000), of_signs(20_000))


def test_a_text_beyond_the_limit_is_refused():
    with pytest.raises(InvalidInput, match="20,000"):
        check_text("好" * (MAX_SIGNS + 1))


def test_the_language_is_told_from_the_letters():
    assert language_of("请打开 WiFi 和 VoLTE") == "zh"
    assert language_of("Open the door") == "en"
    assert language_of("") == "zh"


def test_the_lists_can_be_read_and_every_remark_has_a_name():
    for language in ("zh", "en"):
        read_lists(language)
    assert set(read_remarks()) == set(Code)


def test_the_check_is_right_on_examples_it_was_not_chosen_on():
    """Figures stand in docs/knowledge.md."""
    examples = [*read_examples("zh"), *read_examples("en")]
    assert len(examples) >= 300
    assert len({one.text for one in examples}) == len(examples)
    kept = measure([one for one in examples if one.half == "reporting"])
    n_right = sum(one.n_right for one in kept)
    assert n_right / (n_right + sum(one.n_wrong for one in kept)) >= 0.95
    assert n_right / (n_right + sum(one.n_missed for one in kept)) >= 0.92
    forbidden = next(one for one in kept if one.code is Code.REVIEW_CHANGE)
    assert forbidden.precision == 1.0
