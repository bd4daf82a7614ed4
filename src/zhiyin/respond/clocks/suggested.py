"""The usual rules, ready to begin with, and the deadlines of the law that are known."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from zhiyin.respond.clocks.kinds import ClockKind, TimeUnit


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """One rule as the file holds it; `zh` and `en` are its name, `source_zh` and `source_en` whence it is."""

    id: str
    zh: str
    en: str
    kind: ClockKind
    amount: int
    counted_in: TimeUnit
    min_urgency: int = 0
    is_automatic: bool = True
    source_zh: str = ""
    source_en: str = ""
    name: str = ""
    source: str = ""

    @property
    def key(self) -> UUID:
        """The same in every installation, so that nothing is added twice."""
        return uuid5(NAMESPACE_URL, f"zhiyin:clock:{self.id}")

    @property
    def code(self) -> str:
        """The code of a deadline of the law, else empty."""
        return self.id if self.kind is ClockKind.STATUTORY else ""


def list_suggestions(*, language: str) -> list[Suggestion]:
    """All, named in the language (`zh` or `en`)."""
    is_chinese = language.startswith("zh")
    return [
        msgspec.structs.replace(
            one,
            name=one.zh if is_chinese else one.en,
            source=one.source_zh if is_chinese else one.source_en,
        )
        for one in _read()
    ]


@cache
def _read() -> tuple[Suggestion, ...]:
    content = files("zhiyin.respond.clocks").joinpath("suggested.yaml").read_bytes()
    return msgspec.yaml.decode(content, type=tuple[Suggestion, ...])
