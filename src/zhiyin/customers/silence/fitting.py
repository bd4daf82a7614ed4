"""Fits the rhythm on the company's own customers, and tries it on a past that was held back."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import numpy as np
from numpy.typing import NDArray

from zhiyin.customers.models import SilenceFit
from zhiyin.customers.rollup import connect_rollup
from zhiyin.customers.silence.features import REASONS, Known, day_of, make_reasons, read_days, read_known
from zhiyin.engine import Engine
from zhiyin.errors import InvalidInput
from zhiyin.measure import rhythm as rhythms
from zhiyin.measure.discrimination import calibrate, compare_auc
from zhiyin.measure.estimate import Estimate, Estimates, Floats
from zhiyin.measure.logistic import Logistic, fit_logistic
from zhiyin.measure.proportions import proportion
from zhiyin.measure.rhythm import Histories, Rhythm
from zhiyin.people.scope import EVERYTHING

_SEED = 20_070_901
_MOST_FITTED = 50_000
_MOST_HELD_BACK_DAYS = 90
_LEAST_HELD_BACK_DAYS = 7
FIXED_RULES = (30, 60, 90)
"""Days without a dealing after which a plain rule would call somebody silent."""


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A figure with its interval; None where nothing can be said."""

    value: float | None
    low: float | None
    high: float | None
    n: int


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Customers of like chances: the mean chance to come that was told, and the share that came."""

    told: float
    came: Figure


class PlainRule(msgspec.Struct, frozen=True, kw_only=True):
    """What a fixed number of days would have done: the share of those that it calls silent who came after
    all, and of those it does not call so who never came."""

    days: int
    called: Figure
    came_after_all: Figure
    missed: Figure


class Coefficient(msgspec.Struct, frozen=True, kw_only=True):
    """What one reason adds to the log odds not to come, and its mean."""

    reason: str
    value: float
    low: float | None
    high: float | None
    mean: float


class BackTest(msgspec.Struct, frozen=True, kw_only=True):
    """The last `days` held back: fitted on what was before, tried on them.

    `rhythm` is tried on everybody, `risk` on the half that its coefficients were not fitted on; areas
    under the ROC curve, against days since the last dealing alone (`days_alone`), with the gain.
    """

    days: int
    cut_day: int
    n: int
    n_came: int
    groups: list[Group]
    rhythm_area: Figure
    days_alone_area: Figure
    gain: Figure
    rules: list[PlainRule]
    risk_area: Figure | None = None
    risk_rhythm_area: Figure | None = None
    risk_gain: Figure | None = None


class Fit(msgspec.Struct, frozen=True, kw_only=True):
    """What was learned: the rhythm of all data, coefficients of the risk, and the back-test.

    `horizon_days` is how far ahead the risk looks. `problem` names what could not be tried.
    """

    r: float
    alpha: float
    a: float
    b: float
    n: int
    horizon_days: int
    last_day: int
    intercept: float = 0.0
    coefficients: list[Coefficient] = []
    back_test: BackTest | None = None
    problem: str = ""

    @property
    def rhythm(self) -> Rhythm:
        """The parameters."""
        return Rhythm(r=self.r, alpha=self.alpha, a=self.a, b=self.b, n=self.n)


def fit_silence(engine: Engine, *, now: datetime | None = None) -> SilenceFit:
    """Fit anew on everything that is known; the answer is kept.

    Raises:
        InvalidInput: too little is known of too few customers.
    """
    moment = now or datetime.now(UTC)
    with connect_rollup(engine, scope=EVERYTHING, now=moment) as connection:
        span = read_days(connection)
        if span is None:
            raise InvalidInput("No customer is known yet.", next_step="Bring voices or purchases in.")
        first, last = span[0], min(span[1], day_of(moment))
        known = read_known(connection, day=last)
        fitted = _fit_rhythm(known)
        horizon = _horizon(first, last)
        past = read_known(connection, day=last - horizon) if last - horizon >= first else None
    answer = Fit(
        r=fitted.r, alpha=fitted.alpha, a=fitted.a, b=fitted.b,
        n=len(known), horizon_days=horizon, last_day=last,
    )  # fmt: skip
    answer = _with_back_test(answer, past=past, known=known)
    return SilenceFit.objects.create(
        made_at=moment, stamp=f"{last}", n_customers=len(known), answer=msgspec.to_builtins(answer)
    )


def find_fit() -> Fit | None:
    """The newest fit, None before the first."""
    row = SilenceFit.objects.order_by("-made_at", "-pk").first()
    return None if row is None else msgspec.convert(row.answer, Fit)


def make_risk(fit: Fit) -> Logistic | None:
    """The coefficients as a model; None where there were too few to fit them."""
    if not fit.coefficients:
        return None
    values = np.array([one.value for one in fit.coefficients])
    return Logistic(
        names=tuple(one.reason for one in fit.coefficients),
        intercept=fit.intercept,
        coefficients=Estimates(value=values, low=values, high=values, n=values),
        centre=np.array([one.mean for one in fit.coefficients]),
    )


def _horizon(first: int, last: int) -> int:
    """A quarter of what is known, a season at most."""
    return max(_LEAST_HELD_BACK_DAYS, min(_MOST_HELD_BACK_DAYS, (last - first) // 4))


def _fit_rhythm(known: Known) -> Rhythm:
    of = known.histories
    if len(of) > _MOST_FITTED:
        drawn = np.random.default_rng(_SEED).choice(len(of), _MOST_FITTED, replace=False)
        of = Histories(repeats=of.repeats[drawn], last=of.last[drawn], observed=of.observed[drawn])
    distinct, times = np.unique(
        np.column_stack([of.repeats, of.last, of.observed]), axis=0, return_counts=True
    )
    return rhythms.fit_rhythm(rhythms.histories(*distinct.T), n_times=times)


def _with_back_test(answer: Fit, *, past: Known | None, known: Known) -> Fit:
    if past is None or not len(past):
        return msgspec.structs.replace(answer, problem="too_short")
    came = _who_came(past, known=known)
    try:
        before = _fit_rhythm(past)
        coming = rhythms.will_come(before, past.histories, within_days=answer.horizon_days)
        tested = _try(past, coming=coming, came=came, days=answer.horizon_days)
    except InvalidInput:
        return msgspec.structs.replace(answer, problem="too_few")
    return _with_risk(msgspec.structs.replace(answer, back_test=tested), past=past, coming=coming, came=came)


def _who_came(past: Known, *, known: Known) -> NDArray[np.bool_]:
    """Who of the past dealt again since: known by the number, which is the same in one roll-up."""
    last = dict(zip(known.rows["number"].to_pylist(), known.rows["last_day"].to_pylist(), strict=True))
    return np.array([last[number] > past.day for number in past.rows["number"].to_pylist()], dtype=bool)


def _try(past: Known, *, coming: Floats, came: NDArray[np.bool_], days: int) -> BackTest:
    silent = past.histories.silent_days
    areas = compare_auc(coming, -silent, came)
    groups = calibrate(coming, came)
    return BackTest(
        days=days,
        cut_day=past.day + 1,
        n=len(past),
        n_came=int(came.sum()),
        groups=[
            Group(told=float(told), came=_figure(found))
            for told, found in zip(groups.told, groups.came_true, strict=True)
        ],
        rhythm_area=_figure(areas.first),
        days_alone_area=_figure(areas.second),
        gain=_figure(areas.gain),
        rules=[_rule(rule, silent=silent, came=came) for rule in FIXED_RULES],
    )


def _rule(days: int, *, silent: Floats, came: NDArray[np.bool_]) -> PlainRule:
    is_called = silent > days
    n_called, n = int(is_called.sum()), len(came)
    return PlainRule(
        days=days,
        called=_figure(proportion(n_called, n).one()),
        came_after_all=_figure(proportion(int(came[is_called].sum()), n_called).one()),
        missed=_figure(proportion(int((~came[~is_called]).sum()), n - n_called).one()),
    )


def _with_risk(answer: Fit, *, past: Known, coming: Floats, came: NDArray[np.bool_]) -> Fit:
    """Coefficients from one half of the customers, tried on the other; then from all, to be used."""
    reasons, gone = make_reasons(past, will_come=coming), ~came
    is_tried = np.asarray(past.rows["number"].to_numpy()) % 2 == 1
    try:
        half = fit_logistic(reasons[~is_tried], gone[~is_tried], names=REASONS)
        areas = compare_auc(half.chances(reasons[is_tried]), 1 - coming[is_tried], gone[is_tried])
        whole = fit_logistic(reasons, gone, names=REASONS)
    except InvalidInput:
        return answer
    assert answer.back_test is not None
    return msgspec.structs.replace(
        answer,
        intercept=whole.intercept,
        coefficients=[
            Coefficient(reason=reason, value=one.value or 0.0, low=one.low, high=one.high, mean=float(mean))
            for reason, one, mean in zip(REASONS, whole.coefficients, whole.centre, strict=True)
        ],
        back_test=msgspec.structs.replace(
            answer.back_test,
            risk_area=_figure(areas.first),
            risk_rhythm_area=_figure(areas.second),
            risk_gain=_figure(areas.gain),
        ),
    )


def _figure(estimate: Estimate) -> Figure:
    return Figure(value=estimate.value, low=estimate.low, high=estimate.high, n=estimate.n)
