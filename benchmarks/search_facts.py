"""Made-up voices that can be searched: clauses of our own writing, frequent ones often, joined at random."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from opencc import OpenCC

import zhiyin.understand
from benchmarks.dashboard_facts import N_DAYS, days, make_voices
from zhiyin.insight.search.pinyin import BUILT_IN
from zhiyin.understand.lexicon.files import judgements
from zhiyin.understand.taxonomy import load_taxonomy

N_CLAUSES = 60_000
_CLAUSES_A_VOICE = (2, 8)
_SHARE_TRADITIONAL = 0.03
_SKEW = 0.75  # clause k is said k ** -0.75 times as often as the first
_WRITTEN = Path(zhiyin.understand.__file__).parent / "data" / "written"

Random = np.random.Generator


def each_day_said(*, n_voices: int, seed: int = 1) -> Iterator[tuple[date, pa.Table]]:
    """Day and voices of that day, `n_voices` in all."""
    clauses, weights = pa.array(list_clauses()), _weights()
    for number, day in enumerate(days()):
        random = np.random.default_rng((seed, number))
        n = n_voices // N_DAYS
        yield (
            day,
            make_voices(random, day=day, n=n, texts=_texts(random, clauses=clauses, weights=weights, n=n)),
        )


def _texts(random: Random, *, clauses: pa.Array, weights: np.ndarray, n: int) -> pa.Array:
    sizes = random.integers(*_CLAUSES_A_VOICE, n)
    of = np.searchsorted(weights, random.random(int(sizes.sum()))).astype(np.int32)
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    said = pa.ListArray.from_arrays(pa.array(offsets), clauses.take(pa.array(of)))
    return pc.binary_join(said, "，")


@cache
def _weights() -> np.ndarray:
    share = np.arange(1, len(list_clauses()) + 1, dtype=float) ** -_SKEW
    return np.cumsum(share / share.sum())


@cache
def list_clauses() -> list[str]:
    """What was written for teaching, cut at commas, and terms of the trees beside judgements."""
    random = np.random.default_rng(7)
    written = [
        clause
        for path in sorted(_WRITTEN.glob("*.tsv"))
        for line in path.read_text(encoding="utf-8").splitlines()[1:]
        for clause in line.split("\t")[0].replace("。", "，").split("，")
        if len(clause) > 1
    ]
    terms = sorted({t for name in BUILT_IN for one in load_taxonomy(name).aspects for t in one.terms})
    words = sorted({word for word, _ in judgements()})
    n = N_CLAUSES - len(written)
    first, second = random.integers(0, len(terms), n), random.integers(0, len(words), n)
    made = [terms[one] + words[two] for one, two in zip(first, second, strict=True)]
    some = [*written, *made]
    random.shuffle(some)
    to_traditional = OpenCC("s2t").convert
    is_traditional = random.random(len(some)) < _SHARE_TRADITIONAL
    return [
        to_traditional(clause) if flag else clause for clause, flag in zip(some, is_traditional, strict=True)
    ]
