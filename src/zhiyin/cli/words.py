"""The language the command speaks: Chinese, unless the environment names another."""

from __future__ import annotations

import os
from functools import cache
from typing import Literal

Language = Literal["zh", "en"]


@cache
def language() -> Language:
    """`ZHIYIN_LANGUAGE` decides, then the locale; a locale that names no language (C, POSIX) is Chinese."""
    for variable in ("ZHIYIN_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "").lower()
        if value.startswith("zh"):
            return "zh"
        if value and value.split(".")[0] not in ("c", "posix"):
            return "en"
    return "zh"


def say(zh: str, en: str) -> str:
    """The sentence in the language of this process."""
    return zh if language() == "zh" else en
