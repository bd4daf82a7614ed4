"""The rhythm of dealings: against integrals, simulated customers and published estimates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta as beta_law
from scipy.stats import gamma as gamma_law

from zhiyin.errors import InvalidInput
from zhiyin.measure import rhythm as rhythms
from zhiyin.measure.rhythm import Histories, Rhythm, histories

TRUE = Rhythm(r=1.2, alpha=40.0, a=0.9, b=3.0)


def simulate(
    rhythm: Rhythm, *, n: int, days: float, more_days: float = 0.0, seed: int = 7
) -> tuple[Histories, np.ndarray, np.ndarray]:
    """Histories until `days`, who is still a customer then, and who comes in the `more_days` after."""
    random = np.random.default_rng(seed)
    rates = random.gamma(rhythm.r, 1 / rhythm.alpha, n)
    leaving = random.beta(rhythm.a, rhythm.b, n)
    repeats, last, stays, comes = np.zeros(n), np.zeros(n), np.ones(n, bool), np.zeros(n, bool)
    for place in range(n):
        at, is_here = 0.0, random.random() >= leaving[place]
        while is_here:
            at += random.exponential(1 / rates[place])
            if at > days:
                comes[place] = at <= days + more_days
                break
            repeats[place] += 1
            last[place] = at
            is_here = random.random() >= leaving[place]
        stays[place] = is_here
    return histories(repeats, last, np.full(n, days)), stays, comes


@pytest.mark.parametrize(("x", "last", "until"), [(0, 0.0, 50.0), (3, 41.0, 60.0), (7, 100.0, 300.0)])
def test_the_likelihood_is_the_integral_over_everybodys_rate_and_chance_to_leave(
    x: int, last: float, until: float
) -> None:
    # Rate and chance to leave are drawn apart, so each term is a product of two integrals.
    def over_rates(days: float) -> float:
        def density(rate: float) -> float:
            return float(rate**x * np.exp(-rate * days) * gamma_law.pdf(rate, TRUE.r, scale=1 / TRUE.alpha))

        return float(quad(density, 0, 0.6, epsabs=1e-14, epsrel=1e-7)[0])

    def over_chances(*, has_left: bool) -> float:
        def density(leaving: float) -> float:
            last_time = leaving if has_left else 1 - leaving
            return float((1 - leaving) ** x * last_time * beta_law.pdf(leaving, TRUE.a, TRUE.b))

        return float(quad(density, 0, 1, epsabs=1e-14, epsrel=1e-7)[0])

    stays = over_rates(until) * over_chances(has_left=False)
    expected = stays + over_rates(last) * over_chances(has_left=True)
    found = rhythms.log_likelihoods(TRUE, histories([x], [last], [until]))
    assert float(np.exp(found[0])) == pytest.approx(expected, rel=1e-4)


def test_a_fit_finds_the_parameters_that_made_the_customers() -> None:
    of, _, _ = simulate(TRUE, n=8_000, days=400)
    found = rhythms.fit_rhythm(of)
    assert found.usual_days == pytest.approx(TRUE.usual_days, rel=0.15)
    assert found.r == pytest.approx(TRUE.r, rel=0.2)
    assert found.a / (found.a + found.b) == pytest.approx(TRUE.a / (TRUE.a + TRUE.b), rel=0.15)
    assert found.n == 8_000


def test_no_parameters_next_to_those_found_are_likelier() -> None:
    of, _, _ = simulate(TRUE, n=400, days=300)
    found = rhythms.fit_rhythm(of)
    most = rhythms.log_likelihoods(found, of).sum()
    for name in ("r", "alpha", "a", "b"):
        for factor in (0.97, 1.03):
            moved = replace(found, **{name: getattr(found, name) * factor})
            assert rhythms.log_likelihoods(moved, of).sum() < most, name


def test_weights_count_as_that_many_customers() -> None:
    of, _, _ = simulate(TRUE, n=600, days=300)
    twice = Histories(
        repeats=np.tile(of.repeats, 2), last=np.tile(of.last, 2), observed=np.tile(of.observed, 2)
    )
    one, two = rhythms.fit_rhythm(of, n_times=np.full(600, 2)), rhythms.fit_rhythm(twice)
    assert (one.n, one.r, one.alpha) == (
        two.n,
        pytest.approx(two.r, rel=1e-3),
        pytest.approx(two.alpha, rel=1e-3),
    )


def test_chances_come_true_among_simulated_customers() -> None:
    of, stays, comes = simulate(TRUE, n=30_000, days=300, more_days=60)
    alive = rhythms.still_a_customer(TRUE, of)
    coming = rhythms.will_come(TRUE, of, within_days=60)
    for chances, truth in ((alive, stays), (coming, comes)):
        groups = np.digitize(chances, [0.2, 0.4, 0.6, 0.8])
        for group in np.unique(groups):
            members = groups == group
            assert truth[members].mean() == pytest.approx(chances[members].mean(), abs=0.03)


def test_new_customers_come_as_often_as_expected() -> None:
    of, _, _ = simulate(TRUE, n=30_000, days=200)
    assert of.repeats.mean() == pytest.approx(rhythms.expected_repeats(TRUE, 200)[0], rel=0.03)


def test_the_published_estimates_for_cd_buyers_agree_with_the_published_sheet() -> None:
    # Estimates of MBG/NBD for the CDNOW buyers (BTYDplus) against the sheet of Fader, Hardie, Lee, who
    # fitted the sister model to the same buyers: the two differ by less than 3 % within 78 weeks.
    cdnow = Rhythm(r=0.525, alpha=6.183, a=0.891, b=1.614)
    found = rhythms.expected_repeats(cdnow, [0.1429, 1.0, 3.0, 31.8571, 32.0, 78.0])
    assert found == pytest.approx([0.0078, 0.0532, 0.1506, 1.0405, 1.0437, 1.8576], rel=0.03)


def test_who_came_often_and_stays_away_is_more_surely_gone() -> None:
    seldom, often = histories([1, 12], [100, 100], [160, 160]), rhythms.still_a_customer
    few, many = often(TRUE, seldom)
    assert many < few < 1


def test_a_person_of_whom_little_is_known_has_the_interval_of_all() -> None:
    intervals = rhythms.expected_interval(TRUE, histories([0, 100], [0, 500], [10, 500]))
    assert intervals[0] == pytest.approx(TRUE.usual_days)
    assert intervals[1] == pytest.approx(5.0, rel=0.1)


@given(
    repeats=st.integers(0, 500),
    last=st.floats(1, 3_000),
    silent=st.floats(0, 3_000),
    further=st.floats(0.1, 1_000),
)
def test_longer_silence_never_makes_a_return_likelier(
    repeats: int, last: float, silent: float, further: float
) -> None:
    seen = last if repeats else 0.0
    both = histories([repeats, repeats], [seen, seen], [seen + silent, seen + silent + further])
    for chances in (
        rhythms.still_a_customer(TRUE, both),
        rhythms.chance_of_silence(TRUE, both),
        rhythms.will_come(TRUE, both, within_days=30),
    ):
        assert 0 <= chances[1] <= chances[0] <= 1
    assert rhythms.overdue(TRUE, both)[1] > rhythms.overdue(TRUE, both)[0]


def test_too_few_customers_tell_no_rhythm() -> None:
    with pytest.raises(InvalidInput):
        rhythms.fit_rhythm(histories([1] * 20, [5] * 20, [9] * 20))
    with pytest.raises(InvalidInput):
        rhythms.fit_rhythm(histories([0] * 50, [0] * 50, [9] * 50))


def test_a_last_dealing_after_the_day_of_asking_is_refused() -> None:
    with pytest.raises(InvalidInput):
        histories([1], [10], [9])
    with pytest.raises(InvalidInput):
        histories([1], [0], [9])
