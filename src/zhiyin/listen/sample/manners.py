"""Bends a text to the manner of its writer: slang, typing errors, emoji, traditional signs."""

from __future__ import annotations

from functools import cache
from typing import Any, Protocol

import msgspec
import opencc

from zhiyin.listen.sample.customers import Manner
from zhiyin.listen.sample.datafiles import read_yaml
from zhiyin.listen.sample.dice import Dice

_TRIES = 14
_PARTICLE_SHARE = 0.07
_KAOMOJI_SHARE = 0.10
# Comma, stop and end of each way to punctuate; the position is `Manner.punctuation`.
PUNCTUATION = (
    ("，", "。", "。"),
    (" ", " ", ""),
    ("，", "，", ""),
    ("，", "！", "！！"),
    ("，", "～", "～"),
    ("，", "…", "……"),
)
SPACES = 1


class Styles(msgspec.Struct, frozen=True, kw_only=True):
    """The data file styles.yaml."""

    slang: list[tuple[str, str]]
    typing: list[tuple[str, str]]
    emoji: dict[str, str]
    kaomoji: dict[str, str]
    particles: str


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@cache
def _styles() -> Styles:
    return read_yaml("styles.yaml", Styles)


@cache
def _signs(kind: str, label: str) -> tuple[str, ...]:
    table = _styles().emoji if kind == "emoji" else _styles().kaomoji
    return tuple(table[label].split())


@cache
def _particles() -> tuple[str, ...]:
    return tuple(_styles().particles.split())


@cache
def _traditional() -> _Converter:
    converter: Any = opencc.OpenCC("s2t")
    return converter  # type: ignore[no-any-return]


def bend(
    text: str, *, manner: Manner, share_emoji: float, label: str, is_formal: bool, dice: Dice
) -> tuple[str, list[str]]:
    """The text as this writer would leave it, and the names of what was done to it."""
    marks: list[str] = []
    roll = dice.roll
    if roll() < manner.share_slang and not is_formal:
        text = _replace(text, pairs=_styles().slang, n_wanted=2, name="slang", marks=marks, dice=dice)
    if roll() < manner.share_typing:
        text = _replace(text, pairs=_styles().typing, n_wanted=1, name="typing", marks=marks, dice=dice)
    if roll() < _PARTICLE_SHARE and text[-1:].isalpha():
        text += dice.pick(_particles())
    if manner.punctuation == SPACES:
        text = text.replace("，", " ").replace("。", " ").rstrip()
    if roll() < share_emoji * manner.share_emoji:
        text = _with_sign(text, label=label, marks=marks, dice=dice)
    if manner.is_traditional:
        text = _traditional().convert(text)
        marks.append("traditional")
    return text, marks


def _replace(
    text: str, *, pairs: list[tuple[str, str]], n_wanted: int, name: str, marks: list[str], dice: Dice
) -> str:
    n_done = 0
    for _ in range(_TRIES):
        right, bent = dice.pick(pairs)
        if right in text:
            text = text.replace(right, bent, 1)
            n_done += 1
            if n_done == n_wanted:
                break
    if n_done:
        marks.append(name)
    return text


def _with_sign(text: str, *, label: str, marks: list[str], dice: Dice) -> str:
    kind = "kaomoji" if dice.roll() < _KAOMOJI_SHARE else "emoji"
    sign = dice.pick(_signs(kind, label))
    marks.append(kind)
    if kind == "emoji" and dice.roll() < 0.2:
        sign += dice.pick(_signs(kind, label))
    if dice.roll() < 0.2 and "，" in text:
        return text.replace("，", sign, 1)
    if text.endswith("。") and dice.roll() < 0.7:
        text = text[:-1]
    return text + sign
