"""How often each phrase was said on each day, kept over restarts: counts by key, no words."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from zhiyin.insight.topics.phrases import find_phrases

Places = NDArray[np.int64]

# A new rule of what a phrase is makes other keys; older counts are of no use then.
VERSION = 2
KEEP_DAYS = 160
_DAYS_OF_A_FILE = 7
# In weeks this much older than the newest day, what was said once in the week is forgotten.
_DETAIL_DAYS = 35
_TEXTS_AT_ONCE = 20_000
_ROW = np.dtype([("key", np.int64), ("day", np.int32), ("n", np.int32)])


class _Catalogue(msgspec.Struct, kw_only=True):
    """What the folder holds: up to which message of the log, voices by day, and the file of each week."""

    version: int = VERSION
    sequence: int = -1
    n_read: int = 0
    voices: dict[int, int] = {}
    files: dict[int, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTexts:
    """Texts and the day of each, as days since 1970; `sequence` of the last message they are of."""

    texts: list[str]
    days: Places
    sequence: int


class PhraseStore:
    """Day counts in a folder. One process at a time may write; a crash leaves the state before.

    Only the last `KEEP_DAYS` days before the newest are kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._catalogue = _read_catalogue(folder / "catalogue.json")

    @property
    def sequence(self) -> int:
        """The last message of the log that is counted, −1 for none."""
        return self._catalogue.sequence

    @property
    def n_read(self) -> int:
        """How many voices were read since the beginning, of whatever day."""
        return self._catalogue.n_read

    def n_voices(self, *, first: int, end: int) -> int:
        """Voices of the days from `first` to before `end`."""
        return sum(n for day, n in self._catalogue.voices.items() if first <= day < end)

    def add(self, said: DayTexts) -> None:
        """Count these texts, once and for all: afterwards they are on disk."""
        old = self._catalogue
        newest = max([*old.voices, int(said.days.max(initial=0))])
        is_kept = said.days > newest - KEEP_DAYS
        new = _Catalogue(
            sequence=said.sequence,
            n_read=old.n_read + len(said.texts),
            voices={day: n for day, n in old.voices.items() if day > newest - KEEP_DAYS},
            files={
                week: name
                for week, name in old.files.items()
                if (week + 1) * _DAYS_OF_A_FILE > newest - KEEP_DAYS
            },
        )
        for day, n in zip(*np.unique(said.days[is_kept], return_counts=True), strict=True):
            new.voices[int(day)] = new.voices.get(int(day), 0) + int(n)
        texts = [said.texts[place] for place in np.flatnonzero(is_kept)]
        self._merge(_count(texts, days=said.days[is_kept]), into=new, newest=newest)
        self._commit(new)

    def count(self, keys: Places, *, first: int, end: int) -> Places:
        """How many voices said each phrase on the days from `first` to before `end`."""
        order = np.argsort(keys)
        wanted, total = keys[order], np.zeros(len(keys), np.int64)
        if not len(keys):
            return total
        for rows in self._files(first=first, end=end):
            within = rows[(rows["day"] >= first) & (rows["day"] < end)]
            place = np.minimum(np.searchsorted(wanted, within["key"]), len(wanted) - 1)
            is_met = wanted[place] == within["key"]
            total += np.bincount(place[is_met], within["n"][is_met], minlength=len(wanted)).astype(np.int64)
        found = np.empty_like(total)
        found[order] = total
        return found

    def clear(self) -> None:
        """Forget everything: facts were taken away or made anew."""
        self._commit(_Catalogue())

    def _merge(self, counts: NDArray[np.void], *, into: _Catalogue, newest: int) -> None:
        weeks = counts["day"] // _DAYS_OF_A_FILE
        for week in np.unique(weeks).tolist():
            rows = counts[weeks == week]
            if week in into.files:
                rows = _summed(np.concatenate([np.load(self._folder / into.files[week]), rows]))
            if (week + 1) * _DAYS_OF_A_FILE < newest - _DETAIL_DAYS:
                rows = _without_once(rows)
            name = f"{week}-{into.n_read}.npy"
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            np.save(self._folder / name, rows)
            into.files[week] = name

    def _files(self, *, first: int, end: int) -> Iterator[NDArray[np.void]]:
        for week, name in self._catalogue.files.items():
            if week * _DAYS_OF_A_FILE < end and (week + 1) * _DAYS_OF_A_FILE > first:
                yield np.load(self._folder / name)

    def _commit(self, new: _Catalogue) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = self._folder / "catalogue.json.partial"
        with partial.open("wb") as stream:
            stream.write(msgspec.json.encode(new))
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(self._folder / "catalogue.json")
        self._catalogue = new
        kept = set(new.files.values())
        for path in self._folder.glob("*.npy"):
            if path.name not in kept:
                path.unlink(missing_ok=True)


def _read_catalogue(path: Path) -> _Catalogue:
    with suppress(OSError, msgspec.MsgspecError):
        found = msgspec.json.decode(path.read_bytes(), type=_Catalogue)
        if found.version == VERSION and all((path.parent / name).exists() for name in found.files.values()):
            return found
    return _Catalogue()


def _count(texts: list[str], *, days: Places) -> NDArray[np.void]:
    """Voices by phrase and day."""
    parts = [np.empty(0, _ROW)]
    for begin in range(0, len(texts), _TEXTS_AT_ONCE):
        found = find_phrases(texts[begin : begin + _TEXTS_AT_ONCE])
        rows = np.empty(len(found.key), _ROW)
        rows["key"], rows["n"] = found.key, 1
        rows["day"] = days[begin + found.text]
        parts.append(_summed(rows))
    return _summed(np.concatenate(parts))


def _summed(rows: NDArray[np.void]) -> NDArray[np.void]:
    """Rows of the same key and day as one."""
    if not len(rows):
        return rows
    rows = rows[np.lexsort((rows["day"], rows["key"]))]
    is_first = np.ones(len(rows), np.bool_)
    is_first[1:] = (rows["key"][1:] != rows["key"][:-1]) | (rows["day"][1:] != rows["day"][:-1])
    begins = np.flatnonzero(is_first)
    summed = rows[begins].copy()
    summed["n"] = np.add.reduceat(rows["n"], begins)
    return summed


def _without_once(rows: NDArray[np.void]) -> NDArray[np.void]:
    """Without the phrases that were said once in the week."""
    keys, place = np.unique(rows["key"], return_inverse=True)
    total = np.bincount(place, rows["n"], minlength=len(keys))
    return rows[total[place] > 1]
