"""The words of the board in both languages, from `words.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from zhiyin.console.numbers import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Sentences by key, and the names of signals, intents, emotions and needs."""

    language: Language
    sentences: Mapping[str, str]
    names: Mapping[str, str]

    def say(self, key: str, **values: str) -> str:
        """The sentence with its values filled in.

        Raises:
            KeyError: no such sentence, or a value is missing.
        """
        return self.sentences[key].format(**values)

    def name(self, code: str) -> str:
        """How people call it; the code itself where no name is known."""
        return self.names.get(code, code)


@cache
def wording(language: Language) -> Wording:
    """All words of one language."""
    content = tomllib.loads(files("zhiyin.insight").joinpath("words.toml").read_text(encoding="utf-8"))
    return Wording(language=language, sentences=content[language], names=content["names"][language])
