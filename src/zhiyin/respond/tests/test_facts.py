"""Steps become facts exactly once, whatever dies in between."""

from __future__ import annotations

import re

import pytest

from zhiyin.engine import Engine
from zhiyin.respond.background import make_outbox, to_rows
from zhiyin.respond.contacts import read_contact
from zhiyin.respond.models import CaseEvent, EventHead
from zhiyin.respond.services import add_note, confirm_solved, send_answer, start_work

pytestmark = pytest.mark.django_db


def _facts(engine: Engine) -> list[tuple[str, str]]:
    with engine.lake.connect("case_events") as connection:
        return connection.execute(
            "SELECT event_id, kind FROM case_events ORDER BY occurred_at, event_id"
        ).fetchall()


class _Killed(BaseException):
    """Stands for the death of the process."""


class _DyingLake:
    """The real lake, which dies before or after a commit."""

    def __init__(self, engine: Engine, *, after: bool) -> None:
        self._lake, self._after = engine.lake, after

    def __getattr__(self, name: str) -> object:
        return getattr(self._lake, name)

    def append(self, *args: object, **named: object) -> None:
        if self._after:
            self._lake.append(*args, **named)
        raise _Killed


def test_every_step_is_one_fact(shop, make_case, engine: Engine) -> None:
    case = start_work(make_case(), by=shop.by_agent)
    add_note(case, text="内部", by=shop.by_agent)
    confirm_solved(send_answer(case, text="好", by=shop.by_agent))
    assert make_outbox().flush(engine.lake) == 5
    assert make_outbox().flush(engine.lake) == 0
    assert [kind for _, kind in _facts(engine)] == ["opened", "started", "noted", "answered", "solved"]
    assert {str(event.id) for event in CaseEvent.objects.all()} == {one for one, _ in _facts(engine)}


@pytest.mark.parametrize("after", [False, True])
def test_killed_around_the_commit_nothing_is_lost_or_doubled(shop, make_case, engine: Engine, after) -> None:
    case = make_case()
    with pytest.raises(_Killed):
        make_outbox().flush_batch(_DyingLake(engine, after=after))
    start_work(case, by=shop.by_agent)  # what comes meanwhile waits for the next batch
    make_outbox().flush(engine.lake)
    assert [kind for _, kind in _facts(engine)] == ["opened", "started"]
    assert not CaseEvent.objects.filter(is_stored=False).exists()


def test_many_steps_go_in_several_batches(shop, make_case, engine: Engine) -> None:
    for _ in range(5):
        make_case()
    assert make_outbox(max_rows=2).flush(engine.lake) == 5
    assert len(_facts(engine)) == 5
    assert EventHead.objects.get().n_batches == 3


def test_a_database_restored_from_a_backup_goes_on_after_the_lake(make_case, engine: Engine) -> None:
    make_case()
    make_outbox().flush(engine.lake)
    EventHead.objects.all().delete()
    make_case()
    make_outbox().flush(engine.lake)
    assert len(_facts(engine)) == 2


def test_facts_hold_no_name_and_no_word(shop, make_case, engine: Engine) -> None:
    contact = read_contact(name="陈思远", phone="13812345678", email="chen@example.com")
    case = make_case(title="很特别的标题", contact=contact, customer_words="很特别的话")
    add_note(case, text="很特别的备注", by=shop.by_agent)
    rows = str(to_rows(list(CaseEvent.objects.select_related("case"))).to_pylist())
    for private in ("特别", "陈思远", "13812345678", "chen", shop.agent.username, "北京"):
        assert private not in rows
    # Four digits may stand within a moment or a row id by chance; alone they would be the phone's.
    assert not re.search(r"(?<![0-9a-f])5678(?![0-9a-f])", rows)
    assert case.number in rows
