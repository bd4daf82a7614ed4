"""Copies and near copies, within a batch and across days, without looking at marks and spaces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from zhiyin.understand.likeness import Runs, agree
from zhiyin.understand.text import FoldedBatch, fold_batch
from zhiyin.understand.text.scripts import script_table

# Ten signs: "味道很好送餐很快" may well be two people's words, a longer sentence hardly.
_MIN_SIGNS = 10
_MIN_SIGNS_NEAR = 24
_RUN = 4  # signs in a run that near copies are compared by
_N_HASHES = 8
N_KEYS = 4
_BAND = (
    _N_HASHES // N_KEYS
)  # hashes that must agree for two texts to be compared: 93 % of pairs at the threshold are

_ODD = np.uint64(0x9E3779B97F4A7C15)
_BASE = np.uint64(0xD1342543DE82EF95)
_MULTIPLIERS = np.random.default_rng(20240501).integers(1, 2**63, _N_HASHES, dtype=np.uint64) * np.uint64(
    2
) + np.uint64(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSigns:
    """Letters, digits and emoji of a batch, mixed to 64 bits: text i has `counts[i]` from `begins[i]` on.

    `runs` are those of its four signs each, for texts of enough signs to be near copies.
    """

    mixed: NDArray[np.uint64]
    runs: Runs
    begins: NDArray[np.int64]
    counts: NDArray[np.int64]
    n_different: NDArray[np.float64]


@cache
def _is_kept() -> NDArray[np.bool_]:
    table: NDArray[np.bool_] = script_table() > 0
    table[ord("0") : ord("9") + 1] = True
    table[0x2600:0x27C0] = True
    table[0x1F000:0x1FB00] = True
    return table


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    values = (values ^ (values >> np.uint64(29))) * _ODD
    mixed: NDArray[np.uint64] = (values ^ (values >> np.uint64(32))) * _BASE
    return mixed


def kept_signs(batch: FoldedBatch) -> KeptSigns:
    """Return what of a batch counts when texts are compared."""
    is_kept = _is_kept()[batch.codes]
    counts = np.diff(np.concatenate(([0], np.cumsum(is_kept)))[batch.starts])
    begins = np.concatenate(([0], np.cumsum(counts)))[:-1]
    mixed = _mix(batch.codes[is_kept].astype(np.uint64) + np.uint64(1))
    return KeptSigns(
        mixed=mixed,
        runs=_find_runs(mixed, begins, counts),
        begins=begins,
        counts=counts,
        n_different=_count_different(mixed, begins, counts),
    )


def _find_runs(mixed: NDArray[np.uint64], begins: NDArray[np.int64], counts: NDArray[np.int64]) -> Runs:
    signs = np.concatenate((mixed, np.zeros(_RUN, dtype=np.uint64)))
    whole = mixed.copy()
    for step in range(1, _RUN):
        whole *= _BASE
        whole += signs[step : step + len(mixed)]
    n_runs = np.where(counts >= _MIN_SIGNS_NEAR, counts - _RUN + 1, 0)
    return Runs(hashes=_mix(whole), begins=begins, counts=n_runs)


def _count_different(
    mixed: NDArray[np.uint64], begins: NDArray[np.int64], counts: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Different signs by linear counting in 64 bits: exact enough below 100, never above 267."""
    bits = np.left_shift(np.uint64(1), mixed >> np.uint64(58))
    n_set = np.zeros(len(counts))
    has_any = counts > 0
    if has_any.any():
        n_set[has_any] = np.bitwise_count(np.bitwise_or.reduceat(bits, begins[has_any]))
    return np.minimum(counts, -64.0 * np.log1p(-np.minimum(n_set, 63.0) / 64.0))


