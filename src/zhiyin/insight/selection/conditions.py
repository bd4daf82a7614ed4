"""SQL conditions that hold together, with their values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from zhiyin.insight import dialect

Parameter = datetime | date | int | float | str | list[int] | list[str]

LEFT_OUT: Mapping[str, str] = {
    "duplicate": "is_duplicate",
    "spam": "is_spam",
    "solicited": "is_solicited",
    "off_subject": "is_off_subject",
}
"""Why figures leave a voice out, and the column that says so; null in facts older than the column."""

IS_KEPT = f"({' AND '.join(f'{column} IS NOT TRUE' for column in LEFT_OUT.values())})"
"""The condition on voices that count."""


class Conditions:
    """SQL conditions that hold together, with their values."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.parameters: dict[str, Parameter] = {}

    def add(self, text: str, **parameters: Parameter) -> None:
        """One condition more, with the values that it names."""
        self.texts.append(text)
        self.parameters.update(parameters)

    def add_names(self, column: str, names: frozenset[str], parameter: str) -> None:
        """The column is one of the names, unless there are none."""
        if names:
            self.add(
                f"{column} IN ({dialect.members(f'${parameter}', kind='VARCHAR')})",
                **{parameter: sorted(names)},
            )

    def add_overlap(self, values: str, names: frozenset[str], parameter: str) -> None:
        """The list column holds one of the names, unless there are none."""
        if names:
            self.add(dialect.overlaps(values, parameter=f"${parameter}"), **{parameter: sorted(names)})

    def joined(self) -> str:
        """All of them in one text."""
        return " AND ".join(self.texts)
