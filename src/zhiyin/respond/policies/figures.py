"""Reads what people type for the columns of a table, and says figures in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from zhiyin.errors import InvalidInput
from zhiyin.respond.policies.deciding import Value
from zhiyin.respond.policies.tables import Column, ColumnType, Table

_MOST = 1e9
_NUMBERS = (ColumnType.MONEY, ColumnType.NUMBER)


def read_values(table: Table, typed: Mapping[str, str], *, prefix: str = "in-") -> dict[str, Value]:
    """The figure of every column; None where nothing was typed.

    Raises:
        InvalidInput: one is no number, or no such option; `field` is the column's.
    """
    return {
        column.field: _read(typed.get(f"{prefix}{column.field}", ""), column=column)
        for column in table.columns
    }


def _read(text: str, *, column: Column) -> Value:
    clean = text.strip()
    if not clean:
        return None
    if column.type is ColumnType.YES_NO:
        if clean in ("true", "false"):
            return clean == "true"
    elif column.type is ColumnType.CHOICE:
        if clean in column.options:
            return clean
    else:
        try:
            number = float(clean.replace(",", "").replace("，", ""))
        except ValueError:
            number = math.nan
        if math.isfinite(number) and abs(number) <= _MOST:
            return int(number) if number == int(number) else number
    raise InvalidInput(f"“{clean[:40]}” cannot be read.", next_step="Correct it.", field=column.field)


def write_value(value: Value) -> str:
    """As a field of a form holds it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) and abs(value) < 1e6 else str(value)


def say_value(value: Value) -> str:
    """As people read it."""
    if value is None:
        return _("not known")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return value


def say_cents(cents: int) -> str:
    """Money with its hundredths, without a sign: the company has one currency."""
    return f"{Decimal(cents) / 100:,.2f}"


def read_cents(text: str, *, field: str) -> int:
    """Money as typed, in hundredths. Raises `InvalidInput`."""
    try:
        number = float(text.strip().replace(",", "").replace("，", ""))
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or not 0 <= number <= _MOST / 100:
        raise InvalidInput("The amount is no number.", next_step="Write it as 50 or 50.00.", field=field)
    return round(number * 100)
