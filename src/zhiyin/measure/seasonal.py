"""What a count should be by its own past: weekly rhythm, small counts and overdispersion minded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zhiyin.errors import InvalidInput
from zhiyin.measure.estimate import Floats, counts, floats

Integers = NDArray[np.int64]

_HALF_LIFE_STEPS_SHARE = 0.5
# Events that a series must have before its own week outweighs the common one.
_EVENTS_FOR_OWN_WEEK = 150.0
# Information (Σ expected²) at which a series' own overdispersion counts as much as that of all.
_INFORMATION_FOR_OWN_SPREAD = 60.0
_SIGMAS_KEPT = 3.0
_ROUNDS = 4
_SPREAD_AT_MOST = 0.1
_LEAST_SHARE = 0.02
_DAYS = 7
_WEEKS_TO_TRIM = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Counts above 0 of many series: at place i series `series[i]` had `n[i]` events in step `step[i]`.

    Steps count backwards from 0, the newest; each pair of series and step stands there once.
    """

    series: Integers
    step: Integers
    n: Floats
    n_series: int
    n_steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """A row a series: the count to expect, and the size of the negative binomial around it.

    Variance of the count: expected + expected² / size. Both are floats above 0.
    """

    expected: Floats
    size: Floats


def week_profile(history: ArrayLike, *, n_phases: int) -> Floats:
    """How busy each phase of the week is against the mean phase (mean 1), from one series.

    `history`: counts of steps 1, 2, … back from now; step t lies in phase t mod `n_phases`.
    Formula: weekday times part of the day. Weekday: mean over weeks without the highest and the lowest
    (four weeks or more; else the plain mean); part of the day: mean over all days; each by its own mean,
    and a fiftieth of that added to each phase. Weeks of less than seven phases have one part a day.
    Valid range: `n_phases` a multiple of seven, or one (all alike).
    Small samples: all phases alike where nothing was counted, or less than two weeks are known.
    Source: trimmed means, J. W. Tukey (1962), Annals of Mathematical Statistics 33:1–67.

    >>> week_profile([1] * 6 + [8] + [1] * 6 + [8], n_phases=7).round(2).tolist()
    [3.94, 0.51, 0.51, 0.51, 0.51, 0.51, 0.51]

    Raises:
        InvalidInput: a count is negative, or the phases are no whole days.
    """
    y = counts(history, name="history")
    if n_phases != 1 and (n_phases < 1 or n_phases % _DAYS):
        raise InvalidInput("A week has one phase, or some for each of its days.", field="n_phases")
    n_weeks = len(y) // n_phases
    if n_phases == 1 or n_weeks < 2 or not y.sum():
        return np.ones(n_phases)
    # Step 1 is the first column: the last part of a day ago, and so on backwards.
    weeks = y[: n_weeks * n_phases].reshape(n_weeks, _DAYS, n_phases // _DAYS)
    days = np.sort(weeks.sum(axis=2), axis=0)
    day = (days[1:-1] if n_weeks >= _WEEKS_TO_TRIM else days).mean(axis=0)
    if not day.sum():
        return np.ones(n_phases)
    level = np.outer(day / day.mean(), weeks.mean(axis=(0, 1)) / weeks.mean()).ravel()
    # Nobody may have spoken at that hour so far; that does not make it impossible.
    return np.roll((level + _LEAST_SHARE) / (1 + _LEAST_SHARE), 1)


def expect(
    cells: Cells,
    *,
    profile: ArrayLike,
    prior_mean: ArrayLike,
    prior_events: float = 1.0,
    half_life_steps: float | None = None,
) -> Baseline:
    """What step 0 should hold for each series, from the steps after it (the past).

    `profile`: common week (`week_profile`), phase t mod length. `prior_mean`: events a mean step to
    expect of a series before its own past is seen (above 0), trusted like `prior_events` events.

    Formula: own week πₛ = P (kₛ + c π/P) / (k + c), c = 150 events. With weights wₜ = 2^(−t/h) and
    winsorised counts yₜ (at expected + 3 standard deviations + 1, in four rounds):
    rate = (a + Σ wₜ yₜ) / (a/m + Σ wₜ πₛₜ), expected = rate · πₛ₀. Overdispersion by moments,
    φ = Σ((yₜ − μₜ)² − μₜ) / Σ μₜ², drawn towards that of all series together and never below 0;
    1 / size = φ + 1 / (a + Σ wₜ yₜ), which is the doubt about the rate itself.
    Valid range: counts; the past may hold incidents if they fill less than about a third of it.
    Small samples: without any past the prior alone speaks, with the wide tail of a geometric-like law;
    that errs on the side of silence.
    Source: outbreak detection with down-weighted past: A. Noufaily et al. (2013), Statistics in Medicine
    32(7):1206–1222, doi:10.1002/sim.5595; gamma–Poisson prediction: A. Gelman et al., Bayesian Data
    Analysis, 3rd ed., section 2.6.

    >>> cells = Cells(series=np.zeros(8, int), step=np.arange(1, 9), n=np.full(8, 5.0), n_series=1, n_steps=9)
    >>> found = expect(cells, profile=[1.0], prior_mean=[5.0])
    >>> found.expected.round(2).tolist(), found.size.round().tolist()
    ([5.0], [21.0])

    Raises:
        InvalidInput: a prior mean is not above 0.
    """
    week, prior = floats(profile), floats(prior_mean)
    if bool(np.any(prior <= 0)):
        raise InvalidInput("What to expect before must be above 0.", field="prior_mean")
    half_life = half_life_steps or _HALF_LIFE_STEPS_SHARE * max(1, cells.n_steps - 1)
    past = cells.step > 0
    series, step, n = cells.series[past], cells.step[past], cells.n[past]
    steps = np.arange(1, cells.n_steps)
    weights = 0.5 ** (steps / half_life)
    own = _own_weeks(series, step, n, week=week, n_series=cells.n_series)
    exposure = _by_phase(weights, steps, n_phases=len(week))
    exposed = own @ exposure
    kept, spread = n, np.zeros(cells.n_series)
    for _ in range(_ROUNDS):
        shape, rate = _rate(series, kept * weights[step - 1], exposed, prior=prior, events=prior_events)
        mu = rate[series] * own[series, step % len(week)]
        spread = _overdispersion(series, kept, mu, rate=rate, own=own, steps=steps)
        # What overdispersion a wild step makes must not keep that step in.
        deviation = np.sqrt(mu + mu**2 * np.minimum(spread, _SPREAD_AT_MOST)[series])
        kept = np.minimum(n, mu + _SIGMAS_KEPT * deviation + 1)
    return Baseline(expected=rate * own[:, 0], size=1 / (spread + 1 / shape))


def _own_weeks(series: Integers, step: Integers, n: Floats, *, week: Floats, n_series: int) -> Floats:
    n_phases = len(week)
    if n_phases == 1:
        return np.ones((n_series, 1))
    by_phase = np.bincount(series * n_phases + step % n_phases, weights=n, minlength=n_series * n_phases)
    by_phase = by_phase.reshape(n_series, n_phases)
    total = by_phase.sum(axis=1, keepdims=True) + _EVENTS_FOR_OWN_WEEK
    own: Floats = n_phases * (by_phase + _EVENTS_FOR_OWN_WEEK * week / n_phases) / total
    return own


def _by_phase(values: Floats, steps: Integers, *, n_phases: int) -> Floats:
    return floats(np.bincount(steps % n_phases, weights=values, minlength=n_phases))


def _rate(
    series: Integers, weighted: Floats, exposed: Floats, *, prior: Floats, events: float
) -> tuple[Floats, Floats]:
    shape = events + floats(np.bincount(series, weights=weighted, minlength=len(exposed)))
    return shape, floats(shape / (events / prior + exposed))


def _overdispersion(
    series: Integers, n: Floats, mu: Floats, *, rate: Floats, own: Floats, steps: Integers
) -> Floats:
    """φ a series; sums over steps without events are known without listing them."""
    n_each = _by_phase(np.ones(len(steps)), steps, n_phases=own.shape[1])
    squares = rate**2 * (own**2 @ n_each)
    found = np.bincount(series, weights=n**2 - 2 * n * mu, minlength=len(rate))
    excess = found + squares - rate * (own @ n_each)
    whole = squares.sum()
    pooled = max(0.0, float(excess.sum() / whole)) if whole > 0 else 0.0
    own_spread = (excess + _INFORMATION_FOR_OWN_SPREAD * pooled) / (squares + _INFORMATION_FOR_OWN_SPREAD)
    return np.maximum(own_spread, 0.0)
