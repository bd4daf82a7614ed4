"""Several at once: one of two changes wins, and no step is stored twice or lost."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connections

from zhiyin.engine import Engine
from zhiyin.respond.background import make_outbox
from zhiyin.respond.errors import CaseChanged, VoiceHasCase
from zhiyin.respond.models import Case, CaseEvent, Step
from zhiyin.respond.services import close_case, open_case, transfer_case

pytestmark = pytest.mark.django_db(transaction=True)


def _at_once(*works: Callable[[], object]) -> list[object]:
    """What each returned or raised, all begun at the same moment, each with its own connection."""
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


def test_of_two_who_change_a_case_at_once_one_is_told(shop, make_case) -> None:
    case = make_case()
    results = _at_once(
        lambda: transfer_case(case, to=shop.manager, summary="请接", by=shop.by_agent),
        lambda: close_case(case, reason="重复", by=shop.by_manager),
    )
    assert sorted(type(result).__name__ for result in results) == ["Case", "CaseChanged"]
    assert any(isinstance(result, CaseChanged) for result in results)
    assert CaseEvent.objects.filter(case=case).count() == 2


def test_of_two_who_open_a_case_from_a_voice_at_once_one_is_led_to_the_other(shop, new_id) -> None:
    feedback_id = new_id()

    def opened() -> Case:
        return open_case(feedback_id=feedback_id, unit_id=shop.store.pk, title="慢", by=shop.by_agent)

    results = _at_once(opened, opened, opened)
    (case,) = [result for result in results if isinstance(result, Case)]
    others = [result for result in results if isinstance(result, VoiceHasCase)]
    assert [other.number for other in others] == [case.number, case.number]


def test_several_processes_store_each_step_once(shop, make_case, engine: Engine) -> None:
    def work() -> int:
        n_stored = 0
        for _ in range(5):
            make_case()
            n_stored += make_outbox().flush(engine.lake)
        return n_stored

    results = _at_once(work, work, work)
    assert all(isinstance(result, int) for result in results), results
    make_outbox().flush(engine.lake)
    with engine.lake.connect("case_events") as connection:
        counted = connection.execute("SELECT count(*), count(DISTINCT event_id) FROM case_events").fetchone()
    assert counted == (15, 15)
    assert CaseEvent.objects.filter(kind=Step.OPENED, is_stored=True).count() == 15
