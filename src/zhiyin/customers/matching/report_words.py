"""The words of the report page, in English and Chinese."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from zhiyin.customers.matching.wording import Language


@cache
def words_of(language: Language) -> dict[str, str]:
    """Word by its place in the page."""
    text = resources.files(__package__).joinpath("words.toml").read_text(encoding="utf-8")
    return {f"w_{key}": value[language] for key, value in tomllib.loads(text)["report"].items()}
