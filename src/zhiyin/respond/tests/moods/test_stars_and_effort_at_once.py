"""Several at once: a contact has its stars once, and effort is counted once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connections
from django.utils import timezone

from zhiyin.people.actors import Actor
from zhiyin.respond.effort.counting import count_one
from zhiyin.respond.flow.services import ask_customer
from zhiyin.respond.models import CaseEvent, ContactMood, Effort
from zhiyin.respond.moods.giving import give_mood
from zhiyin.respond.services import CUSTOMER, send_answer

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


def test_two_who_give_stars_at_once_give_them_to_one_row(shop, make_case) -> None:
    case = send_answer(make_case(), text="已经退款。", by=shop.by_agent)
    event_id = CaseEvent.objects.get(case=case, kind="answered").pk
    people = [shop.by_manager, Actor.of(shop.owner)]
    results = _at_once(
        *(partial(give_mood, case, event_id=event_id, stars=3, by=by) for by in people),
    )
    assert all(isinstance(one, ContactMood) for one in results)
    assert ContactMood.objects.count() == 1


def test_two_workers_count_effort_once(shop, make_case, engine) -> None:
    case = make_case(by=CUSTOMER, owner=shop.agent, customer_words="昨晚断网，序列号 ZTE12345A99。")
    ask_customer(case, question="请问序列号是多少？", by=shop.by_agent)
    found = Effort.objects.select_related("case", "voice", "event__case", "event__words", "event__answer")
    effort = found.get(event__isnull=False)
    now = timezone.now()
    results = _at_once(*[partial(count_one, effort, now=now)] * 3)
    assert sorted(map(str, results)) == ["False", "False", "True"]
    assert Effort.objects.get(pk=effort.pk).n_asked_again == 1
