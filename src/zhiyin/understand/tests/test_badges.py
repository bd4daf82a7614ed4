"""Staff named in Latin letters or by a badge behind their post."""

import pytest

from zhiyin.understand import Analyser


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return Analyser()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("前台Lily很热情", "Lily"),
        ("前台c1083服务很好", "c1083"),
        ("多亏客服Amy，退款很快", "Amy"),
        ("礼宾Steven 帮忙提行李", "Steven"),
    ],
)
def test_a_name_or_badge_behind_a_post_names_staff(analyser, text, name):
    named = [one for one in analyser.analyse(text).signals if one.kind == "staff_named"]
    assert [text[one.start : one.end] for one in named] == [name]


@pytest.mark.parametrize(
    "text", ["前台check in很慢", "前台ok", "app客服wifi密码都不知道", "iPhone很好", "a", ""]
)
def test_other_latin_words_name_nobody(analyser, text):
    assert not [one for one in analyser.analyse(text).signals if one.kind == "staff_named"]
