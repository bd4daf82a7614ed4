"""Says the plain English sentences of errors as a page says them, in its language."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from zhiyin.console.templatetags.shell import page_language
from zhiyin.errors import ZhiyinError

_BETWEEN = re.compile(r"(?<=[.!?]) (?=[A-Z“'`{])")
_HOLE = re.compile(r"\\{(\d?)\\}")


def words_of(error: ZhiyinError) -> str:
    """What happened and what to do next."""
    return page_sentence(str(error))


def page_sentence(text: str) -> str:
    """The sentences in the language of the page; one that nobody has translated stays English."""
    is_chinese = page_language() == "zh"
    told = [_find(piece, is_chinese=is_chinese) for piece in _BETWEEN.split(text) if piece]
    return ("" if is_chinese else " ").join(told)


def _find(text: str, *, is_chinese: bool) -> str:
    for pattern, english, chinese in _patterns():
        if found := pattern.fullmatch(text):
            wanted = chinese if is_chinese else english
            return wanted.format(*found.groups()) if wanted else text
    return text


@cache
def _patterns() -> list[tuple[re.Pattern[str], str, str]]:
    text = files("zhiyin.listen").joinpath("data/sentences.tsv").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    # The most literal first: a sentence that is nearly all value would take those of others.
    lines.sort(key=lambda line: line[0].count("{}"))
    return [
        (re.compile(_HOLE.sub("(.+?)", re.escape(raised)), re.DOTALL), english, chinese)
        for raised, english, chinese in lines
    ]
