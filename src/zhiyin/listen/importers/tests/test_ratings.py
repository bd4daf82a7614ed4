"""Ratings and their scales."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.listen.importers.dates import Unreadable
from zhiyin.listen.importers.ratings import guess_scale, parse_rating
from zhiyin.listen.items import RatingIn


@pytest.mark.parametrize(
    ("cells", "name", "expected"),
    [
        (["1", "5", "3"], "评分", (1, 5)),
        (["4.5", "3"], "star", (1, 5)),
        (["0", "1"], "label", (0, 1)),
        (["0", "1", "2"], "label", (0, 2)),
        (["-1", "0", "1"], "sentiment_value", (-1, 1)),
        (["9", "7"], "NPS", (0, 10)),
        (["3", "4"], "推荐意愿", (0, 10)),
        (["10", "2"], "满意度", (1, 10)),
        (["0", "10"], "score", (0, 10)),
        (["50", "35", "10"], "评分", (10, 50)),
        (["85", "92", "63"], "得分", (0, 100)),
        (["五星", "三星"], "星级", (1, 5)),
    ],
)
def test_the_scale_is_told_from_the_figures(cells, name, expected):
    assert guess_scale(cells, name=name) == expected


@pytest.mark.parametrize(
    ("cell", "value", "worst", "best"),
    [
        ("4", 4, 1, 5),
        ("4.5分", 4.5, 1, 5),
        ("5星", 5, 1, 5),
        ("五星", 5, 1, 5),
        ("★★★☆☆", 3, 1, 5),
        ("8/10", 8, 0, 10),
        ("好评", 1, 0, 1),
        ("差评", 0, 0, 1),
        ("Positive", 1, 0, 1),
        ("非常不满意", 1, 1, 5),
    ],
)
def test_figures_stars_and_words_are_read(cell, value, worst, best):
    assert parse_rating(cell, scale=(1, 5)) == RatingIn(value=value, worst=worst, best=best)


def test_zero_on_a_scale_from_one_means_that_none_was_given():
    assert parse_rating("0", scale=(1, 5)) is None


@pytest.mark.parametrize("cell", ["7", "-3", "好吃", "nan stars", "1e5"])
def test_what_is_no_rating_on_the_scale_is_marked(cell):
    assert isinstance(parse_rating(cell, scale=(1, 5)), Unreadable)


@given(st.one_of(st.text(max_size=30), st.floats(), st.integers(), st.booleans(), st.none()))
def test_no_cell_breaks_the_reader(cell):
    rating = parse_rating(cell, scale=(0, 10))
    assert rating is None or isinstance(rating, Unreadable) or rating.worst <= rating.value <= rating.best
