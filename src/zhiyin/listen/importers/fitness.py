"""Whether a column's cells can be what its name says, and in which form they hold it."""

from __future__ import annotations

from collections.abc import Callable

from zhiyin.listen.importers.columns import ColumnSample
from zhiyin.listen.importers.ratings import guess_scale, readable_share


def fits_field(column: ColumnSample, field: str) -> bool:
    """Whether the cells do not contradict the field; an empty column none but ids and words."""
    check = _CHECKS.get(field)
    if not column.filled:
        return field not in ("external_id", "text", "title", "rating")
    return check is None or check(column)


def form_of(column: ColumnSample, field: str) -> str:
    """The form of the cells: of dates, or `number` for attributes of figures; else empty."""
    if field in ("occurred_at", "reply_at"):
        return column.date_form or "ymd"
    if field == "attribute" and column.filled and column.number_share == 1:
        return "number"
    return ""


def _is_id(column: ColumnSample) -> bool:
    return column.filled_share == 1 and column.distinct_share >= 0.5 and column.mean_characters <= 100


def _is_text(column: ColumnSample) -> bool:
    return column.number_share < 0.9 and column.date_share < 0.5 and column.mean_characters >= 1


def _is_title(column: ColumnSample) -> bool:
    is_short_list = column.n_distinct < 20 and column.distinct_share < 0.2
    return column.number_share < 0.5 and not is_short_list and column.mean_characters <= 200


def _is_rating(column: ColumnSample) -> bool:
    return readable_share(column.filled) >= 0.9 and guess_scale(column.filled, name=column.name) is not None


def _is_short(column: ColumnSample) -> bool:
    return column.mean_characters <= 64


def _is_reply_time(column: ColumnSample) -> bool:
    return column.date_share >= 0.5


_CHECKS: dict[str, Callable[[ColumnSample], bool]] = {
    "external_id": _is_id,
    "text": _is_text,
    "title": _is_title,
    "occurred_at": lambda column: column.date_form is not None,
    "rating": _is_rating,
    "channel": lambda column: _is_short(column) and column.n_distinct <= 200,
    "source": lambda column: _is_short(column) and column.n_distinct <= 200,
    "touchpoint": _is_short,
    "product": lambda column: column.mean_characters <= 150,
    "unit_code": _is_short,
    "unit_name": _is_short,
    "author_name": _is_short,
    "author_phone": lambda column: column.phone_share >= 0.4,
    "author_email": lambda column: column.email_share >= 0.4,
    "author_member": _is_short,
    "author_user": _is_short,
    "reply_text": lambda column: column.number_share < 0.5 and column.date_share < 0.5,
    "reply_at": _is_reply_time,
    "media": lambda column: column.link_share >= 0.4,
}
