"""What a definition may be, and how it says what is wrong with it."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from zhiyin.customers.segments.definition import (
    MAX_CONDITIONS,
    Group,
    Spoke,
    read_definition,
    write_definition,
)
from zhiyin.customers.segments.sentences import tell
from zhiyin.errors import InvalidInput


def _group(*parts, op="all"):
    return {"is": "group", "op": op, "parts": list(parts)}


def test_a_definition_is_read_and_written_the_same():
    content = _group(
        {"is": "spoke", "aspect": "dish_taste", "polarity": "negative", "n": 2, "days": 30},
        _group({"is": "figure", "column": "amount_year", "compare": "at_least", "value": 500.0}, op="none"),
    )
    assert write_definition(read_definition(content)) == content


def test_defaults_need_not_be_written():
    assert read_definition(_group({"is": "spoke"})) == Group(op="all", parts=[Spoke()])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ([], "no definition of a segment"),
        ({"is": "spoke"}, "no definition of a segment"),
        (_group(), "1 to 50 conditions, not 0"),
        (_group(_group()), "1 to 50 conditions, not 0"),
        (_group({"is": "spoke", "n": "many"}), r"parts\[0\]\.n"),
        (_group({"is": "spoke", "colour": "red"}), "colour"),
        (_group({"is": "figure", "column": "1; DROP", "compare": "at_least", "value": 1}), "column"),
        (_group({"is": "nonsense"}), "nonsense"),
        (_group({"is": "spoke", "n": 0}), "Condition 1, field n: a number above 0"),
        (_group({"is": "spoke", "days": 0}), "Condition 1, field days"),
        (_group({"is": "spoke"}, _group({"is": "did", "name": " "})), "Condition 2.1, field name: is needed"),
        (_group({"is": "trait", "name": "age", "compare": "at_least", "value": "x"}), "value: a number"),
        (_group({"is": "trait", "name": "age"}), "value: is needed"),
        (_group({"is": "spoke", "aspect": "x" * 201}), "at most 200 signs"),
        (_group(*[{"is": "spoke"}] * (MAX_CONDITIONS + 1)), "not 51"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(content, reason):
    with pytest.raises(InvalidInput, match=reason):
        read_definition(content)


def test_groups_do_not_stand_endlessly_deep():
    content = {"is": "spoke"}
    for _ in range(7):
        content = _group(content)
    with pytest.raises(InvalidInput, match="5 deep"):
        read_definition(content)


def test_a_hostile_depth_is_refused_without_a_crash():
    content = {"is": "spoke"}
    for _ in range(20_000):
        content = _group(content)
    with pytest.raises(InvalidInput):
        read_definition(content)


@pytest.mark.django_db
def test_a_definition_is_told_in_both_languages():
    definition = read_definition(
        _group(
            {"is": "bought", "product": "奶茶", "n": 3, "days": 30},
            _group({"is": "wrote"}, {"is": "owns"}, op="any"),
            {"is": "visited", "purpose": "维修", "days": 90},
            _group({"is": "figure", "column": "n_voices", "compare": "at_most", "value": 2}, op="none"),
        )
    )
    with override("en"):
        assert tell(definition) == (
            "bought “奶茶” at least 3 times in the last 30 days; and (left a voice; or owns a product);"
            " and had a visit (“维修”) in the last 90 days;"
            " and (none of: number of voices at most 2)"
        )
    with override("zh-hans"):
        assert tell(definition) == (
            "近 30 天内买过「奶茶」至少 3 次；并且（留下反馈；或者拥有产品）；"
            "并且近 90 天内有到访（「维修」）；"
            "并且（以下都不满足：反馈数至多 2）"
        )
