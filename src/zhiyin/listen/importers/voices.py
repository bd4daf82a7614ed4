"""The fields of voices, made from the columns of a chunk under a mapping."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import repeat
from typing import cast

from zhiyin.listen.importers.cells import as_number, as_text
from zhiyin.listen.importers.dates import DateForm, Unreadable, parse_times
from zhiyin.listen.importers.mapping import ColumnUse, Mapping
from zhiyin.listen.importers.media import media_of
from zhiyin.listen.importers.ratings import parse_ratings
from zhiyin.listen.importers.row_faults import RowFaults
from zhiyin.listen.importers.tables import Cell
from zhiyin.listen.items import AuthorIn, FeedbackIn, IdentityIn, MediaIn, RatingIn, ReplyIn, UnitIn
from zhiyin.listen.validation import MAX_ATTRIBUTE_VALUE, MAX_ATTRIBUTES

_IDENTITY_TYPES = {
    "author_phone": "phone",
    "author_email": "email",
    "author_member": "member",
    "author_user": "platform_user",
    "author_wechat": "wechat_openid",
    "author_wechat_union": "wechat_unionid",
}
_NO_VALUE = ("", "null", "none", "nan", "n/a", "\\n", "-")

Column = Sequence[Cell]
Attributes = dict[str, str | float | bool | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What holds for rows that do not say it themselves."""

    channel: str | None = None
    unit: str | None = None
    product: str | None = None


class Voices:
    """Makes the voices of a chunk, each field for all rows at once."""

    def __init__(
        self, columns: AnyMapping[str, Column], *, mapping: Mapping, faults: RowFaults, defaults: Defaults
    ) -> None:
        self._columns = columns
        self._mapping = mapping
        self._faults = faults
        self._defaults = defaults

    def make(self, ids: Sequence[str]) -> list[FeedbackIn]:
        """A voice for each row, those with faults included."""
        defaults = self._defaults
        fields = zip(
            ids,
            self._texts(),
            self._times("occurred_at"),
            self._ratings(),
            self._names("channel", default=defaults.channel),
            self._names("source", default=None),
            self._names("touchpoint", default=None),
            self._names("product", default=defaults.product),
            self._names("order_id", default=None),
            self._units(),
            self._authors(),
            self._replies(),
            self._media(),
            self._attributes(),
            strict=False,
        )
        return [
            FeedbackIn(
                external_id=id_,
                text=text,
                occurred_at=occurred_at,
                rating=rating,
                channel=channel,
                source=source,
                touchpoint=touchpoint,
                product=product,
                order_id=order_id,
                unit=unit,
                author=author,
                reply=reply,
                media=media,
                attributes=attributes,
            )
            for (
                id_,
                text,
                occurred_at,
                rating,
                channel,
                source,
                touchpoint,
                product,
                order_id,
                unit,
                author,
                reply,
                media,
                attributes,
            ) in fields
        ]

    def _uses(self, field: str) -> list[ColumnUse]:
        return [use for use in self._mapping.columns_of(field) if use.column in self._columns]

    def _texts_of(self, field: str) -> list[list[str]]:
        return [_texts(self._columns[use.column]) for use in self._uses(field)]

    def _texts(self) -> Sequence[str] | repeat[str]:
        parts = [*self._texts_of("title"), *self._texts_of("text")]
        if not parts:
            return repeat("")
        if len(parts) == 1:
            return parts[0]
        return [_joined(row) for row in zip(*parts, strict=True)]

    def _times(self, field: str) -> Sequence[datetime | None] | repeat[None]:
        uses = self._uses(field)
        if not uses:
            return repeat(None)
        use = uses[0]
        times = parse_times(self._columns[use.column], form=cast("DateForm", use.form or "ymd"))
        for index, time in enumerate(times):
            if isinstance(time, Unreadable):
                self._faults.add(index, code="unreadable_date", field=use.column)
        return cast("list[datetime | None]", times)

    def _ratings(self) -> Sequence[RatingIn | None] | repeat[None]:
        uses = self._uses("rating")
        if not uses:
            return repeat(None)
        use = uses[0]
        ratings = parse_ratings(self._columns[use.column], scale=(use.worst, use.best))
        for index, rating in enumerate(ratings):
            if isinstance(rating, Unreadable):
                ends = (f"{use.worst:g}", f"{use.best:g}")
                self._faults.add(index, code="unreadable_rating", field=use.column, values=ends)
        return cast("list[RatingIn | None]", ratings)

    def _names(self, field: str, *, default: str | None) -> Sequence[str | None] | repeat[str | None]:
        columns = self._texts_of(field)
        if not columns:
            return repeat(default)
        return [name or default for name in columns[0]]

    def _units(self) -> Sequence[UnitIn | None] | repeat[UnitIn | None]:
        default = UnitIn(code=self._defaults.unit) if self._defaults.unit else None
        codes, names = self._texts_of("unit_code"), self._texts_of("unit_name")
        if not codes and not names:
            return repeat(default)
        pairs = zip(codes[0] if codes else repeat(""), names[0] if names else repeat(""), strict=False)
        return [_unit(code, name) or default for code, name in pairs]

    def _authors(self) -> Sequence[AuthorIn | None] | repeat[None]:
        names = self._texts_of("author_name")
        typed = [
            (kind, column) for field, kind in _IDENTITY_TYPES.items() for column in self._texts_of(field)
        ]
        if not names and not typed:
            return repeat(None)
        n_rows = len(names[0] if names else typed[0][1])
        kinds = [kind for kind, _ in typed]
        identities = list(zip(*(column for _, column in typed), strict=True)) or [()] * n_rows
        rows = zip(names[0] if names else repeat(""), identities, strict=False)
        return [_author(name, kinds=kinds, values=values) for name, values in rows]

    def _replies(self) -> Sequence[ReplyIn | None] | repeat[None]:
        texts = self._texts_of("reply_text")
        if not texts:
            return repeat(None)
        pairs = zip(texts[0], self._times("reply_at"), strict=False)
        return [ReplyIn(text=text, at=at) if text else None for text, at in pairs]

    def _media(self) -> Sequence[list[MediaIn]] | repeat[list[MediaIn]]:
        columns = self._texts_of("media")
        if not columns:
            return repeat([])
        return [media_of(row) for row in zip(*columns, strict=True)]

    def _attributes(self) -> Sequence[Attributes] | repeat[Attributes]:
        """What no field takes: up to 50 filled cells a row, long ones cut to 2,000 characters."""
        known = {use.column for use in self._mapping.columns}
        uses = self._uses("attribute")
        uses += [ColumnUse(column=name, field="attribute") for name in self._columns if name not in known]
        if not uses:
            return repeat({})
        names = [use.column for use in uses]
        columns = [_attribute_column(self._columns[use.column], form=use.form) for use in uses]
        return [_attributes(names, row) for row in zip(*columns, strict=True)]


