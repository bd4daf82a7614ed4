"""Conversations: timing, marks, and how the turns of one never touch those of another."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from tests.costs import grows_at_most
from training.conversation_cases import read_cases
from training.measure_conversations import measure

from zhiyin.understand import Analyser
from zhiyin.understand.conversation import Conversation, Turn, analyse_conversations

ZONE = ZoneInfo("Asia/Shanghai")
THURSDAY = datetime(2026, 3, 5, 14, 20, tzinfo=ZONE)
# A little below the figures of both halves together; `python training/measure_conversations.py` prints them.
FLOORS = {
    "promise": 0.95,
    "told_again": 0.87,
    "asked_again": 0.92,
    "handed_over": 0.93,
    "no_way_to_person": 0.95,
    "beside_the_point": 0.88,
    "outcome": 0.93,
}


@pytest.fixture(scope="module")
def analyser():
    return Analyser()


@pytest.fixture(scope="module")
def scores(analyser):
    return measure(read_cases(), analyser=analyser)


def talk(*lines, started_at=THURSDAY):
    speakers = {"C": "customer", "S": "staff", "R": "robot"}
    return Conversation(
        turns=[Turn(speaker=speakers[line[0]], text=line[2:]) for line in lines], started_at=started_at
    )


def timed(*turns):
    return Conversation(
        turns=[Turn(speaker=who, text="嗯好的", start_s=start, end_s=end) for who, start, end in turns]
    )


@pytest.mark.parametrize("kind", FLOORS)
def test_no_kind_of_mark_falls_below_its_floor_on_the_labelled_conversations(scores, kind):
    assert scores[kind].f1 >= FLOORS[kind]


def test_at_least_nine_of_ten_promises_are_due_when_the_words_say(scores):
    assert scores["promise"].n_about >= 0.9 * scores["promise"].n_right


def test_the_labelled_set_is_large_enough_to_say_something():
    cases = read_cases()
    assert len(cases) >= 60
    assert sum(len(case.conversation.turns) for case in cases) >= 600
    assert 0.35 < sum(case.is_blind for case in cases) / len(cases) < 0.65


def test_talk_share_goes_by_time_where_all_turns_have_it(analyser):
    found = analyse_conversations([timed(("staff", 0, 6), ("customer", 6, 8))], analyser=analyser)[0]
    assert found.talk.is_timed
    assert (found.talk.staff, found.talk.customer) == (0.75, 0.25)
    assert found.talk.duration_s == 8


def test_talk_share_goes_by_characters_where_a_time_is_missing(analyser):
    turns = [
        Turn(speaker="staff", text="您好您好您好", start_s=0, end_s=1),
        Turn(speaker="customer", text="你好"),
    ]
    found = analyse_conversations([Conversation(turns=turns)], analyser=analyser)[0]
    assert not found.talk.is_timed
    assert (found.talk.staff, found.talk.customer) == (0.75, 0.25)


def test_a_silence_stands_at_the_turn_that_ends_it_and_the_customer_is_the_one_who_waited(analyser):
    call = timed(("customer", 0, 2), ("staff", 22, 25), ("customer", 33, 34))
    found = analyse_conversations([call], analyser=analyser)[0]
    assert [(mark.turn, mark.seconds) for mark in found.of("silence")] == [(1, 20), (2, 8)]
    assert (found.talk.silence_s, found.talk.longest_silence_s, found.talk.waited_s) == (28, 20, 20)


def test_a_silence_is_none_while_somebody_elses_turn_lasts(analyser):
    call = timed(("staff", 0, 30), ("customer", 3, 4), ("staff", 30, 31))
    assert analyse_conversations([call], analyser=analyser)[0].of("silence") == []


def test_speaking_into_anothers_words_is_an_interruption(analyser):
    call = timed(("staff", 0, 10), ("customer", 8, 12), ("staff", 12.2, 13))
    marks = analyse_conversations([call], analyser=analyser)[0].of("interruption")
    assert [(mark.turn, mark.about, mark.seconds) for mark in marks] == [(1, 0, 2)]


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("明天上午给您回电", "2026-03-06 12:00"),
        ("我下午三点半给您打过去", "2026-03-05 15:30"),
        ("半小时内给您回复", "2026-03-05 14:50"),
        ("一个半小时内师傅上门", "2026-03-05 15:50"),
        ("两个工作日内给您答复", "2026-03-09 23:59"),
        ("下周三之前给您方案", "2026-03-11 23:59"),
        ("本周内给您处理好", "2026-03-08 23:59"),
        ("月底前退到您的卡里", "2026-03-31 23:59"),
        ("3月20号给您发货", "2026-03-20 23:59"),
        ("今天下班前一定联系您", "2026-03-05 18:00"),
        ("我们会在48小时内回复您", "2026-03-07 14:20"),
        ("一周之内退款到账", "2026-03-12 23:59"),
        ("15:30之前给您打电话", "2026-03-05 15:30"),
        ("We'll call you back within two hours", "2026-03-05 16:20"),
        ("I will email you tomorrow afternoon", "2026-03-06 18:00"),
        ("稍后给您回电", None),
        ("有结果了会第一时间通知您", None),
    ],
)
def test_a_promise_is_due_when_its_words_say(analyser, words, due):
    marks = analyse_conversations([talk("C 我的订单怎么还没到", f"S {words}")], analyser=analyser)[0].of(
        "promise"
    )
    assert len(marks) == 1
    assert marks[0].due == (due and datetime.fromisoformat(due).replace(tzinfo=ZONE))


@pytest.mark.parametrize(
    "words",
    [
        "今天不能给您回电",
        "请问什么时候方便给您回电？",
        "退款一般三到五个工作日到账",
        "已经给您处理好了",
        "您可以明天到门店办理",
        "请您稍等两分钟",
        "您是我们的会员对吗",
    ],
)
def test_what_is_asked_denied_done_or_general_is_no_promise(analyser, words):
    found = analyse_conversations([talk("C 我的订单怎么还没到", f"S {words}")], analyser=analyser)[0]
    assert found.of("promise") == []


def test_only_the_company_promises(analyser):
    found = analyse_conversations([talk("S 您好", "C 我明天上午给你们回电话")], analyser=analyser)[0]
    assert found.of("promise") == []


def test_a_promise_without_a_start_of_the_talk_has_no_due_time(analyser):
    call = talk("C 没到", "S 明天上午给您回电", started_at=None)
    assert analyse_conversations([call], analyser=analyser)[0].of("promise")[0].due is None


def test_a_time_asked_for_is_of_the_day_that_was_promised(analyser):
    call = talk(
        "C 修一下", "S 明天安排师傅上门", "C 明天几点来", "S 上午十点之前到", "C 到底几点", "S 上午十点"
    )
    marks = analyse_conversations([call], analyser=analyser)[0].of("promise")
    assert [mark.due.strftime("%d %H:%M") for mark in marks] == ["06 23:59", "06 10:00", "06 10:00"]


def test_the_words_of_a_promise_are_its_span(analyser):
    call = talk("C 没到", "S 非常抱歉。明天上午给您回电，好吧")
    mark = analyse_conversations([call], analyser=analyser)[0].of("promise")[0]
    assert call.turns[1].text[mark.start : mark.end] == "明天上午给您回电"


def test_other_words_of_the_same_meaning_are_told_again(analyser):
    call = talk("C 空调不制冷，开了半天", "S 请您检查一下温度设定", "C 设了十六度，一点都不凉，空调没用")
    marks = analyse_conversations([call], analyser=analyser)[0].of("told_again")
    assert [(mark.turn, mark.about) for mark in marks] == [(2, 0)]


def test_confirming_what_was_put_to_one_is_not_telling_again(analyser):
    call = talk("C 地址是人民路66号", "S 您的地址是人民路66号对吗", "C 对，人民路66号")
    assert analyse_conversations([call], analyser=analyser)[0].of("told_again") == []


@pytest.mark.parametrize(
    ("answers", "is_marked"),
    [
        (["R 您好，请描述您的问题"], True),
        (["R 正在为您转接人工客服", "C 等了半小时", "R 当前排队人数较多"], True),
        (["R 正在为您转接人工客服", "S 您好"], False),
        (["C 快点", "S 您好"], False),
        ([], True),
    ],
)
def test_a_request_for_a_person_is_marked_unless_a_person_answers_it(analyser, answers, is_marked):
    found = analyse_conversations([talk("R 您好", "C 转人工", *answers)], analyser=analyser)[0]
    assert bool(found.of("no_way_to_person")) == is_marked


def test_where_no_machine_takes_part_asking_for_a_person_is_no_mark(analyser):
    call = talk("S 您好", "C 我要人工客服", "C 有人吗")
    assert analyse_conversations([call], analyser=analyser)[0].of("no_way_to_person") == []


def test_the_result_of_a_conversation_does_not_depend_on_the_others(analyser):
    cases = [case.conversation for case in read_cases()[:12]]
    together = analyse_conversations(cases, analyser=analyser)
    alone = [analyse_conversations([one], analyser=analyser)[0] for one in reversed(cases)]
    assert [one.marks for one in together] == [one.marks for one in reversed(alone)]


def test_every_turn_and_the_whole_are_understood(analyser):
    call = talk("S 您好", "C 菜好吃", "S 谢谢", "C 但是上菜慢，电话13812345678")
    found = analyse_conversations([call], analyser=analyser)[0]
    assert [one.sentiment.label if one.sentiment else None for one in found.turns][1] == "positive"
    assert "13812345678" not in found.turns[3].masked_text
    assert found.whole is not None
    assert {one.polarity for one in found.whole.opinions} == {"positive", "negative"}
    assert found.mood_start > found.mood_end


@pytest.mark.parametrize("call", [[], ["C "], ["S "], ["R  "], ["C \ud800\x00"], ["C 😀😀"]])
def test_nothing_said_is_nothing_understood_and_never_an_error(analyser, call):
    found = analyse_conversations([talk(*call)], analyser=analyser)[0]
    assert found.marks == []
    assert found.outcome is None


@pytest.mark.parametrize("sign", ["1", "点", "到", "一", "明天", "a ", "(", ",", "十", "0-", "号"])
def test_hostile_turns_cost_as_much_as_they_are_long(analyser, sign):
    def of_signs(n):
        call = talk(f"C {sign * 200}", f"S {sign * (n // len(sign))}")
        return lambda: analyse_conversations([call], analyser=analyser)

    assert grows_at_most(6, of_signs(20_000), of_signs(40_000))


def test_two_thousand_turns_cost_ten_times_two_hundred(analyser):
    lines = (
        "S 请问您的型号是多少，什么时候买的？",
        "C 冰箱不制冷，型号BCD-320，去年买的",
        "S 明天给您回电，好吗",
        "C 我说过了，不制冷",
    )

    def of_turns(n):
        call = talk(*lines * n)
        return lambda: analyse_conversations([call], analyser=analyser)

    assert grows_at_most(25, of_turns(50), of_turns(500))
