"""Finds the items of a batch that need a closer look, column by column: a few calls in C, not one an item."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime

from zhiyin.listen.items import MAX_TEXT_CHARACTERS, FeedbackIn, RatingIn, UnitIn
from zhiyin.listen.tidy import tidy_text
from zhiyin.listen.validation import FIRST_YEAR, MAX_CHANNEL, MAX_CODE, MAX_EXTERNAL_ID, MAX_NAME

_HUGE = 1e15
_NO_UNIT = UnitIn()
_FIRST_DAY = date(FIRST_YEAR, 1, 1).toordinal()


def find_blemished(items: Sequence[FeedbackIn], *, now: datetime) -> set[int]:
    """Rows that may be wrong or untidy, or that hold what only the full check looks at.

    Every other row would come out of the full check as it is. `now` is aware.
    """
    if not items:
        return set()
    rows = set(_rows_beyond_columns(items))
    rows.update(_rows_of_texts([item.text for item in items]))
    external_ids = [item.external_id for item in items]
    if not _are_tidy(external_ids, MAX_EXTERNAL_ID):
        rows.update(_rows_of_names(external_ids, MAX_EXTERNAL_ID))
    rows.update(_rows_of_names([item.source for item in items], MAX_NAME))
    rows.update(_rows_of_names([item.channel for item in items], MAX_CHANNEL))
    rows.update(_rows_of_names([item.touchpoint for item in items], MAX_NAME))
    rows.update(_rows_of_names([item.product for item in items], MAX_NAME))
    rows.update(_rows_of_units(items))
    rows.update(_rows_of_moments([item.occurred_at for item in items], now))
    rows.update(_rows_of_ratings([item.rating for item in items]))
    return rows


def _rows_beyond_columns(items: Sequence[FeedbackIn]) -> Iterator[int]:
    for row, item in enumerate(items):
        if item.author or item.media or item.turns or item.reply or item.attributes:
            yield row


def _rows_of_texts(texts: Sequence[str]) -> Iterator[int]:
    joined = "".join(texts)
    if (
        len(joined) <= MAX_TEXT_CHARACTERS
        and all(texts)
        and joined.isprintable()
        and not any(map(str.isspace, texts))
    ):
        return
    for row, text in enumerate(texts):
        if not text or len(text) > MAX_TEXT_CHARACTERS or text.isspace() or tidy_text(text) != text:
            yield row


def _rows_of_names(names: Sequence[str | None], limit: int) -> Iterator[int]:
    """Rows whose name tidying would change, or is empty or too long."""
    distinct = {name for name in {*names} if name is not None}
    if not distinct or _are_tidy(distinct, limit):
        return
    untidy = {name for name in distinct if not _are_tidy((name,), limit)}
    for row, name in enumerate(names):
        if name in untidy:
            yield row


def _are_tidy(names: Collection[str], limit: int) -> bool:
    # The bars show an empty name, and a space that begins or ends one. A name with a bar of its own
    # may be taken for untidy, which costs a closer look and nothing else.
    joined = f"|{'|'.join(names)}|"
    return (
        joined.isprintable()
        and "||" not in joined
        and "| " not in joined
        and " |" not in joined
        and max(map(len, names)) <= limit
    )


def _rows_of_units(items: Sequence[FeedbackIn]) -> Iterator[int]:
    units = [item.unit or _NO_UNIT for item in items]
    codes, names = [unit.code for unit in units], [unit.name for unit in units]
    yield from _rows_of_names(codes, MAX_CODE)
    yield from _rows_of_names(names, MAX_NAME)
    if None in codes:
        for row, unit in enumerate(units):
            if unit.code is None and unit.name is None and unit is not _NO_UNIT:
                yield row


def _rows_of_moments(moments: Sequence[datetime | None], now: datetime) -> Iterator[int]:
    # What is dated before today's date in UTC, in whatever zone, is less than a day ahead of now.
    today = now.astimezone(UTC).toordinal()
    for row, moment in enumerate(moments):
        if moment is not None and (moment.tzinfo is None or not _FIRST_DAY <= moment.toordinal() < today):
            yield row


def _rows_of_ratings(ratings: Sequence[RatingIn | None]) -> Iterator[int]:
    for row, rating in enumerate(ratings):
        if rating is not None and not (
            -_HUGE < rating.worst <= rating.value <= rating.best < _HUGE and rating.worst < rating.best
        ):
            yield row
