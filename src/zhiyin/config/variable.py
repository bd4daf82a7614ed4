"""One environment variable that an installation may set."""

from __future__ import annotations

import os
from dataclasses import dataclass

from zhiyin.errors import InvalidInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """Its name, its value where nobody sets it, and its meaning in both languages."""

    name: str
    default: str
    meaning: str
    meaning_zh: str

    def read(self) -> str:
        """What the environment says, else the default; outer spaces do not count."""
        return os.environ.get(self.name, "").strip() or self.default

    def read_list(self) -> list[str]:
        """The parts between commas, empty ones left out."""
        return [part.strip() for part in self.read().split(",") if part.strip()]

    def read_number(self, *, least: int, most: int) -> int:
        """A whole number.

        Raises:
            InvalidInput: it is none, or out of range.
        """
        text = self.read()
        if not (text.isascii() and text.isdigit()) or not least <= int(text) <= most:
            raise InvalidInput(
                f"{self.name} is not a whole number from {least} to {most}.",
                next_step="Correct it in the environment.",
                field=self.name,
            )
        return int(text)

    def read_choice(self, *choices: str) -> str:
        """One of the choices.

        Raises:
            InvalidInput: it is none of them.
        """
        if self.read() not in choices:
            raise InvalidInput(
                f"{self.name} is none of {', '.join(choices)}.",
                next_step="Correct it in the environment.",
                field=self.name,
            )
        return self.read()
