"""Several workers climb at a time: each rung is taken once, each case goes up once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connections

from zhiyin.respond.ladders.climbing import climb
from zhiyin.respond.models import Case, CaseEvent, Notice, RungTaken, Step

TEN = datetime(2026, 11, 18, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Wednesday

pytestmark = pytest.mark.django_db(transaction=True)


def _at_once(work: Callable[[], int], *, n: int) -> list[object]:
    results: list[object] = [None] * n
    barrier = threading.Barrier(n)

    def body(place: int) -> None:
        try:
            barrier.wait()
            results[place] = work()
        except Exception as error:  # noqa: BLE001 - handed to the test
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=body, args=(place,)) for place in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_three_workers_take_each_rung_once(at, make_rung, timed, shop) -> None:
    make_rung(0, whom="above")
    make_rung(1, whom="above", deed="hand_over")
    for _n in range(3):
        timed()
    now = at(TEN + timedelta(minutes=65))
    results = _at_once(lambda: climb(now=now), n=3)
    assert all(isinstance(result, int) for result in results), results
    assert sum(result for result in results if isinstance(result, int)) == 6
    assert RungTaken.objects.count() == 6
    assert CaseEvent.objects.filter(kind=Step.ESCALATED).count() == 3
    assert set(Case.objects.values_list("level", flat=True)) == {1}
    assert Notice.objects.filter(account=shop.manager, kind="clock_late").count() == 3
