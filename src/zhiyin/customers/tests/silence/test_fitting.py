"""The rhythm fitted on own data, and what its back-test says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from zhiyin.customers.models import SilenceFit
from zhiyin.customers.silence.background import is_due, make_silence_chore
from zhiyin.customers.silence.features import REASONS
from zhiyin.customers.silence.fitting import find_fit, fit_silence
from zhiyin.customers.silence.table import drop_files
from zhiyin.errors import InvalidInput


def test_the_fit_is_kept_with_its_back_test(engine, regulars, now):
    fit_silence(engine, now=now)
    fit = find_fit()
    assert SilenceFit.objects.get().n_customers == fit.n == 400
    assert 10 < fit.rhythm.usual_days < 40
    assert fit.back_test.n_came > 50
    assert fit.back_test.days == fit.horizon_days


def test_the_back_test_beats_days_alone_on_customers_of_different_rhythms(engine, regulars, now):
    fit_silence(engine, now=now)
    tested = find_fit().back_test
    assert tested.rhythm_area.value > 0.75
    assert tested.gain.value > 0
    assert [one.reason for one in find_fit().coefficients] == list(REASONS)
    assert tested.risk_area.n < tested.n


def test_what_was_told_came_true(engine, regulars, now):
    fit_silence(engine, now=now)
    groups = find_fit().back_test.groups
    held = [group.came.low - 0.05 <= group.told <= group.came.high + 0.05 for group in groups]
    assert sum(held) >= len(groups) - 2


def test_without_customers_nothing_is_fitted(engine, db, now):
    with pytest.raises(InvalidInput):
        fit_silence(engine, now=now)


def test_a_handful_of_customers_is_not_enough(engine, people, now):
    people({number: [("buy", 10, None, {}), ("buy", 3, None, {})] for number in range(1, 6)})
    with pytest.raises(InvalidInput):
        fit_silence(engine, now=now)


def test_a_short_past_is_fitted_and_says_why_it_was_not_tried(engine, people, now):
    people({n: [("buy", 5, None, {}), ("buy", 1 + n % 3, None, {})] for n in range(1, 60)})
    fit_silence(engine, now=now)
    fit = find_fit()
    assert fit.back_test is None
    assert fit.problem


def test_the_chore_learns_once_a_week_and_makes_the_table(engine, regulars, now):
    chore = make_silence_chore(engine)
    chore.run(lambda: True)
    assert SilenceFit.objects.count() == 0
    chore.run(lambda: False)
    chore.run(lambda: False)
    assert SilenceFit.objects.count() == 1
    assert drop_files(engine.home) == 1
    SilenceFit.objects.update(made_at=timezone.now() - timedelta(days=8))
    assert is_due(engine)
