"""Who is silent, by how much, and how many speak."""

from __future__ import annotations

from datetime import timedelta

import pytest

from zhiyin.customers.rollup import connect_rollup
from zhiyin.customers.rollup.making import make_rollup
from zhiyin.customers.silence.fitting import find_fit, fit_silence
from zhiyin.customers.silence.queries import count_kinds, list_silent, list_speaking
from zhiyin.customers.silence.table import connect_silence
from zhiyin.people.scope import EVERYTHING, Scope


@pytest.fixture
def silence(engine, regulars, now):
    fit_silence(engine, now=now)

    def run(read, *, scope=EVERYTHING, at=now):
        with connect_silence(engine, scope=scope, fit=find_fit(), now=at) as connection:
            return read(connection)

    return run


def _of(number, found):
    return next((one for one in found if str(one.customer).endswith(f"{number:012d}")), None)


def test_a_regular_who_stays_away_is_overdue_by_own_intervals(silence):
    found = silence(lambda lake: list_silent(lake, kind="overdue", least=1.5, limit=1_000))
    left = _of(1, found)
    assert left.interval_days == pytest.approx(10, rel=0.15)
    assert left.overdue == pytest.approx(99 / left.interval_days)
    assert left.still < 0.2
    assert _of(2, found) is None
    assert [one.overdue for one in found] == sorted((one.overdue for one in found), reverse=True)


def test_who_complained_last_and_fell_silent_is_found(silence):
    found = silence(lambda lake: list_silent(lake, kind="complained", least=1.5))
    assert _of(1, found).has_complained_last
    assert _of(3, found) is None
    assert "last_negative" in [name for name, _value in _of(1, found).parts]


def test_counts_and_lists_agree(silence):
    counts = silence(lambda lake: count_kinds(lake, least=2.0))
    assert counts.n == 400
    for kind, n in counts.of_kind.items():
        assert n == len(silence(lambda lake, kind=kind: list_silent(lake, kind=kind, least=2.0, limit=1_000)))


def test_who_came_and_never_said_a_word_never_spoke(silence):
    found = silence(lambda lake: list_silent(lake, kind="never_spoke", least=1.5, limit=1_000))
    assert _of(3, found)
    assert all(one.n_voices == 0 and one.n_dealings > 1 for one in found)


def test_a_unit_sees_its_own_customers_and_nothing_of_others(silence, stores):
    scope = Scope(unit_ids=frozenset({stores[1]}))
    found = silence(lambda lake: list_silent(lake, kind="overdue", least=1.5, limit=1_000), scope=scope)
    assert _of(3, found)
    assert _of(1, found) is None
    assert silence(lambda lake: count_kinds(lake, least=1.5), scope=scope).n < 400
    assert silence(lambda lake: count_kinds(lake, least=1.5), scope=Scope(unit_ids=frozenset())).n == 0


def test_a_new_dealing_ends_the_silence(silence, engine, people, stores, now):
    assert _of(3, silence(lambda lake: list_silent(lake, kind="overdue", least=1.5, limit=1_000)))
    from zhiyin.customers.models import Identity

    Identity.objects.filter(key=f"{3:032x}").delete()
    people({3: [("buy", 0.5, stores[1], {})]})
    make_rollup(engine, now=now + timedelta(seconds=1))
    later = now + timedelta(days=1)
    assert not _of(
        3, silence(lambda lake: list_silent(lake, kind="overdue", least=1.5, limit=1_000), at=later)
    )


def test_the_share_that_speaks_is_counted_by_unit(engine, people, stores, now):
    people(
        {
            1: [("buy", 5, stores[0], {}), ("say", 4, stores[0], {})],
            2: [("buy", 5, stores[0], {}), ("say", 400, stores[0], {})],
            3: [("buy", 5, stores[1], {}), ("say", 4, stores[0], {})],
        }
    )
    with connect_rollup(engine, scope=EVERYTHING, now=now) as connection:
        whole, units = list_speaking(connection, now=now, days=365)
    by_unit = {one.unit_id: (one.n_customers, round(one.spoke.value, 3)) for one in units}
    assert (whole.n_customers, round(whole.spoke.value, 3)) == (3, 0.667)
    assert by_unit == {stores[0]: (3, 0.667), stores[1]: (1, 0.0)}
