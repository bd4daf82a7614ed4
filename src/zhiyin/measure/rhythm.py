"""How often each customer comes, who is overdue, and who is likely gone: the MBG/NBD model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaln, digamma, gammaln, hyp2f1

from zhiyin.errors import InvalidInput
from zhiyin.measure.estimate import Floats, counts, floats

_LEAST_CUSTOMERS = 30
# Logarithms of the parameters stay within these: beyond, predictions do not change any more.
_BOUNDS = (-7.0, 9.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """The four parameters: rates are gamma(`r`, `alpha` days), chances to leave beta(`a`, `b`).

    `n` is the number of customers that it was fitted on.
    """

    r: float
    alpha: float
    a: float
    b: float
    n: int = 0

    @property
    def usual_days(self) -> float:
        """Days between two dealings of somebody of whom nothing is known but one dealing."""
        return self.alpha / self.r


@dataclass(frozen=True, slots=True, kw_only=True)
class Histories:
    """Customers side by side. `repeats`: dealings after the first; `last`, `observed`: days from the first
    dealing to the last one, and to the day of asking."""

    repeats: Floats
    last: Floats
    observed: Floats

    def __len__(self) -> int:
        return len(self.repeats)

    @property
    def silent_days(self) -> Floats:
        """Days since the last dealing."""
        return self.observed - self.last


def histories(repeats: ArrayLike, last: ArrayLike, observed: ArrayLike) -> Histories:
    """Histories that were looked through.

    Raises:
        InvalidInput: a negative figure, a last dealing after the day of asking, or repeats in no time.
    """
    x, seen, until = (
        counts(value, name=name)
        for value, name in ((repeats, "repeats"), (last, "last"), (observed, "observed"))
    )
    if not x.shape == seen.shape == until.shape:
        raise InvalidInput("Each customer needs all three figures.", field="repeats")
    if bool(np.any(seen > until)):
        raise InvalidInput("A last dealing lies after the day of asking.", field="last")
    if bool(np.any((x > 0) & (seen == 0))):
        raise InvalidInput("Repeated dealings need time between them.", field="last")
    return Histories(repeats=x, last=seen, observed=until)


def fit_rhythm(of: Histories, *, n_times: ArrayLike | None = None) -> Rhythm:
    """The parameters under which these histories are the most likely; each stands for `n_times` customers.

    Model: while a customer, dealings come by chance at a rate λ of their own; after each dealing, the first
    too, they leave for good with a chance p of their own; λ ~ gamma(r, α), p ~ beta(a, b).
    Formula: the likelihood of x repeats, the last at tₓ, asked at T, is
    Γ(r+x)/Γ(r) · αʳ · [B(a, b+x+1)/(α+T)ʳ⁺ˣ + B(a+1, b+x)/(α+tₓ)ʳ⁺ˣ] / B(a, b), maximised over the
    logarithms of the four parameters (L-BFGS-B, by the gradient in closed form).
    Valid range: dealings that follow no calendar (contracts with a fixed date are another matter).
    Small samples: below 30 customers, or 10 repeats, it says nothing; each customer's figures are drawn
    to those of all the more, the less is known of them.
    Source: E. P. Batislam, M. Denizel, A. Filiztekin (2007), International Journal of Research in
    Marketing 24(3):201–209, doi:10.1016/j.ijresmar.2006.12.005, after P. S. Fader, B. G. S. Hardie,
    K. L. Lee (2005), Marketing Science 24(2):275–284, doi:10.1287/mksc.1040.0098.

    Raises:
        InvalidInput: too few customers or repeats, or none was watched for any time.
    """
    from scipy.optimize import minimize  # slow to load

    times = np.ones(len(of)) if n_times is None else counts(n_times, name="n_times")
    n = float(times.sum())
    if n < _LEAST_CUSTOMERS or float(times @ of.repeats) < _LEAST_CUSTOMERS / 3:
        raise InvalidInput(
            "Fewer than 30 customers, or 10 repeated dealings, tell no rhythm.", field="repeats"
        )
    scale = float(times @ of.observed) / n
    if scale <= 0:
        raise InvalidInput("Nobody was watched for any time.", field="observed")
    scaled = Histories(repeats=of.repeats, last=of.last / scale, observed=of.observed / scale)

    loss = _Loss(scaled, times=times)
    best = min(
        (
            minimize(loss, np.log(start), jac=True, method="L-BFGS-B", bounds=[_BOUNDS] * 4)
            for start in ((0.5, 0.5, 0.8, 2.0), (2.0, 0.2, 0.2, 5.0))
        ),
        key=lambda found: float(found.fun),
    )
    r, alpha, a, b = (float(value) for value in np.exp(best.x))
    return Rhythm(r=r, alpha=alpha * scale, a=a, b=b, n=int(n))


def log_likelihoods(rhythm: Rhythm, of: Histories) -> Floats:
    """Logarithm of the likelihood of each history (formula and source: `fit_rhythm`)."""
    return _log_likelihoods(np.array([rhythm.r, rhythm.alpha, rhythm.a, rhythm.b]), of)


def expected_interval(rhythm: Rhythm, of: Histories) -> Floats:
    """Days after which each customer should come again, counted from the last dealing.

    Formula: one over the rate to expect at the last dealing, (α + tₓ) / (r + x).
    Valid range, small samples: always finite; without repeats α / r, the interval of all; with many it
    goes to the customer's own mean.
    Source: gamma–exponential posterior, as `fit_rhythm`.

    >>> rhythm = Rhythm(r=1.0, alpha=30.0, a=0.5, b=2.0)
    >>> expected_interval(rhythm, histories([0, 9], [0, 90], [60, 100])).tolist()
    [30.0, 12.0]
    """
    return np.asarray((rhythm.alpha + of.last) / (rhythm.r + of.repeats))


def overdue(rhythm: Rhythm, of: Histories) -> Floats:
    """How many of their own intervals each customer has been silent: 1.5 is half an interval too late.

    Formula, source: days since the last dealing / `expected_interval`.

    >>> overdue(Rhythm(r=1.0, alpha=30.0, a=0.5, b=2.0), histories([9], [90], [108])).tolist()
    [1.5]
    """
    return np.asarray(of.silent_days / expected_interval(rhythm, of))


def chance_of_silence(rhythm: Rhythm, of: Histories) -> Floats:
    """Chance (0 to 1) that somebody with this past, and still a customer, is silent as long as they are.

    Formula: ((α + tₓ) / (α + T))ʳ⁺ˣ, the upper tail of the Lomax distribution.
    Source: as `fit_rhythm`.

    >>> rhythm = Rhythm(r=1.0, alpha=30.0, a=0.5, b=2.0)
    >>> chance_of_silence(rhythm, histories([0], [0], [60])).round(3).tolist()
    [0.333]
    """
    ratio = (rhythm.alpha + of.last) / (rhythm.alpha + of.observed)
    return np.asarray(ratio ** (rhythm.r + of.repeats))


def still_a_customer(rhythm: Rhythm, of: Histories) -> Floats:
    """Chance (0 to 1) that each has not left for good.

    Formula: 1 / (1 + a / (b + x) · ((α + T) / (α + tₓ))ʳ⁺ˣ).
    Source: Batislam, Denizel, Filiztekin (2007), see `fit_rhythm`.

    >>> rhythm = Rhythm(r=1.0, alpha=30.0, a=1.0, b=2.0)
    >>> still_a_customer(rhythm, histories([0, 9], [0, 90], [60, 91])).round(3).tolist()
    [0.4, 0.91]
    """
    chance = chance_of_silence(rhythm, of)
    return np.asarray(chance / (chance + rhythm.a / (rhythm.b + of.repeats)))


def will_come(rhythm: Rhythm, of: Histories, *, within_days: float) -> Floats:
    """Chance (0 to 1) that each deals at least once in the next `within_days`.

    Formula: `still_a_customer` · (1 − ((α + T) / (α + T + h))ʳ⁺ˣ), h = `within_days`.
    Source: as `fit_rhythm`; who is a customer now cannot leave before the next dealing.

    >>> rhythm = Rhythm(r=1.0, alpha=30.0, a=1.0, b=2.0)
    >>> will_come(rhythm, histories([0], [0], [60]), within_days=90).round(3).tolist()
    [0.2]
    """
    later = (rhythm.alpha + of.observed) / (rhythm.alpha + of.observed + within_days)
    return np.asarray(still_a_customer(rhythm, of) * (1 - later ** (rhythm.r + of.repeats)))


def expected_repeats(rhythm: Rhythm, days: ArrayLike) -> Floats:
    """Repeated dealings to expect of a new customer within so many days from the first.

    Formula: b/(a − 1) · [1 − (α/(α + t))ʳ · ₂F₁(r, b + 1; a + b; t/(α + t))].
    Valid range: a other than 1 (moved by 1e-6 there).
    Source: Batislam, Denizel, Filiztekin (2007), see `fit_rhythm`.

    >>> cdnow = Rhythm(r=0.525, alpha=6.183, a=0.891, b=1.614)
    >>> expected_repeats(cdnow, [1, 78]).round(3).tolist()
    [0.053, 1.805]
    """
    t = floats(days)
    r, alpha, b = rhythm.r, rhythm.alpha, rhythm.b
    a = rhythm.a if abs(rhythm.a - 1) > 1e-6 else 1 + 1e-6
    gauss = hyp2f1(r, b + 1, a + b, t / (alpha + t))
    return np.asarray(b / (a - 1) * (1 - (alpha / (alpha + t)) ** r * gauss))


class _Loss:
    """Minus the mean log likelihood, and its gradient by the logarithms of r, α, a and b.

    Gamma functions are asked once for each number of repeats, of which there are few. Sums are plain ones:
    the threads of a matrix library cost more than they bring, on a busy machine a hundred times as much.
    """

    def __init__(self, of: Histories, *, times: Floats) -> None:
        self._of = of
        self._weights = times / times.sum()
        self._x, self._place = np.unique(of.repeats, return_inverse=True)
        self._of_x = np.bincount(self._place, weights=self._weights)

    def __call__(self, logs: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        r, alpha, a, b = np.exp(logs)
        x, place, weights = self._x, self._place, self._weights
        until, seen = np.log(alpha + self._of.observed), np.log(alpha + self._of.last)
        exponent = (r + x)[place]
        staying = betaln(a, b + x + 1)[place] - exponent * until
        gone = betaln(a + 1, b + x)[place] - exponent * seen
        both = np.logaddexp(staying, gone)
        level = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - betaln(a, b)
        # The share of each way to have come to this history.
        stays = weights * np.exp(staying - both)
        leaves = weights - stays
        n_stays = np.bincount(place, weights=stays)
        n_leaves = self._of_x - n_stays
        whole = (self._of_x * digamma(a + b + x + 1)).sum()
        by_r = (self._of_x * digamma(r + x)).sum() - digamma(r) + np.log(alpha)
        by_r -= (stays * until + leaves * seen).sum()
        by_alpha = r / alpha - (exponent * (stays * np.exp(-until) + leaves * np.exp(-seen))).sum()
        by_a = n_stays.sum() * digamma(a) + n_leaves.sum() * digamma(a + 1) - whole
        by_b = (n_stays * digamma(b + x + 1) + n_leaves * digamma(b + x)).sum() - whole
        prior = digamma(a + b)
        slopes = np.array([by_r, by_alpha, by_a - digamma(a) + prior, by_b - digamma(b) + prior])
        return -float((self._of_x * level).sum() + (weights * both).sum()), -slopes * np.exp(logs)


def _log_likelihoods(parameters: Floats, of: Histories) -> Floats:
    r, alpha, a, b = parameters
    x = of.repeats
    staying = betaln(a, b + x + 1) - (r + x) * np.log(alpha + of.observed)
    gone = betaln(a + 1, b + x) - (r + x) * np.log(alpha + of.last)
    level = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - betaln(a, b)
    return np.asarray(level + np.logaddexp(staying, gone))
