"""Several processes look for missed calls at a time: each promise is broken once."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connections

from zhiyin.respond.callbacks.missing import mark_missed
from zhiyin.respond.models import Case, CaseEvent, Step

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


def test_two_workers_break_each_promise_once(make_case, promise, let_pass) -> None:
    cases = [make_case() for _ in range(4)]
    now = max(let_pass(promise(case)) for case in cases)
    results = _at_once(lambda: mark_missed(now=now), n=3)
    assert all(isinstance(result, int) for result in results), results
    assert sum(result for result in results if isinstance(result, int)) == 4
    assert CaseEvent.objects.filter(kind=Step.PROMISE_BROKEN).count() == 4
    assert CaseEvent.objects.filter(kind=Step.ESCALATED).count() == 4
    assert set(Case.objects.values_list("level", flat=True)) == {1}
