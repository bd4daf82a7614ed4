"""Means and correlations of many columns at once, of the rows as they are and of rows drawn anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from zhiyin.measure.estimate import Floats

# A draw costs a multinomial count a row; above this many rows they are first thrown together at random.
MOST_ROWS = 20_000
N_BLOCKS = 2_000
_CELLS_AT_ONCE = 4_000_000
_MOST_DRAWN = 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """Means and standard deviations (samples, k) and correlations (samples, k, k) of k columns.

    A column without spread has correlation 0 with the others and 1 with itself.
    """

    means: Floats
    deviations: Floats
    correlations: Floats


def moments(columns: Floats, *, counts: Floats) -> Moments:
    """Moments of the rows (n, k), each of which stands for `counts` people, as one sample; divisor n."""
    centre = counts @ columns / counts.sum()
    apart = columns - centre
    squares = (apart * counts[:, None]).T @ apart
    return _from_sums(counts.sum(keepdims=True), (counts @ apart)[None], squares[None], centre=centre)


def resampled(
    columns: Floats, *, counts: Floats, n_resamples: int, random: np.random.Generator
) -> Iterator[Moments]:
    """Moments of `n_resamples` bootstrap samples, in stacks that fit the memory.

    Rows are drawn with replacement as people: a row that stands for five is five rows. More than
    `MOST_ROWS` distinct rows are thrown at random into `N_BLOCKS` blocks of people and blocks are drawn,
    which has the same expected spread up to 1/`N_BLOCKS`.
    """
    centre = counts @ columns / counts.sum()
    n_people = int(counts.sum())
    if len(columns) > MOST_ROWS:
        sums = _block_sums(columns - centre, counts=counts, random=random)
        counts, n_people = np.ones(len(sums)), len(sums)
    else:
        sums = _row_sums(columns - centre)
    chances = counts / counts.sum()
    size = max(1, _CELLS_AT_ONCE // len(sums))
    k = columns.shape[1]
    for first in range(0, n_resamples, size):
        drawn = random.multinomial(n_people, chances, size=min(size, n_resamples - first))
        found = drawn.astype(np.float64) @ sums
        yield _from_sums(found[:, 0], found[:, 1 : k + 1], _unpacked(found[:, k + 1 :], k=k), centre=centre)


def affordable(n_resamples: int, *, n_rows: int) -> int:
    """How many of the wanted resamples are drawn of so many rows: at least 200, to be quick."""
    return min(n_resamples, max(200, _MOST_DRAWN // max(1, min(n_rows, MOST_ROWS))))


def _row_sums(apart: Floats) -> Floats:
    """1, each column and each product of two, a row: what must be added up for moments."""
    first, second = np.triu_indices(apart.shape[1])
    return np.hstack([np.ones((len(apart), 1)), apart, apart[:, first] * apart[:, second]])


def _block_sums(apart: Floats, *, counts: Floats, random: np.random.Generator) -> Floats:
    """The same for blocks of people thrown together at random; a share of the people is held at a time."""
    people = np.repeat(np.arange(len(apart)), counts.astype(np.int64))
    random.shuffle(people)
    k = apart.shape[1]
    first, second = np.triu_indices(k)
    sums = np.empty((N_BLOCKS, 1 + k + len(first)))
    for number, members in enumerate(np.array_split(people, N_BLOCKS)):
        block = apart[members]
        sums[number, 0] = len(block)
        sums[number, 1 : k + 1] = block.sum(axis=0)
        sums[number, k + 1 :] = (block.T @ block)[first, second]
    return sums


def _unpacked(triangle: Floats, *, k: int) -> Floats:
    first, second = np.triu_indices(k)
    squares = np.empty((len(triangle), k, k))
    squares[:, first, second] = squares[:, second, first] = triangle
    return squares


def _from_sums(n: Floats, sums: Floats, squares: Floats, *, centre: Floats) -> Moments:
    """Moments of samples of n people from the sums of their columns, less `centre`, and of products."""
    k = len(centre)
    means = sums / n[:, None]
    covariance = squares / n[:, None, None] - means[:, :, None] * means[:, None, :]
    variance = np.maximum(np.diagonal(covariance, axis1=1, axis2=2), 0.0)
    # What is left of a constant after subtraction is rounding, not spread.
    variance = np.where(variance > 1e-12 * (1 + centre**2), variance, 0.0)
    deviations = np.sqrt(variance)
    scale = np.where(deviations > 0, deviations, np.inf)
    correlations = np.clip(covariance / (scale[:, :, None] * scale[:, None, :]), -1.0, 1.0)
    correlations[:, np.arange(k), np.arange(k)] = 1.0
    return Moments(means=means + centre, deviations=deviations, correlations=correlations)
