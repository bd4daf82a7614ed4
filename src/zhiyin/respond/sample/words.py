"""What is said in the sample company's cases, and who says it; all of it is invented."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec

from zhiyin.respond.flow.kinds import Cause


class AspectWords(msgspec.Struct, frozen=True, kw_only=True):
    """What a case about one aspect is called, what is asked and found, and both answers."""

    cause: Cause
    titles: tuple[str, ...]
    question: str
    reply: str
    finding: str
    answer: str
    again: str

    @property
    def late_answer(self) -> str:
        """The answer after an apology, greeted once."""
        return said("apology") + self.answer.removeprefix(said("greeting"))


class StaffNames(msgspec.Struct, frozen=True, kw_only=True):
    """Who works there: `regions` has a manager and an agent of each, `stores` the managers of a few."""

    head: str
    desk: tuple[str, ...]
    regions: Mapping[str, tuple[str, str]]
    stores: tuple[str, ...]


class TechnicianNames(msgspec.Struct, frozen=True, kw_only=True):
    """Who goes to customers."""

    name: str
    public_name: str
    skills: str


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """The whole file."""

    staff: StaffNames
    technician: TechnicianNames
    aspects: Mapping[str, AspectWords]
    other: AspectWords
    said: Mapping[str, str]


@cache
def words() -> Words:
    """Read once."""
    content = files("zhiyin.respond.sample").joinpath("data/words.yaml").read_bytes()
    return msgspec.yaml.decode(content, type=Words)


def words_about(aspect: str) -> AspectWords:
    """Those about the aspect, or those that fit everywhere."""
    return words().aspects.get(aspect, words().other)


def said(key: str) -> str:
    """One line by its key."""
    return words().said[key]
