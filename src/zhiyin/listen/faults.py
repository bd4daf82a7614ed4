"""Why an item cannot be taken in: a code that each edge turns into words."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import msgspec


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """The first thing wrong with an item: `field` as a path (`rating.value`), `code` of `reasons.yaml`."""

    field: str
    code: str
    limit: str = ""

    def reason(self, language: str = "en") -> str:
        """What is wrong, in English or (`zh…`) Chinese, without the field's name."""
        words = _reasons()[self.code]
        return words["zh" if language.startswith("zh") else "en"].replace("{limit}", self.limit)

    def __str__(self) -> str:
        return f"'{self.field}' {self.reason()}"


@cache
def _reasons() -> dict[str, dict[str, str]]:
    text = files("zhiyin.listen").joinpath("data/reasons.yaml").read_bytes()
    return msgspec.yaml.decode(text, type=dict[str, dict[str, str]])
