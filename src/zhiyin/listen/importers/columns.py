"""What a sample of a column's cells shows about it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from zhiyin.listen.importers.cells import as_number, as_text
from zhiyin.listen.importers.dates import DateForm, guess_form, parse_time
from zhiyin.listen.importers.dates import Unreadable as _Unreadable
from zhiyin.listen.importers.tables import Cell

_PHONE = re.compile(r"(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}|\+?\d{7,14}|0\d{2,3}[- ]?\d{7,8}")
_MOBILE = re.compile(r"(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]+")
_LINK = re.compile(r"https?://\S+.*", re.DOTALL)
_DATE_SHARE = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSample:
    """Shares (0 to 1) among the cells that are not empty, unless they say otherwise."""

    name: str
    position: int
    filled: Sequence[Cell]
    filled_share: float
    distinct_share: float
    n_distinct: int
    mean_characters: float
    number_share: float
    date_form: DateForm | None
    date_share: float
    phone_share: float
    mobile_share: float
    email_share: float
    link_share: float


def sample_column(name: str, *, position: int, cells: Sequence[Cell]) -> ColumnSample:
    """What the cells show. Empty cells count only in `filled_share`."""
    filled = [cell for cell in cells if as_text(cell)]
    texts = [as_text(cell) for cell in filled]
    n_distinct = len(set(texts))
    n_filled = max(1, len(filled))
    form, date_share = _dates(filled)
    return ColumnSample(
        name=name,
        position=position,
        filled=filled,
        filled_share=len(filled) / max(1, len(cells)),
        distinct_share=n_distinct / n_filled,
        n_distinct=n_distinct,
        mean_characters=sum(map(len, texts)) / n_filled,
        number_share=sum(as_number(cell) is not None for cell in filled) / n_filled,
        date_form=form,
        date_share=date_share,
        phone_share=_matching(_PHONE, texts),
        mobile_share=_matching(_MOBILE, texts),
        email_share=_matching(_EMAIL, texts),
        link_share=_matching(_LINK, texts),
    )


def _dates(filled: Sequence[Cell]) -> tuple[DateForm | None, float]:
    few = filled[:300]
    form = guess_form(few)
    if form is None:
        return None, 0.0
    good = sum(not isinstance(parse_time(cell, form=form), _Unreadable) for cell in few)
    share = good / len(few)
    return (form, share) if share >= _DATE_SHARE else (None, share)


def _matching(pattern: re.Pattern[str], texts: Sequence[str]) -> float:
    return sum(len(text) < 300 and bool(pattern.fullmatch(text)) for text in texts) / max(1, len(texts))
