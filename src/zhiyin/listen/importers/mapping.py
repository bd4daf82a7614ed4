"""Which column is what: the mapping, its header's mark, and what the user says against the guess."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Literal

import msgspec

from zhiyin.errors import InvalidInput

JOINED_FIELDS = ("title", "text")
"""Fields that several columns may share; their words are joined, titles first."""
SINGLE_FIELDS = (
    "external_id",
    "occurred_at",
    "rating",
    "channel",
    "source",
    "touchpoint",
    "product",
    "order_id",
    "unit_code",
    "unit_name",
    "author_name",
    "reply_text",
    "reply_at",
)
SHARED_FIELDS = (
    "author_phone",
    "author_email",
    "author_member",
    "author_user",
    "author_wechat",
    "author_wechat_union",
    "media",
)
OTHER_FIELDS = ("attribute", "row_number", "ignore")
FIELDS = (*JOINED_FIELDS, *SINGLE_FIELDS, *SHARED_FIELDS, *OTHER_FIELDS)

RowIds = Literal["own", "content", "file"]


class ColumnUse(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one column is used for. `form` is a `DateForm`, or `number` for an attribute of figures."""

    column: str
    field: str
    confidence: float = 1.0
    form: str = ""
    worst: float = 1.0
    best: float = 5.0


class Mapping(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The use of every column, and where a row's id comes from; see docs/decisions/0002-row-ids.md."""

    columns: list[ColumnUse]
    row_ids: RowIds = "content"

    def columns_of(self, field: str) -> list[ColumnUse]:
        """The columns used for a field, in file order."""
        return [use for use in self.columns if use.field == field]


def header_mark(names: Sequence[str]) -> str:
    """A mark by which a header is known again; letter case and blanks do not count."""
    folded = "\x1f".join(name.strip().lower() for name in names)
    return blake2b(folded.encode("utf-8", "replace"), digest_size=16).hexdigest()


class Override(msgspec.Struct, frozen=True, kw_only=True):
    """One wish of the user: these columns are this field, a rating on this scale."""

    field: str
    columns: tuple[str, ...]
    scale: tuple[float, float] | None = None


def parse_override(text: str) -> Override:
    """`field=column`, `text=title+body`, `rating=score@0..100`.

    Raises:
        InvalidInput: not of this form, or no such field.
    """
    field, equals, rest = text.partition("=")
    field = field.strip().replace("-", "_")
    if not equals or not rest.strip():
        raise InvalidInput(
            f"“{text[:60]}” is no mapping.", next_step="Write for example --map text=评论内容."
        )
    if field not in FIELDS:
        raise InvalidInput(
            f"There is no field “{field[:40]}”.", next_step=f"Use one of: {', '.join(FIELDS)}."
        )
    rest, at, scale_text = rest.partition("@")
    columns = tuple(column.strip() for column in rest.split("+"))
    return Override(field=field, columns=columns, scale=_scale(scale_text) if at else None)


def _scale(text: str) -> tuple[float, float]:
    worst, dots, best = text.partition("..")
    try:
        scale = float(worst), float(best)
    except ValueError:
        scale = (0.0, 0.0)
    if not dots or scale[0] == scale[1]:
        raise InvalidInput(
            f"“{text[:20]}” is no scale.", next_step="Write worst and best, for example rating=score@0..100."
        )
    return scale


def find_column(wanted: str, *, names: Sequence[str]) -> str:
    """The column of that name; case does not count, `#3` is the third.

    Raises:
        InvalidInput: no such column; the message lists those there are.
    """
    if wanted.startswith("#") and wanted[1:].isdecimal() and 1 <= int(wanted[1:]) <= len(names):
        return names[int(wanted[1:]) - 1]
    for name in names:
        if name.strip().lower() == wanted.strip().lower():
            return name
    raise InvalidInput(
        f"There is no column “{wanted[:60]}”.", next_step=f"The columns are: {', '.join(names[:40])}."
    )
