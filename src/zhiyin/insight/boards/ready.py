"""The boards that come with Zhiyin, from `ready.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec

from zhiyin.console.numbers import Language
from zhiyin.insight.boards.tiles import Tile


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """Words in both languages."""

    zh: str
    en: str

    def of(self, language: Language) -> str:
        """Those of the language."""
        return self.zh if language == "zh" else self.en


class ReadyBoard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One ready-made board."""

    code: str
    name: Words
    description: Words
    tiles: tuple[Tile, ...]
    period: str = "30d"


class _Content(msgspec.Struct, frozen=True, kw_only=True):
    board: tuple[ReadyBoard, ...]


def list_ready() -> list[str]:
    """Their codes, in order."""
    return list(_read())


def find_ready(code: str) -> ReadyBoard | None:
    """The board of that code; None where there is none."""
    return _read().get(code)


@cache
def _read() -> Mapping[str, ReadyBoard]:
    text = files("zhiyin.insight.boards").joinpath("ready.toml").read_text(encoding="utf-8")
    return {one.code: one for one in msgspec.toml.decode(text, type=_Content).board}