def fingerprints(kept: KeptSigns) -> NDArray[np.int64]:
    """Return a hash of each text's letters and digits, 0 where there are fewer than ten."""
    result = np.zeros(len(kept.counts), dtype=np.int64)
    is_long = kept.counts >= _MIN_SIGNS
    if is_long.any():
        has_any = kept.counts > 0
        powers = np.full(int(kept.counts.max()), _BASE, dtype=np.uint64)
        powers = np.multiply.accumulate(powers)
        within = np.arange(len(kept.mixed)) - np.repeat(kept.begins, kept.counts)
        sums = np.zeros(len(kept.counts), dtype=np.uint64)
        sums[has_any] = np.add.reduceat(kept.mixed * powers[within], kept.begins[has_any])
        hashes = _mix(sums).view(np.int64)
        result[is_long] = np.where(hashes == 0, 1, hashes)[is_long]
    return result


def near_keys(kept: KeptSigns) -> NDArray[np.int64]:
    """Return four keys of each text, as columns; of texts that nearly agree 93 in 100 pairs share one.

    They depend on the text alone, so that near copies are found over days by equal keys (`are_near` then
    tells). All four are 0 where a text has fewer than 24 letters and digits.
    """
    keys = np.zeros((len(kept.counts), N_KEYS), dtype=np.int64)
    rows = np.flatnonzero(kept.runs.counts)
    if not len(rows):
        return keys
    runs, begins, _ = kept.runs.of(rows)
    smallest = [np.minimum.reduceat(runs * factor, begins) for factor in _MULTIPLIERS]
    for key in range(N_KEYS):
        one, other = smallest[key * _BAND], smallest[key * _BAND + 1]
        # The place of the key is part of it: equal keys of different bands say nothing.
        keys[rows, key] = _mix(one * _ODD + other + np.uint64(key)).view(np.int64)
    return keys


def are_near(one: str, other: str) -> bool:
    """Tell whether two texts nearly agree: seven of ten runs of four signs; short ones never do."""
    return are_near_pairs([(one, other)])[0]


def are_near_pairs(pairs: Sequence[tuple[str, str]]) -> list[bool]:
    """`are_near` of each pair; about 20 µs a pair."""
    if not pairs:
        return []
    kept = kept_signs(fold_batch([text for pair in pairs for text in pair]))
    one, other = np.arange(0, 2 * len(pairs), 2), np.arange(1, 2 * len(pairs), 2)
    near: list[bool] = agree(kept.runs, one, other).tolist()
    return near


def find_copies(
    kept: KeptSigns, *, fingerprint: NDArray[np.int64], keys: NDArray[np.int64]
) -> NDArray[np.int32]:
    """Return for each text the first text of the batch that it copies or nearly copies, −1 for none.

    `keys` are those of `near_keys`.
    """
    result = np.full(len(fingerprint), -1, dtype=np.int32)
    rows = np.flatnonzero(fingerprint)
    first = _first_alike(fingerprint[rows])
    is_copy = first != np.arange(len(rows))
    result[rows[is_copy]] = rows[first[is_copy]]
    originals = np.flatnonzero((result < 0) & (kept.runs.counts > 0))
    for row, earlier in _near_pairs(kept, originals, keys=keys[originals]):
        result[row] = result[earlier] if result[earlier] >= 0 else earlier
    is_second_hand = (result >= 0) & (result[result] >= 0)
    result[is_second_hand] = result[result[is_second_hand]]
    return result


def _first_alike(keys: NDArray[np.int64] | NDArray[np.uint64]) -> NDArray[np.int64]:
    """For each key the place of its first occurrence."""
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    places: NDArray[np.int64] = first[inverse]
    return places


def _near_pairs(
    kept: KeptSigns, rows: NDArray[np.int64], *, keys: NDArray[np.int64]
) -> list[tuple[int, int]]:
    """Pairs (row, first earlier row) that share a key and enough runs of signs, in order of the row."""
    if len(rows) < 2:
        return []
    met = []
    for column in keys.T:
        first = _first_alike(column)
        later = np.flatnonzero(first != np.arange(len(rows)))
        met.append(later * len(rows) + first[later])
    pairs = np.unique(np.concatenate(met))
    later, earlier = pairs // len(rows), pairs % len(rows)
    is_near = agree(kept.runs, rows[later], rows[earlier])
    later, earlier = later[is_near], earlier[is_near]
    is_first = np.diff(later, prepend=-1) > 0
    return list(zip(rows[later[is_first]].tolist(), rows[earlier[is_first]].tolist(), strict=True))
