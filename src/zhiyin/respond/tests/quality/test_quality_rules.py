"""How the machine judges texts of answers and talks of robots."""

from __future__ import annotations

from typing import Any

import pytest

from zhiyin.respond.quality.reviewing import agreement
from zhiyin.respond.quality.rules import Answered, RobotTalk, judge_answers, judge_robot


def _judge(text: str, *, asked: str = "奶茶洒了，要求退款", **fields: Any) -> dict[str, bool | None]:
    found = judge_answers(Answered(answers=[text], asked=asked, **fields))
    return {key: one.is_met for key, one in found.items()}


@pytest.mark.parametrize(
    ("text", "key", "is_met"),
    [
        ("您好，已退款 18 元。", "greeting", True),
        ("已退款 18 元。", "greeting", False),
        ("Dear guest, we refunded 18 yuan.", "greeting", True),
        ("您好，给您带来不便，非常抱歉。", "empathy", True),
        ("您好，已处理。", "empathy", False),
        ("您好，退款今天到账。", "to_the_point", True),
        ("您好，感谢您的来信。", "to_the_point", False),
        ("您好，我们会尽快处理。", "dated_promise", False),
        ("您好，已退款。", "dated_promise", None),
        ("您好，麻烦您改一下评价。", "no_review_change", False),
        ("您好，已退款。", "no_review_change", True),
    ],
)
def test_a_text_is_judged_by_its_words(text: str, key: str, is_met: bool | None) -> None:
    assert _judge(text)[key] is is_met


def test_evidence_stands_where_it_says(db: None) -> None:
    texts = ["您好，正在核实。", "我们会尽快处理。"]
    found = judge_answers(Answered(answers=texts, asked="退款"))["dated_promise"]
    assert found.answer == 1
    assert "尽快" in texts[1][found.start : found.start + found.length]


def test_what_nobody_knows_does_not_apply() -> None:
    found = _judge("您好，已退款。", asked="")
    assert (found["to_the_point"], found["first_in_time"], found["not_asked_again"]) == (None, None, None)
    assert _judge("您好", is_first_in_time=False, n_asked_again=2)["not_asked_again"] is False
    assert judge_answers(Answered(answers=[], asked="退款")) == {}


@pytest.mark.parametrize(
    ("marks", "outcome", "is_after_hours", "key", "is_met"),
    [
        ({"beside_the_point": 2}, None, False, "robot_to_the_point", False),
        ({}, None, False, "robot_way_to_person", True),
        ({"no_way_to_person": 1}, None, False, "robot_way_to_person", False),
        ({}, "unsolved", False, "robot_no_dead_end", False),
        ({"handed_over": 1}, "unsolved", False, "robot_no_dead_end", True),
        ({}, None, False, "robot_after_hours", None),
        ({}, None, True, "robot_after_hours", False),
        ({"promise": 1}, None, True, "robot_after_hours", True),
    ],
)
def test_a_robot_is_judged_by_what_its_talk_was(
    marks: dict[str, int], outcome: str | None, is_after_hours: bool, key: str, is_met: bool | None
) -> None:
    talk = RobotTalk(marks=marks, outcome=outcome, is_after_hours=is_after_hours)
    assert judge_robot(talk)[key].is_met is is_met


def test_agreement_of_two_who_always_say_yes_tells_nothing_of_chance() -> None:
    found = agreement([(True, True)] * 5)
    assert (found.n, found.n_agree, found.kappa) == (5, 5, None)
    assert agreement([]).n == 0
