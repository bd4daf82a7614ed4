"""Trains the clause cells of the polarity model by gradient steps (Adam) in NumPy, on one thread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from zhiyin.understand.cells import ClauseCells, pack, split
from zhiyin.understand.clauses import classify
from zhiyin.understand.polarity import text_ngrams
from zhiyin.understand.text import fold_batch

N_CELLS = 8
BITS = 20
MIN_CLAUSES = 3
ROUNDS = 2
STEP = 0.003
DROPPED = 0.5
TEXTS_A_STEP = 64
SEED = 20261121
_SLOW, _SLOWER = 0.9, 0.999
_SURE = 0.96
_MOST = 127

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Matrix = sparse.csr_matrix


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseCounts:
    """Counts of n-grams by clause, over the root of its signs; text `i` has `first[i]:first[i + 1]`."""

    counts: Matrix
    first: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """For each text and question (praise, judgement) the share that says yes, and what it weighs."""

    share: Floats
    weight: Floats


@dataclass(slots=True, kw_only=True)
class _Adam:
    """An array that learns, with the running means of its slopes."""

    values: Floats
    mean: Floats
    spread: Floats

    def step(self, slope: Floats, *, rows: Ints | slice, size: float, n_steps: int) -> None:
        mean = self.mean[rows] = _SLOW * self.mean[rows] + (1 - _SLOW) * slope
        spread = self.spread[rows] = _SLOWER * self.spread[rows] + (1 - _SLOWER) * slope * slope
        root = np.sqrt(spread / (1 - _SLOWER**n_steps)) + 1e-8
        self.values[rows] -= (size * (mean / (1 - _SLOW**n_steps)) / root).astype(np.float32)


def _learner(values: npt.NDArray[np.floating]) -> _Adam:
    start = values.astype(np.float32)
    return _Adam(values=start, mean=np.zeros_like(start), spread=np.zeros_like(start))


def count_by_clause(texts: list[str]) -> ClauseCounts:
    """Return what the cells see of texts, exactly as inference does."""
    batch = fold_batch(texts)
    is_end = batch.codes == ord("\n")
    begins, first = split(classify(batch.codes), is_end=is_end)
    clause = np.searchsorted(begins, np.arange(len(batch.codes)), side="right") - 1
    rows, columns = [], []
    for slots, order in text_ngrams(batch.codes, bits=BITS):
        real = np.flatnonzero(slots)
        rows.append(clause[real + order - 1])
        columns.append(slots[real].astype(np.int64))
    place = (np.concatenate(rows), np.concatenate(columns))
    ones = np.ones(len(place[0]), dtype=np.float32)
    counts = sparse.csr_matrix((ones, place), shape=(len(begins), 1 << BITS))
    counts.sum_duplicates()
    roots = np.sqrt(np.diff(np.append(begins, len(batch.codes))))
    weighed = (sparse.diags((1 / roots).astype(np.float32)) @ counts).tocsr()
    return ClauseCounts(counts=weighed, first=np.append(first, len(begins)))


def train_cells(seen: ClauseCounts, *, targets: Targets, rows: Ints) -> ClauseCells:
    """Return cells that learned from the texts at `rows`."""
    draw = np.random.default_rng(SEED)
    known = _known(seen, rows=rows)
    n_questions, bound = targets.share.shape[1], 1 / np.sqrt(3 * N_CELLS)
    table = _learner(draw.normal(0, 0.05, (seen.counts.shape[1], N_CELLS)))
    bias = _learner(np.zeros(N_CELLS))
    weights = _learner(draw.uniform(-bound, bound, (3 * N_CELLS, n_questions)))
    intercept = _learner(np.zeros(n_questions))
    kept = Targets(share=(targets.share - 0.5) * _SURE + 0.5, weight=targets.weight)
    n_steps, order = 0, np.array(rows)
    for turn in range(ROUNDS):
        draw.shuffle(order)
        size = STEP * (1 - turn / ROUNDS)
        for begin in range(0, len(order), TEXTS_A_STEP):
            n_steps += 1
            chosen = order[begin : begin + TEXTS_A_STEP]
            counts, first, owner = _drawn(seen, rows=chosen, known=known, draw=draw)
            columns, place = np.unique(counts.indices, return_inverse=True)
            shape = (counts.shape[0], len(columns))
            counts = sparse.csr_matrix((counts.data, place.astype(np.int32), counts.indptr), shape=shape)
            cells = np.tanh(counts @ table.values[columns] + bias.values)
            pooled = _pool(cells, first=first)
            odds = pooled @ weights.values + intercept.values
            share = 1 / (1 + np.exp(-odds.clip(-30, 30)))
            wrong = (share - kept.share[chosen]) * kept.weight[chosen] / len(chosen)
            slope = _unpool(wrong @ weights.values.T, cells=cells, pooled=pooled, owner=owner)
            step = {"size": size, "n_steps": n_steps}
            table.step(counts.T @ slope, rows=columns, **step)
            bias.step(slope.sum(axis=0), rows=slice(None), **step)
            weights.step(pooled.T @ wrong, rows=slice(None), **step)
            intercept.step(wrong.sum(axis=0), rows=slice(None), **step)
    return _quantise(table.values * known[:, None], bias=bias, weights=weights, intercept=intercept)


def _known(seen: ClauseCounts, *, rows: Ints) -> Floats:
    """Return 1 for each slot that stands in enough clauses of the texts at `rows`, 0 for the others."""
    is_in = np.zeros(len(seen.first) - 1, dtype=bool)
    is_in[rows] = True
    chosen = np.repeat(is_in, np.diff(seen.first))
    n_clauses = np.bincount(seen.counts[chosen].indices, minlength=seen.counts.shape[1])
    return (n_clauses >= MIN_CLAUSES).astype(np.float32)


def _drawn(
    seen: ClauseCounts, *, rows: Ints, known: Floats, draw: np.random.Generator
) -> tuple[Matrix, Ints, Ints]:
    """Return clauses of some texts with half of their n-grams, the first clause of each, the owners."""
    n_clauses = seen.first[rows + 1] - seen.first[rows]
    first = np.concatenate(([0], np.cumsum(n_clauses)[:-1]))
    owner = np.repeat(np.arange(len(rows)), n_clauses)
    counts = seen.counts[np.arange(len(owner)) - first[owner] + seen.first[rows][owner]]
    kept = (draw.random(len(counts.data)) >= DROPPED) * known[counts.indices]
    counts.data = (counts.data * kept / (1 - DROPPED)).astype(np.float32)
    counts.eliminate_zeros()
    return counts, first, owner


def _pool(cells: Floats, *, first: Ints) -> Floats:
    n_clauses = np.diff(np.append(first, len(cells)))
    summed = np.add.reduceat(cells, first) / np.sqrt(n_clauses)[:, None]
    ends = np.maximum.reduceat(cells, first), np.minimum.reduceat(cells, first)
    return np.concatenate((summed, *ends), axis=1).astype(np.float32)


def _unpool(slope: Floats, *, cells: Floats, pooled: Floats, owner: Ints) -> Floats:
    """Return the slope of the sums below the cells."""
    n_cells, roots = cells.shape[1], np.sqrt(np.bincount(owner))[owner][:, None]
    back = slope[owner, :n_cells] / roots
    for part in (1, 2):
        columns = slice(part * n_cells, (part + 1) * n_cells)
        back = back + (cells == pooled[owner, columns]) * slope[owner, columns]
    return (back * (1 - cells * cells)).astype(np.float32)


def _quantise(table: Floats, *, bias: _Adam, weights: _Adam, intercept: _Adam) -> ClauseCells:
    """Return the cells with 8-bit weights."""
    scale = np.quantile(np.abs(table[np.any(table != 0, axis=1)]), 0.9999, axis=0) / _MOST
    whole = np.clip(np.rint(table / scale), -_MOST, _MOST).astype(np.int8)
    return ClauseCells(
        bits=BITS,
        packed=pack(whole, slots=np.arange(len(whole)), bits=BITS),
        scale=scale.astype(np.float64),
        bias=bias.values.astype(np.float64),
        weights=weights.values.astype(np.float64),
        intercept=intercept.values.astype(np.float64),
    )
