"""The grammar: rich enough, whole, and clear about its mistakes."""

from __future__ import annotations

import pytest

from zhiyin.errors import InvalidInput
from zhiyin.listen.sample.datafiles import aspect_plans
from zhiyin.listen.sample.grammar import clauses, compile_line, fitting, phrases
from zhiyin.understand.taxonomy import load_taxonomy


def test_every_aspect_has_twelve_clauses_of_praise_and_of_blame():
    assert len(aspect_plans()) == 18
    for plan in aspect_plans():
        for polarity in ("positive", "negative"):
            visit, delivery = clauses()[plan.aspect, polarity]
            assert len({c.parts for c in visit + delivery}) >= 12, (plan.aspect, polarity)
        assert clauses()[plan.aspect, "neutral"]


def test_the_aspects_are_leaves_of_the_restaurant_taxonomy():
    known = {aspect.id for aspect in load_taxonomy("restaurant").aspects}
    assert {aspect for aspect, _ in clauses()} == {plan.aspect for plan in aspect_plans()}
    assert {plan.aspect for plan in aspect_plans()} <= known


def test_marks_tell_place_opinions_and_phenomena():
    clause = compile_line(
        "呵呵<waitlong>，真快 @in @sarcasm @price_level:negative",
        aspect="service_wait_time",
        polarity="negative",
    )
    assert clause.where == "in"
    assert clause.is_sarcastic
    assert clause.opinions == (("service_wait_time", "negative"), ("price_level", "negative"))
    assert fitting([clause], is_takeaway=True) == ()
    assert fitting([clause], is_takeaway=False) == (clause,)


def test_an_unknown_slot_is_named():
    with pytest.raises(InvalidInput, match="<drnk>"):
        compile_line("<drnk>好喝")


def test_each_question_of_a_call_has_its_answer():
    lines = phrases("dialogues")
    assert len(lines["ask_question"][0]) == len(lines["answer_question"][0])
