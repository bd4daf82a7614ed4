"""The label that is stored with every result: which model, word lists and rules gave it."""

from __future__ import annotations

import hashlib
import zipfile
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

RULES = 3
"""Raised by one with every change of the code by which the same lists and models answer otherwise."""
_WORD_LISTS = ("data/lexicon", "data/text")
_DIGITS = 8


def model_label(version: str) -> str:
    """Return `version` of a polarity model and, behind an @, a digest of all else that decides.

    That is the rules, the word lists and the other shipped models; the taxonomy has a label of its own.
    Costs some milliseconds, once a process.
    """
    return f"{version}@{_shipped_digest()}"


@cache
def _shipped_digest() -> str:
    return digest_lists(files("zhiyin.understand"))


def digest_lists(room: Traversable) -> str:
    """Return eight signs that tell the rules with the word lists and models of a folder from others."""
    told = hashlib.sha256(str(RULES).encode())
    for folder in _WORD_LISTS:
        for one in _in_order(room.joinpath(folder)):
            told.update(one.name.encode() + one.read_bytes())
    for one in _in_order(room.joinpath("models")):
        if one.name.endswith(".npz"):
            # The sums of the parts stand at the end of the file: nothing is unpacked.
            with one.open("rb") as file, zipfile.ZipFile(file) as parts:
                told.update(repr([(part.filename, part.CRC) for part in parts.infolist()]).encode())
    return told.hexdigest()[:_DIGITS]


def _in_order(folder: Traversable) -> list[Traversable]:
    return sorted((one for one in folder.iterdir() if one.is_file()), key=lambda one: one.name)
