"""Visits: planned without overlap, moved and moved back, kept or missed, and how long they took."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from zhiyin.engine import Engine
from zhiyin.errors import InvalidInput
from zhiyin.people.actors import SYSTEM
from zhiyin.people.scope import EVERYTHING, Scope
from zhiyin.respond.models import (
    Case,
    CaseEvent,
    OutgoingAnswer,
    Technician,
    Visit,
    VisitPart,
)
from zhiyin.respond.services import Contact
from zhiyin.respond.visits import progress
from zhiyin.respond.visits.customer import confirm, customer_view_of_visits
from zhiyin.respond.visits.errors import (
    CannotCome,
    TechnicianNotFound,
    TimeTaken,
    VisitChanged,
    VisitNotFound,
    VisitStepImpossible,
)
from zhiyin.respond.visits.feeding import feed_visits
from zhiyin.respond.visits.kinds import PartState, VisitResult, VisitState
from zhiyin.respond.visits.parts import add_part, remove_part, set_part
from zhiyin.respond.visits.queries import read_week
from zhiyin.respond.visits.services import move_visit, undo_move
from zhiyin.respond.visits.technicians import (
    TechnicianWords,
    list_for_case,
    read_phone,
    save_technician,
)
from zhiyin.respond.visits.times import split_time

_HOUR = timedelta(hours=1)


def _steps(case: Case) -> list[str]:
    return list(CaseEvent.objects.filter(case=case).order_by("at", "id").values_list("kind", flat=True))


def test_a_technician_is_in_one_place_at_a_time(make_case, hire, book, tomorrow) -> None:
    who, case = hire(), make_case()
    book(case, who, minutes=120)
    for start in (tomorrow - _HOUR, tomorrow, tomorrow + 1.9 * _HOUR):
        with pytest.raises(TimeTaken):
            book(make_case(), who, slot_start=start)
    book(make_case(), who, slot_start=tomorrow + 2 * _HOUR)
    book(make_case(), hire("李强"))
    progress.cancel_visit(Visit.objects.get(case=case), by=SYSTEM)
    book(make_case(), who)


def test_only_who_goes_for_the_unit_comes_and_skills_stand_first(make_case, hire, book, shop) -> None:
    case = make_case()
    Case.objects.update(skill="fridge")
    case.refresh_from_db()
    able, other = hire("赵", skills="Fridge oven"), hire("安")
    south, gone = hire("南", units=[shop.south]), hire("离", is_active=False)
    assert list_for_case(case) == [able, other]
    for one in (south, gone):
        with pytest.raises(CannotCome):
            book(case, one)


def test_moving_is_taken_back_and_refused_where_it_cannot_be(make_case, hire, book, tomorrow, shop) -> None:
    first, second = hire("甲"), hire("乙")
    visit = book(make_case(), first)
    book(make_case(), second)
    with pytest.raises(TimeTaken):
        move_visit(visit, technician=second, slot_start=tomorrow, minutes=60, by=shop.by_agent)
    later = tomorrow + 5 * _HOUR
    moved = move_visit(visit, technician=second, slot_start=later, minutes=60, by=shop.by_agent)
    assert (moved.technician, moved.slot_end) == (second, later + _HOUR)
    with pytest.raises(VisitChanged):
        move_visit(
            visit, technician=first, slot_start=later, minutes=60, by=shop.by_agent, version=visit.version
        )
    with pytest.raises(VisitStepImpossible):
        undo_move(visit, by=shop.by_manager)  # it was somebody else's
    back = undo_move(visit, by=shop.by_agent)
    assert (back.technician, back.slot_start, back.slot_end) == (first, tomorrow, tomorrow + 2 * _HOUR)
    with pytest.raises(VisitStepImpossible):
        undo_move(visit, by=shop.by_agent)


def test_the_way_back_is_closed_once_the_old_time_is_given_away(
    make_case, hire, book, tomorrow, shop
) -> None:
    who = hire()
    visit = book(make_case(), who)
    move_visit(visit, technician=who, slot_start=tomorrow + 5 * _HOUR, minutes=60, by=shop.by_agent)
    book(make_case(), who)
    with pytest.raises(TimeTaken):
        undo_move(visit, by=shop.by_agent)


def test_each_moment_is_kept_and_the_time_is_split(make_case, hire, book, shop) -> None:
    case = make_case()
    visit = book(case, hire(), asked_at=timezone.now() - _HOUR)
    progress.confirm_visit(visit)
    progress.set_out(visit, by=shop.by_agent)
    progress.arrive(visit, by=shop.by_agent)
    progress.begin_work(visit, by=shop.by_agent)
    with pytest.raises(VisitStepImpossible):
        progress.begin_work(visit, by=shop.by_agent)
    done = progress.finish_visit(visit, result=VisitResult.SOLVED, note="换了门封", by=shop.by_agent)
    assert "promise_kept" in _steps(case)
    start = done.asked_at
    done.on_way_at, done.arrived_at = start + 2 * _HOUR, start + 2.5 * _HOUR
    done.began_at, done.done_at = start + 2.6 * _HOUR, start + 4 * _HOUR
    time = split_time(done)
    assert time is not None
    assert [time.waiting_s, time.travelling_s, time.arriving_s, time.served_s] == [7200, 1800, 360, 5040]
    assert time.total_s == 4 * 3600
    done.on_way_at = done.done_at  # noted late: no part is negative, the sum stands
    time = split_time(done)
    assert time is not None
    assert (time.total_s, time.served_s) == (4 * 3600, 0)
    done.result = VisitResult.NOBODY_HOME
    assert split_time(done) is None


def test_a_step_by_mistake_is_taken_back(make_case, hire, book, shop) -> None:
    visit = book(make_case(), hire())
    progress.set_out(visit, by=shop.by_agent)
    progress.arrive(visit, by=shop.by_agent)
    progress.finish_visit(visit, result=VisitResult.SOLVED, by=shop.by_agent)
    states = []
    for _n in range(4):
        seen = progress.step_back(visit, by=shop.by_agent)
        states.append((seen.stands, seen.began_at is None))
    assert states == [
        (VisitState.ARRIVED, False),
        (VisitState.ARRIVED, True),
        (VisitState.ON_WAY, True),
        (VisitState.PLANNED, True),
    ]
    with pytest.raises(VisitStepImpossible):
        progress.step_back(visit, by=shop.by_agent)


def test_finished_visits_reach_the_lake_once(make_case, hire, book, engine: Engine, shop) -> None:
    case = make_case(contact=Contact(phone="13812345678"))
    visit = book(case, hire())
    progress.arrive(visit, by=shop.by_agent)
    progress.finish_visit(visit, result=VisitResult.SOLVED, by=shop.by_agent)
    assert feed_visits(engine) == 0  # it may be taken back still
    Visit.objects.update(done_at=timezone.now() - timedelta(minutes=11), is_fed=False)
    assert feed_visits(engine) == 1
    Visit.objects.update(is_fed=False)  # as after a kill before the mark
    assert (feed_visits(engine), feed_visits(engine)) == (1, 0)
    with engine.lake.connect("contacts") as connection:
        rows = connection.execute(
            "SELECT is_field, is_resolved, unit_id, customer_key IS NOT NULL,"
            " waiting_s + travelling_s + arriving_s + served_s IS NOT NULL FROM contacts WHERE is_current"
        ).fetchall()
    assert rows == [(True, True, shop.store.pk, True, True)]


def test_customers_see_slot_delay_and_a_name_and_nothing_else(make_case, hire, book, shop) -> None:
    case = make_case()
    visit = book(case, hire("张伟"), device="冰箱", serial="SN-1")
    add_part(visit, name="门封", by=shop.by_agent)
    progress.tell_delay(visit, minutes=45, by=shop.by_agent)
    (shown,) = customer_view_of_visits(case)
    assert (shown.who, shown.delay_minutes, shown.has_all_parts) == ("张**", 45, False)
    assert shown.expected_by == shown.slot_end + timedelta(minutes=45)
    assert "SN-1" not in str(shown)
    assert shown.may_confirm
    assert confirm(case, visit_id=visit.pk).confirmed_at == confirm(case, visit_id=visit.pk).confirmed_at
    with pytest.raises(VisitNotFound):
        confirm(make_case(), visit_id=visit.pk)


def test_parts_are_followed_and_belong_to_their_visit(make_case, hire, book, shop) -> None:
    who = hire()
    visit, other = book(make_case(), who), book(make_case(), hire("乙"))
    part = add_part(visit, name=" 门封 条 ", number="A-1", n=2, by=shop.by_agent)
    assert (part.name, part.state) == ("门封 条", "needed")
    assert set_part(visit, part_id=part.pk, state=PartState.ORDERED, by=shop.by_agent).state == "ordered"
    with pytest.raises(VisitNotFound):
        set_part(other, part_id=part.pk, state=PartState.USED, by=shop.by_agent)
    for wrong in ({"name": " "}, {"name": "x", "n": 0}, {"name": "x", "n": 1000}):
        with pytest.raises(InvalidInput):
            add_part(visit, by=shop.by_agent, **wrong)
    remove_part(visit, part_id=part.pk, by=shop.by_agent)
    assert not VisitPart.objects.exists()


def test_phones_of_technicians_are_sealed_and_units_kept_to_the_scope(hire, shop) -> None:
    who = hire()
    assert b"13900001111" not in bytes(who.phone_sealed)
    assert read_phone(Technician.objects.get()) == "13900001111"
    words = TechnicianWords(name="外", units=[shop.south])
    only_north = Scope(unit_ids=frozenset({shop.north.pk, shop.store.pk}))
    with pytest.raises(TechnicianNotFound):
        save_technician(words, by=SYSTEM, scope=only_north)
    for wrong in (
        TechnicianWords(name=" ", units=[shop.north]),
        TechnicianWords(name="无", units=[]),
        TechnicianWords(name="号", units=[shop.north], phone="abc"),
    ):
        with pytest.raises(InvalidInput):
            save_technician(wrong, by=SYSTEM, scope=EVERYTHING)


def test_the_planner_hides_what_is_another_units(make_case, hire, book, shop, tomorrow) -> None:
    both = hire(units=[shop.north, shop.south])
    near = book(make_case(), both)
    far_case = make_case(unit_id=shop.far_store.pk, by=SYSTEM)
    book(far_case, both, slot_start=tomorrow + 3 * _HOUR)
    hire("南", units=[shop.south])
    week = read_week(
        scope=Scope(unit_ids=frozenset({shop.north.pk, shop.store.pk})),
        day=timezone.localdate(tomorrow),
    )
    assert [row.technician for row in week.rows] == [both]
    booked = [one for day in week.rows[0].days for one in day]
    assert near in [one.visit for one in booked]
    if len(booked) == 2:  # the second may fall into the next week
        assert [one.visit for one in booked] == [near, None]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"slot_start": timezone.now() - _HOUR}, "visit_start"),
        ({"slot_start": timezone.now() + timedelta(days=200)}, "visit_start_far"),
        ({"minutes": 5}, "visit_minutes"),
        ({"minutes": 999}, "visit_minutes"),
        ({"zone": "Mars/Base"}, "visit_zone"),
        ({"asked_at": timezone.now() + timedelta(days=1)}, "visit_asked"),
    ],
)
def test_what_cannot_be_planned_is_refused_with_its_field(make_case, hire, book, fields, field) -> None:
    with pytest.raises(InvalidInput) as refused:
        book(make_case(), hire(), **fields)
    assert refused.value.field == field


def test_the_customer_is_told_by_mail_where_an_address_was_left(
    make_case, hire, book, shop, settings
) -> None:
    settings.SMTP_HOST, settings.MAIL_FROM = "mail.example.com", "us@example.com"
    case = make_case(contact=Contact(email="wang@example.com"))
    visit = book(case, hire(), slot_start=timezone.now() + 3 * _HOUR)
    progress.tell_delay(visit, minutes=40, by=shop.by_agent)
    progress.cancel_visit(visit, by=shop.by_agent)
    words = list(OutgoingAnswer.objects.filter(case=case).order_by("pk").values_list("text", flat=True))
    assert [("张**" in one, "约 40 分钟" in one) for one in words] == [
        (True, False),
        (True, True),
        (False, False),
    ]
    book(make_case(), hire("乙"))
    settings.SMTP_HOST = ""
    book(make_case(contact=Contact(email="li@example.com")), hire("丙"))
    assert OutgoingAnswer.objects.count() == 3
