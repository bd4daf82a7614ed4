"""Several at once: of two who plan the same technician one is refused; each missed visit is told once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from zhiyin.respond.models import CaseEvent, Step, Visit
from zhiyin.respond.visits.errors import TimeTaken
from zhiyin.respond.visits.missing import mark_missed

pytestmark = pytest.mark.django_db(transaction=True)


def _at_once(*works: Callable[[], object]) -> list[object]:
    results: list[object] = [None] * len(works)
    barrier = threading.Barrier(len(works))

    def body(place: int) -> None:
        try:
            barrier.wait()
            results[place] = works[place]()
        except Exception as error:  # noqa: BLE001 - handed to the test
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=body, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_of_several_who_plan_one_technician_at_once_one_wins(make_case, hire, book) -> None:
    who, cases = hire(), [make_case() for _ in range(3)]
    results = _at_once(*[lambda case=case: book(case, who) for case in cases])
    assert sorted(type(one).__name__ for one in results) == ["TimeTaken", "TimeTaken", "Visit"], results
    assert any(isinstance(one, TimeTaken) for one in results)
    assert Visit.objects.count() == 1
    assert CaseEvent.objects.filter(kind=Step.PROMISED).count() == 1


def test_two_workers_tell_of_each_missed_visit_once(make_case, hire, book) -> None:
    now = timezone.now()
    for n in range(3):
        book(make_case(), hire(f"师傅{n}"))
    Visit.objects.update(slot_start=now - timedelta(hours=3), slot_end=now - timedelta(hours=1))
    results = _at_once(*[lambda: mark_missed(now=now)] * 3)
    assert all(isinstance(one, int) for one in results), results
    assert sum(one for one in results if isinstance(one, int)) == 3
    assert CaseEvent.objects.filter(kind=Step.PROMISE_BROKEN).count() == 3
    assert CaseEvent.objects.filter(kind=Step.ESCALATED).count() == 3
