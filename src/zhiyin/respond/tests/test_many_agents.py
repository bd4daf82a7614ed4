"""Many agents at once: no case with two owners, no change lost, every step told once.

`ZHIYIN_TEST_AGENTS` and `ZHIYIN_TEST_CASES` make it larger (200 on 50, say).
"""

from __future__ import annotations

import itertools
import os
import random
import threading
from collections import Counter

import pytest
from django.db import OperationalError, connections

from zhiyin.people.actors import Actor
from zhiyin.people.models import Account
from zhiyin.respond.errors import CaseChanged, StepImpossible
from zhiyin.respond.models import Case, CaseEvent, Clock, Step
from zhiyin.respond.services import close_case, send_answer, start_work
from zhiyin.respond.services.changes import changing

pytestmark = pytest.mark.django_db(transaction=True)

N_ACTIONS = int(os.environ.get("ZHIYIN_TEST_AGENTS", "40"))
N_CASES = int(os.environ.get("ZHIYIN_TEST_CASES", "8"))
_AT_ONCE = 20
_REFUSED = (CaseChanged, StepImpossible)


def test_of_many_who_act_at_once_nothing_is_lost_or_done_twice(shop, make_case) -> None:
    cases = [make_case() for _ in range(N_CASES)]
    chance = random.Random(11)
    plan = [(chance.choice(cases).pk, chance.randrange(4)) for _ in range(N_ACTIONS)]
    seen = [(Case.objects.get(pk=pk), kind) for pk, kind in plan]
    done: list[tuple[int, str]] = []
    odd: list[Exception] = []
    gate = threading.Semaphore(_AT_ONCE)

    def act(case: Case, kind: int) -> None:
        try:
            with gate:
                done.append((case.pk, _act(case, kind, agent=shop.agent, manager=shop.manager)))
        except _REFUSED:
            pass
        except OperationalError as error:
            if "locked" not in str(error):
                odd.append(error)
        except Exception as error:  # noqa: BLE001 - told below
            odd.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act, args=one) for one in seen]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert odd == []
    assert len(done) >= len({pk for pk, _ in plan}), "of all who act on a case one at least goes through"
    _check(done, cases=cases)


def _act(case: Case, kind: int, *, agent: Account, manager: Account) -> str:
    """One action on the case as it was seen when all began."""
    if kind == 0:
        start_work(case, by=Actor.of(agent))
        return Step.STARTED.value
    if kind == 1:
        send_answer(case, text="您好，已经退款。", by=Actor.of(manager))
        return Step.ANSWERED.value
    if kind == 2:
        close_case(case, by=Actor.of(agent), reason="重复")
        return Step.CLOSED.value
    with changing(case, step=Step.TRANSFERRED, by=Actor.of(agent)) as change:
        change.case.owner = manager if change.case.owner_id == agent.pk else agent
        change.case.n_transfers += 1
    return Step.TRANSFERRED.value


def _check(done: list[tuple[int, str]], *, cases: list[Case]) -> None:
    steps = CaseEvent.objects.exclude(kind=Step.OPENED).values_list("case_id", "kind")
    main = {Step.STARTED, Step.ANSWERED, Step.CLOSED, Step.TRANSFERRED}
    told = Counter((case_id, kind) for case_id, kind in steps if kind in main)
    assert told == Counter(done)
    for case in Case.objects.filter(pk__in=[one.pk for one in cases]):
        events = list(CaseEvent.objects.filter(case=case).order_by("at", "id"))
        changes = sum(kind in main for kind in (event.kind for event in events))
        assert case.version == 1 + changes
        assert case.n_transfers == sum(event.kind == Step.TRANSFERRED for event in events)
        # Each step begins with the owner that the one before left: never two at once.
        assert all(
            later.owner_from_id == earlier.owner_to_id for earlier, later in itertools.pairwise(events)
        )
        assert events[-1].owner_to_id == case.owner_id
        running = Counter(Clock.objects.filter(case=case, stopped_at=None).values_list("kind", "code"))
        assert all(n == 1 for n in running.values())
