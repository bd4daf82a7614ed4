"""What a column of a table of people can tell."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What the values of a column are."""

    ID = "id"
    GIVEN = "given"
    FAMILY = "family"
    FULL_NAME = "full_name"
    BIRTH = "birth"
    PHONE = "phone"
    EMAIL = "email"
    NUMBER = "number"
    POST = "post"
    PLACE = "place"
    STREET = "street"
    HOUSE = "house"
    CATEGORY = "category"
    WORDS = "words"
    USUAL = "usual"
    BOUGHT = "bought"
    TAIL = "tail"
    SURNAME = "surname"
    ACCOUNTS = "accounts"
    IGNORED = "ignored"


HABITS = (Kind.USUAL, Kind.BOUGHT)
"""Where somebody comes, and what they buy when: evidence beside what tells who it is, never without it."""
BESIDE = (*HABITS, Kind.ACCOUNTS)
"""What makes nobody alike: habits, and in which systems somebody has an account."""
SHOWN = (Kind.TAIL, Kind.SURNAME)
"""What platforms show of a person in place of number and name: words, the first a mark where it is all."""
ONLY_SHOWN = "*"
"""The first word of a column of `SHOWN` for somebody of whom no whole number is known."""
NAMES = (Kind.GIVEN, Kind.FAMILY, Kind.FULL_NAME)


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column of the table and what it was taken for."""

    name: str
    kind: Kind


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One thing that two records are compared by: its `code` is the prepared column's name.

    `columns` are the headings that it was made of.
    """

    code: str
    kind: Kind
    columns: tuple[str, ...]
