"""What the language model is told, by purpose and language."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

Purpose = Literal["summary", "reply", "aspect", "report", "trial"]
Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """The instruction, and how long an answer may be, in tokens."""

    instruction: str
    max_tokens: int


@cache
def read_prompt(purpose: Purpose, language: Language) -> Prompt:
    """The instruction for a purpose."""
    text = files("zhiyin.assist").joinpath("prompts.toml").read_text(encoding="utf-8")
    entry = tomllib.loads(text)[purpose]
    return Prompt(instruction=entry[language], max_tokens=entry["max_tokens"])
