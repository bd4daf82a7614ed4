"""Says the plain English sentences of the rooms in Chinese, from data/sentences_zh.tsv."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from zhiyin.cli.words import language
from zhiyin.errors import ZhiyinError

_BETWEEN = re.compile(r"(?<=[.!?。]) (?=[A-Z“'`{\u4e00-\u9fff])")
_HOLE = re.compile(r"\\{(\d?)\\}")


def message_of(error: ZhiyinError) -> str:
    """What happened and what to do next, in the language of the process."""
    return join(error.message, error.next_step)


def join(*texts: str) -> str:
    """The sentences one after the other; Chinese ones without a space between."""
    told = [localise(text) for text in texts if text]
    return ("" if language() == "zh" and all(text.endswith("。") for text in told[:-1]) else " ").join(told)


def localise(text: str) -> str:
    """The text in the language of the process: as a whole, else sentence by sentence, else as it is."""
    if language() != "zh":
        return text
    whole = _find(text)
    if whole is not None:
        return whole
    # Django's sentences, such as those on weak passwords, may come in Chinese already.
    pieces = [_find(piece) or (piece if piece.endswith("。") else None) for piece in _BETWEEN.split(text)]
    return "".join(piece for piece in pieces if piece) if all(pieces) else text


def known_sentences() -> list[str]:
    """The English sentences that have a Chinese form; `{}` stands for a value."""
    return [english for english, _ in _lines()]


def _find(text: str) -> str | None:
    for pattern, chinese in _patterns():
        if found := pattern.fullmatch(text):
            return chinese.format(*found.groups())
    return None


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    return [
        (re.compile(_HOLE.sub("(.+?)", re.escape(english)), re.DOTALL), chinese)
        for english, chinese in _lines()
    ]


@cache
def _lines() -> list[tuple[str, str]]:
    text = files("zhiyin.cli").joinpath("data/sentences_zh.tsv").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    # The most literal first: a sentence that is nearly all value would take those of others.
    return sorted(((english, chinese) for english, chinese in lines), key=lambda line: line[0].count("{}"))
