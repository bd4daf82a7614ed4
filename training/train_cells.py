"""Trains the clause cells of the polarity model by gradient steps (Adam) in NumPy, on one thread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from zhiyin.understand.cells import ClauseCells, pack, split
from zhiyin.understand.clauses import classify
from zhiyin.understand.learning import Weights
from zhiyin.understand.polarity import text_ngrams
from zhiyin.understand.text import fold_batch

N_CELLS = 9
BITS = 20
MIN_CLAUSES = 3
ROUNDS = 2
STEP = 0.003
DROPPED = 0.5
TEXTS_A_STEP = 64
SEED = 20261121
_SLOW, _SLOWER = 0.9, 0.999
_SURE = 0.96
_HALF = 0.5
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What is summed over whole texts: whether one judges, and whether talk does; for each kind, whether it
    praises; for each and for talk, whether it is of it."""

    judging: Weights
    judging_talk: Weights
    praise: tuple[Weights, ...]
    kind: tuple[Weights, ...]


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


@dataclass(slots=True, kw_only=True)
class _Net:
    """What learns: the lanes of the slots, and how the cells are read."""

    table: _Adam
    bias: _Adam
    weights: _Adam
    intercept: _Adam


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    """The clauses of some texts, the first clause of each text, and the text of each clause."""

    counts: Matrix
    first: Ints
    owner: Ints


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


def train_cells(seen: ClauseCounts, *, targets: Targets, rows: Ints, sums: Sums) -> ClauseCells:
    """Return cells that learned from the texts at `rows`, with `sums` beside them."""
    draw = np.random.default_rng(SEED)
    known = _known(seen, rows=rows)
    net = _fresh(n_slots=seen.counts.shape[1], n_questions=targets.share.shape[1], draw=draw)
    n_steps, order = 0, np.array(rows)
    for turn in range(ROUNDS):
        draw.shuffle(order)
        for begin in range(0, len(order), TEXTS_A_STEP):
            n_steps += 1
            chosen = order[begin : begin + TEXTS_A_STEP]
            drawn = _drawn(seen, rows=chosen, known=known, draw=draw)
            some = Targets(share=targets.share[chosen], weight=targets.weight[chosen])
            _step(net, drawn, targets=some, size=STEP * (1 - turn / ROUNDS), n_steps=n_steps)
    # Half of the answer whether it judges is that of the sum.
    net.weights.values[:, 1] *= _HALF
    net.intercept.values[1] *= _HALF
    return _quantise(net.table.values * known[:, None], net=net, sums=sums)


def _fresh(*, n_slots: int, n_questions: int, draw: np.random.Generator) -> _Net:
    bound = 1 / np.sqrt(3 * N_CELLS)
    return _Net(
        table=_learner(draw.normal(0, 0.05, (n_slots, N_CELLS))),
        bias=_learner(np.zeros(N_CELLS)),
        weights=_learner(draw.uniform(-bound, bound, (3 * N_CELLS, n_questions))),
        intercept=_learner(np.zeros(n_questions)),
    )


def _step(net: _Net, drawn: _Drawn, *, targets: Targets, size: float, n_steps: int) -> None:
    """Move everything a little towards the targets of the texts drawn."""
    columns, place = np.unique(drawn.counts.indices, return_inverse=True)
    shape = (drawn.counts.shape[0], len(columns))
    counts = sparse.csr_matrix((drawn.counts.data, place.astype(np.int32), drawn.counts.indptr), shape=shape)
    cells = np.tanh(counts @ net.table.values[columns] + net.bias.values)
    pooled = _pool(cells, first=drawn.first)
    odds = pooled @ net.weights.values + net.intercept.values
    share = 1 / (1 + np.exp(-odds.clip(-30, 30)))
    aim = (targets.share - 0.5) * _SURE + 0.5
    wrong = (share - aim) * targets.weight / len(targets.share)
    slope = _unpool(wrong @ net.weights.values.T, cells=cells, pooled=pooled, owner=drawn.owner)
    everything = slice(None)
    net.table.step(counts.T @ slope, rows=columns, size=size, n_steps=n_steps)
    net.bias.step(slope.sum(axis=0), rows=everything, size=size, n_steps=n_steps)
    net.weights.step(pooled.T @ wrong, rows=everything, size=size, n_steps=n_steps)
    net.intercept.step(wrong.sum(axis=0), rows=everything, size=size, n_steps=n_steps)


def _known(seen: ClauseCounts, *, rows: Ints) -> Floats:
    """Return 1 for each slot that stands in enough clauses of the texts at `rows`, 0 for the others."""
    is_in = np.zeros(len(seen.first) - 1, dtype=bool)
    is_in[rows] = True
    chosen = np.repeat(is_in, np.diff(seen.first))
    n_clauses = np.bincount(seen.counts[chosen].indices, minlength=seen.counts.shape[1])
    return (n_clauses >= MIN_CLAUSES).astype(np.float32)


def _drawn(seen: ClauseCounts, *, rows: Ints, known: Floats, draw: np.random.Generator) -> _Drawn:
    """Return the clauses of some texts with half of their n-grams."""
    n_clauses = seen.first[rows + 1] - seen.first[rows]
    first = np.concatenate(([0], np.cumsum(n_clauses)[:-1]))
    owner = np.repeat(np.arange(len(rows)), n_clauses)
    counts = seen.counts[np.arange(len(owner)) - first[owner] + seen.first[rows][owner]]
    kept = (draw.random(len(counts.data)) >= DROPPED) * known[counts.indices]
    counts.data = (counts.data * kept / (1 - DROPPED)).astype(np.float32)
    counts.eliminate_zeros()
    return _Drawn(counts=counts, first=first, owner=owner)


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


def _quantise(cells: npt.NDArray[np.floating], *, net: _Net, sums: Sums) -> ClauseCells:
    """Return the cells with 8-bit weights."""
    judging = Weights(table=_HALF * sums.judging.table, bias=_HALF * sums.judging.bias)
    lanes = (judging, sums.judging_talk, *sums.praise, *sums.kind)
    table = np.column_stack((cells, *(lane.table for lane in lanes)))
    sizes = [np.abs(lane[lane != 0]) for lane in table.T]
    scale = np.array([np.quantile(size, 0.9999) if len(size) else 1.0 for size in sizes]) / _MOST
    whole = np.clip(np.rint(table / scale), -_MOST, _MOST).astype(np.int8)
    return ClauseCells(
        bits=BITS,
        packed=pack(whole, slots=np.arange(len(whole)), bits=BITS),
        scale=scale.astype(np.float64),
        bias=net.bias.values.astype(np.float64),
        lean=np.array([lane.bias for lane in lanes]),
        weights=net.weights.values.astype(np.float64),
        intercept=net.intercept.values.astype(np.float64),
    )