def _texts(column: Column) -> list[str]:
    try:
        return [cell.strip() for cell in column]  # type: ignore[union-attr] # the quick way for text
    except AttributeError:
        return [as_text(cell) for cell in column]


def _joined(parts: Sequence[str]) -> str:
    """The parts one below the other; a title that the text begins with is not said twice."""
    filled = [part for part in parts if part]
    if len(filled) == 2 and filled[1].startswith(filled[0].rstrip("….")):
        return filled[1]
    return "\n".join(filled)


@lru_cache(maxsize=50_000)
def _unit(code: str, name: str) -> UnitIn | None:
    return UnitIn(code=code or None, name=name or None) if code or name else None


def _author(name: str, *, kinds: Sequence[str], values: Sequence[str]) -> AuthorIn | None:
    identities = [
        IdentityIn(type=kind, value=value)
        for kind, value in zip(kinds, values, strict=True)
        if value.lower() not in _NO_VALUE
    ]
    return AuthorIn(name=name or None, identities=identities) if name or identities else None


def _attribute_column(column: Column, *, form: str) -> list[str | float | bool | None]:
    if form == "number":
        return [number if (number := as_number(cell)) is not None else as_text(cell) for cell in column]
    return [cell if isinstance(cell, bool) else as_text(cell)[:MAX_ATTRIBUTE_VALUE] for cell in column]


def _attributes(names: Sequence[str], row: Sequence[str | float | bool | None]) -> Attributes:
    filled = {name: value for name, value in zip(names, row, strict=True) if value != ""}
    if len(filled) <= MAX_ATTRIBUTES:
        return filled
    return dict(list(filled.items())[:MAX_ATTRIBUTES])
