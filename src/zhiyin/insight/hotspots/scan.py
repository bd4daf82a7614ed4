"""Where and when more is said than expected: the space–time permutation scan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zhiyin.errors import InvalidInput

Days = NDArray[np.int64]

LONGEST_DAYS = 91
LEAST = 4
"""A hot spot holds at least as many texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hotspot:
    """A place and the days (numbers as given, both within) in which `n` texts name it.

    `expected`: how many, if the place were named through the time as all are; `n_before`: in as many days
    before it; `p_value`: how often chance alone makes as strong a one anywhere.
    """

    place: str
    first_day: int
    last_day: int
    n: int
    expected: float
    n_before: int
    p_value: float
    texts: Sequence[int]

    @property
    def times(self) -> float:
        """How many times as often as expected."""
        return self.n / self.expected


def scan(
    places: Mapping[str, Sequence[int]],
    days: ArrayLike,
    *,
    longest_days: int = LONGEST_DAYS,
    level: float = 0.05,
    n_replicas: int = 499,
    seed: int = 1,
) -> list[Hotspot]:
    """The strongest window of each place, where it is really one; the strongest first.

    Formula: with C texts in all, C_p of the place and C_w within the window, μ = C_p C_w / C; a window of
    c > μ has the log likelihood ratio c ln(c/μ) + (C − c) ln((C − c)/(C − μ)). p = (1 + replicas whose
    strongest window anywhere is as strong) / (1 + replicas), the days of the texts shuffled in each: so all
    places and windows are corrected for at once (family-wise).
    Valid range: windows of up to `longest_days` that begin and end with a text of the place and hold at
    least 4; `places` maps to numbers of texts. Small samples: exact, errs on the side of saying nothing;
    texts that are copies of one another must be left out before. About 0.2 s per thousand texts.
    Source: M. Kulldorff, R. Heffernan, J. Hartman, R. Assunção, F. Mostashari (2005), A space-time
    permutation scan statistic, PLoS Medicine 2(3):e59, doi:10.1371/journal.pmed.0020059.

    >>> days = [*range(0, 200, 2), 50, 50, 51, 51, 52, 53]
    >>> found = scan({"here": [*range(100, 106), 3], "there": range(0, 100, 5)}, days, n_replicas=99)
    >>> [(one.place, one.first_day, one.last_day, one.n, one.p_value) for one in found]
    [('here', 50, 53, 6, 0.01)]

    Raises:
        InvalidInput: a number of a text is not there.
    """
    when: Days = np.asarray(days, dtype=np.int64)
    members = {name: np.asarray(numbers, dtype=np.int64) for name, numbers in places.items()}
    members = {name: numbers for name, numbers in members.items() if len(numbers) >= LEAST}
    if any(numbers.max() >= len(when) or numbers.min() < 0 for numbers in members.values()):
        raise InvalidInput("A place names a text that is not there.", field="places")
    if not members:
        return []
    origin = int(when.min()) - 1
    when = when - origin
    upto = np.cumsum(np.bincount(when))
    strengths: dict[str, tuple[float, int, int]] = {}
    for name, numbers in members.items():
        best, begin, end = _windows(when[numbers][None, :], upto=upto, longest=longest_days)
        strengths[name] = (float(best[0]), int(begin[0]), int(end[0]))
    strongest = _replicate(
        list(members.values()), when, upto=upto, longest=longest_days, n=n_replicas, seed=seed
    )
    found = []
    for name, (ratio, first, last) in strengths.items():
        p_value = (1 + int((strongest >= ratio).sum())) / (1 + n_replicas)
        if ratio > 0 and p_value <= level:
            found.append((ratio, _hotspot(name, members[name], when, upto, (first, last), p_value, origin)))
    return [one for _, one in sorted(found, key=lambda pair: (-pair[0], -len(pair[1].place), pair[1].place))]


def _replicate(
    members: Sequence[NDArray[np.int64]], when: Days, *, upto: Days, longest: int, n: int, seed: int
) -> NDArray[np.float64]:
    """The strongest window of each replica."""
    random = np.random.default_rng(seed)
    shuffled = np.stack([random.permutation(when) for _ in range(n)])
    strongest = np.zeros(n)
    for numbers in members:
        strongest = np.maximum(strongest, _windows(shuffled[:, numbers], upto=upto, longest=longest)[0])
    return strongest


def _windows(when: Days, *, upto: Days, longest: int) -> tuple[NDArray[np.float64], Days, Days]:
    """By row (a replica): the best likelihood ratio, first and last day of its window."""
    ordered = np.sort(when, axis=1)
    n_rows, n_place = ordered.shape
    n_all = int(upto[-1])
    best, first, last = np.zeros(n_rows), np.zeros(n_rows, np.int64), np.zeros(n_rows, np.int64)
    rows = np.arange(n_rows)
    for n in range(LEAST, n_place + 1):
        starts, ends = ordered[:, : n_place - n + 1], ordered[:, n - 1 :]
        expected = n_place * (upto[ends] - upto[starts - 1]) / n_all
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = n * np.log(n / expected) + (n_all - n) * np.log((n_all - n) / (n_all - expected))
        ratio = np.where((ends - starts < longest) & (n > expected), ratio, 0.0)
        place = ratio.argmax(axis=1)
        value = ratio[rows, place]
        is_better = value > best
        best = np.where(is_better, value, best)
        first = np.where(is_better, starts[rows, place], first)
        last = np.where(is_better, ends[rows, place], last)
    return best, first, last


def _hotspot(
    name: str,
    numbers: NDArray[np.int64],
    when: Days,
    upto: Days,
    window: tuple[int, int],
    p_value: float,
    origin: int,
) -> Hotspot:
    first, last = window
    own = when[numbers]
    is_within = (own >= first) & (own <= last)
    width = last - first + 1
    return Hotspot(
        place=name,
        first_day=first + origin,
        last_day=last + origin,
        n=int(is_within.sum()),
        expected=len(numbers) * float(upto[last] - upto[first - 1]) / float(upto[-1]),
        n_before=int(((own < first) & (own >= first - width)).sum()),
        p_value=p_value,
        texts=[int(number) for number in numbers[is_within]],
    )
