"""Which column of a table of past appeals is which, by its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from zhiyin.errors import InvalidInput


class Field(StrEnum):
    """What is read of an appeal."""

    ID = "id"
    DATE = "date"
    TITLE = "title"
    TEXT = "text"
    REPLY = "reply"
    TRANSFERS = "transfers"
    DAYS = "days"


# Each field's own name first; the rest as registers of hotlines call it.
NAMES: Mapping[Field, Sequence[str]] = {
    Field.ID: ("id", "编号", "工单编号", "诉求编号"),
    Field.DATE: ("date", "date_raw", "opened_at", "日期", "受理时间", "来件时间"),
    Field.TITLE: ("title", "标题", "诉求标题"),
    Field.TEXT: ("text", "内容", "诉求内容"),
    Field.REPLY: ("reply", "first_reply", "答复", "回复", "首次回复", "答复内容"),
    Field.TRANSFERS: ("transfers", "n_transfers", "转派次数", "流转次数"),
    Field.DAYS: ("days", "days_to_final_reply", "办结天数", "办理天数"),
}
_NEEDED = (Field.DATE, Field.REPLY, Field.TRANSFERS, Field.DAYS)


def find_columns(names: Sequence[str]) -> Mapping[Field, int]:
    """The place of each field's column, from 0; fields without a column are left out.

    Raises:
        InvalidInput: a column that every appeal needs is missing.
    """
    folded = [name.strip().casefold() for name in names]
    found = {
        field: folded.index(name) for field, known in NAMES.items() for name in known[::-1] if name in folded
    }
    needed = [*_NEEDED, *([] if Field.TEXT in found else [Field.TITLE])]
    if missing := [field for field in needed if field not in found]:
        raise InvalidInput(
            f"The file has no column {missing[0].value}.",
            next_step=f"Name it one of: {', '.join(NAMES[missing[0]])}.",
            field=missing[0].value,
        )
    return found
