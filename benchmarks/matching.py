"""How long `zhiyin link` takes over many records, beside the figure of Splink's authors.

`python -m benchmarks.matching [--rows 1000000]`. The authors say: a million records on a laptop in about a
minute. Invented people: names and places as unevenly spread as real ones, some recorded again with errors.
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np
import pyarrow as pa

from zhiyin.customers.matching.link import Source, find_people
from zhiyin.customers.matching.recognise import recognise

_SHARE_AGAIN = 0.4
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


def main() -> None:
    """Print rate, memory and F1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    n_rows = parser.parse_args().rows
    table, person = make_people(n_rows)
    began = time.monotonic()
    steps: list[tuple[str, float]] = []
    source = Source(table=table, columns=recognise(table))
    found = find_people([source], tell=lambda step: steps.append((step, time.monotonic() - began)))
    seconds = time.monotonic() - began
    ends = [at for _, at in steps[1:]] + [seconds]
    for (step, at), end in zip(steps, ends, strict=True):
        print(f"  {step:10} {end - at:7.1f} s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"matching: {n_rows:,} records in {seconds:.1f} s ({n_rows / seconds:,.0f} a second), "
        f"peak memory {peak:,.0f} MB, F1 {_f1(found.person, person):.3f}; "
        f"Splink's authors: 1,000,000 in about 60 s on a laptop"
    )


if __name__ == "__main__":
    main()
