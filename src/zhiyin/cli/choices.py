"""Turns an argument into a choice, or says what may be chosen."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from zhiyin.errors import InvalidInput

_E = TypeVar("_E", bound=StrEnum)


def choice(kind: type[_E], value: str, *, field: str) -> _E:
    """The member of `kind` with this value.

    Raises:
        InvalidInput: there is none; the message lists them.
    """
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(member.value for member in kind)
        raise InvalidInput(
            f"'{value}' is not known.", next_step=f"Use one of: {known}.", field=field
        ) from None
