"""Ratings as numbers with their scale, from figures, stars and words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from zhiyin.listen.importers.cells import as_number, as_text
from zhiyin.listen.importers.dates import UNREADABLE, Unreadable
from zhiyin.listen.importers.tables import Cell
from zhiyin.listen.items import RatingIn

_WITH_UNIT = re.compile(r"(-?\d{1,3}(?:\.\d{1,4})?)\s*(?:分|星|颗星|星级|stars?|points?|%)", re.IGNORECASE)
_OF_BEST = re.compile(r"(-?\d{1,3}(?:\.\d{1,4})?)\s*(?:/|out of)\s*(\d{1,3})", re.IGNORECASE)
_STARS = re.compile(r"(★{1,10}|⭐{1,10})(☆{0,9})")
_LABEL_NAMES = ("label", "sentiment", "polarity", "标签", "情感", "极性", "倾向")
_ZERO_TO_TEN_NAMES = ("nps", "推荐意愿", "推荐值", "推荐度", "recommend")

Scale = tuple[float, float]
"""Worst and best."""


@cache
def _words() -> dict[str, RatingIn]:
    text = (files("zhiyin.listen.importers") / "data" / "rating_words.tsv").read_text("utf-8")
    words = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            word, value, worst, best = line.split("\t")
            words[word] = RatingIn(value=float(value), worst=float(worst), best=float(best))
    return words


def parse_ratings(cells: Sequence[Cell], *, scale: Scale) -> list[RatingIn | Unreadable | None]:
    """A rating for each cell on the column's scale, None for an empty one; words bring their own scale."""
    known: dict[Cell, RatingIn | Unreadable | None] = {}
    ratings: list[RatingIn | Unreadable | None] = []
    for cell in cells:
        key = cell if not isinstance(cell, bool) else str(cell)
        if key not in known:
            if len(known) > 10_000:
                known.clear()
            known[key] = parse_rating(cell, scale=scale)
        ratings.append(known[key])
    return ratings


def parse_rating(cell: Cell, *, scale: Scale) -> RatingIn | Unreadable | None:
    """The rating in a cell. A 0 on a scale that starts at 1 means that none was given."""
    found = _read(cell)
    if found is None or isinstance(found, Unreadable | RatingIn):
        return found
    worst, best = scale
    if found == 0 and worst == 1:
        return None
    if not min(worst, best) <= found <= max(worst, best):
        return UNREADABLE
    return RatingIn(value=found, worst=worst, best=best)


def _read(cell: Cell) -> RatingIn | float | Unreadable | None:
    """A number on the column's scale, or a rating that says its own."""
    number = as_number(cell)
    if number is not None:
        return number
    text = as_text(cell).lower()
    if not text or text in ("-", "--", "null", "none", "nan", "n/a", "无", "暂无", "未评分"):
        return None
    if text in _words():
        return _words()[text]
    return _read_marks(text)


def _read_marks(text: str) -> RatingIn | float | Unreadable:
    """`4.5分`, `8/10`, `★★★☆☆`."""
    if found := _WITH_UNIT.fullmatch(text):
        return float(found[1])
    if found := _OF_BEST.fullmatch(text):
        best = float(found[2])
        value = float(found[1])
        return (
            RatingIn(value=value, worst=0.0 if best > 5 or value < 1 else 1.0, best=best)
            if 0 <= value <= best and best >= 2
            else UNREADABLE
        )
    if found := _STARS.fullmatch(text):
        best = max(5.0, float(len(found[1]) + len(found[2])))
        return RatingIn(value=float(len(found[1])), worst=1.0, best=best)
    return UNREADABLE


def readable_share(cells: Sequence[Cell]) -> float:
    """Share of the cells (none of them empty) that read as a rating of some scale."""
    read = [_read(cell) for cell in cells]
    n_good = sum(not isinstance(one, Unreadable) for one in read)
    return n_good / max(1, len(read))


def words_share(cells: Sequence[Cell]) -> float:
    """Share of the cells (none of them empty) that are words of rating."""
    return sum(as_text(cell).lower() in _words() for cell in cells) / max(1, len(cells))


def guess_scale(cells: Sequence[Cell], *, name: str) -> Scale | None:
    """The scale that the figures of a column (sample, none empty) speak of; None if they fit none."""
    numbers = {one for one in map(_read, cells) if isinstance(one, float)}
    if not numbers:
        return 1.0, 5.0
    low, high = min(numbers), max(numbers)
    if low < 0:
        return (-1.0, 1.0) if low >= -1 and high <= 1 else None
    return None if high > 100 else _scale_of(numbers, low=low, high=high, name=name)


def _scale_of(numbers: set[float], *, low: float, high: float, name: str) -> Scale:
    if any(part in name.lower() for part in _ZERO_TO_TEN_NAMES) and high <= 10:
        return 0.0, 10.0
    if numbers <= {0.0, 1.0} and low == 0:
        return 0.0, 1.0
    if numbers <= {0.0, 1.0, 2.0} and low == 0 and any(part in name.lower() for part in _LABEL_NAMES):
        return 0.0, 2.0
    return _scale_by_reach(numbers, low=low, high=high, name=name)


def _scale_by_reach(numbers: set[float], *, low: float, high: float, name: str) -> Scale:
    if numbers == {1.0} and any(part in name.lower() for part in _LABEL_NAMES):
        return 0.0, 1.0
    if high <= 1 and any(not number.is_integer() for number in numbers):
        return 0.0, 1.0
    if high <= 5:
        return (0.0, 5.0) if low == 0 else (1.0, 5.0)
    if high <= 10:
        return (1.0, 10.0) if low >= 1 else (0.0, 10.0)
    if high <= 50 and low >= 10 and all(number % 5 == 0 for number in numbers):
        return 10.0, 50.0
    return 0.0, 100.0
