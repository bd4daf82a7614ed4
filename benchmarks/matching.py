"""How long `zhiyin link` takes over many records, beside the figure of Splink's authors.

`python -m benchmarks.matching [--rows 1000000]`. The authors say: a million records on a laptop in about a
minute. Invented people: names and places as unevenly spread as real ones, some recorded again with errors.
"""

from __future__ import annotations

import argparse
import os
import resource
import time

import numpy as np
import pyarrow as pa

from zhiyin.customers.matching.link import Source, find_people
from zhiyin.customers.matching.recognise import recognise

_SHARE_AGAIN = 0.4
_AUTHORS_ROWS, _AUTHORS_SECONDS = 1_000_000, 60.0
_AUTHORS_SOURCE = "https://moj-analytical-services.github.io/splink/"
_ALPHABET = np.array(list("abcdefghijklmnoprstuvwy"))


def _words(dice: np.random.Generator, n: int) -> np.ndarray:
    """Different words of four to nine letters."""
    lengths = dice.integers(4, 10, n)
    return np.array(["".join(dice.choice(_ALPHABET, length)) for length in lengths])


def _uneven(dice: np.random.Generator, words: np.ndarray, n: int) -> np.ndarray:
    """Picks as uneven as names are: the commonest has some percent."""
    weights = 1.0 / (np.arange(len(words)) + 10.0)
    return words[dice.choice(len(words), n, p=weights / weights.sum())]


def _spoiled(dice: np.random.Generator, values: np.ndarray, *, share_empty: float, share_typo: float) -> list:
    """Values with some left out and some with a wrong letter."""
    empty, typo = dice.random(len(values)) < share_empty, dice.random(len(values)) < share_typo
    places = dice.integers(0, 4, len(values))
    return [
        None if gone else value[:place] + "x" + value[place + 1 :] if wrong else value
        for value, gone, wrong, place in zip(values.tolist(), empty, typo, places, strict=True)
    ]


def make_people(n_rows: int, *, seed: int = 1) -> tuple[pa.Table, np.ndarray]:
    """A table of invented people and who each row is."""
    dice = np.random.default_rng(seed)
    n_persons = int(n_rows * (1 - _SHARE_AGAIN))
    person = np.concatenate([np.arange(n_persons), dice.integers(0, n_persons, n_rows - n_persons)])
    dice.shuffle(person)
    days = np.datetime64("1940-01-01") + dice.integers(0, 24_000, n_persons)
    phones = np.char.add("13", np.char.zfill(dice.integers(0, 10**9, n_persons).astype(str), 9))
    told = {
        "given_name": _uneven(dice, _words(dice, 3_000), n_persons),
        "surname": _uneven(dice, _words(dice, 40_000), n_persons),
        "date_of_birth": days.astype(str),
        "city": _uneven(dice, _words(dice, 1_000), n_persons),
        "phone": phones,
    }
    columns = {
        name: pa.array(
            _spoiled(dice, values[person], share_empty=0.5 if name == "phone" else 0.08, share_typo=0.04),
            type=pa.string(),
        )
        for name, values in told.items()
    }
    return pa.table({"record_id": pa.array([f"r{n}" for n in range(n_rows)]), **columns}), person


def _f1(found: np.ndarray, truth: np.ndarray) -> float:
    def pairs(*labels: np.ndarray) -> int:
        counts = np.unique(np.stack(labels), axis=1, return_counts=True)[1].astype(np.int64)
        return int((counts * (counts - 1) // 2).sum())

    return 2 * pairs(found, truth) / (pairs(found) + pairs(truth))


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class _Steps:
    """Prints each step as it ends, so that a long run shows how far it is."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self._step, self._at = "recognise", self.began

    def tell(self, step: str) -> None:
        """Hears that the next step begins."""
        now = time.monotonic()
        print(f"  {self._step:10} {now - self._at:7.1f} s   peak {_peak_mb():7,.0f} MB", flush=True)
        self._step, self._at = step, now


def main() -> None:
    """Print rate, memory and F1, and the rate beside that of Splink's authors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    n_rows = parser.parse_args().rows
    table, person = make_people(n_rows)
    print(
        f"matching: {n_rows:,} records; load {os.getloadavg()[0]:.1f}; before: {_peak_mb():,.0f} MB",
        flush=True,
    )
    steps = _Steps()
    source = Source(table=table, columns=recognise(table))
    found = find_people([source], tell=steps.tell)
    seconds = time.monotonic() - steps.began
    steps.tell("end")
    rate, theirs = n_rows / seconds, _AUTHORS_ROWS / _AUTHORS_SECONDS
    print(
        f"matching: {n_rows:,} records in {seconds:.1f} s ({rate:,.0f} a second), "
        f"{len(found.scored.left):,} pairs kept, peak memory {_peak_mb():,.0f} MB, "
        f"F1 {_f1(found.person, person):.3f}"
    )
    print(
        f"Splink's authors: {_AUTHORS_ROWS:,} records in about {_AUTHORS_SECONDS:.0f} s on a laptop "
        f"({_AUTHORS_SOURCE}): {rate / theirs:.2f} of that rate"
    )


if __name__ == "__main__":
    main()
