"""Finding cases: by number within a scope, by link, by phone; contacts stay closed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from zhiyin.errors import InvalidInput
from zhiyin.people.permissions import Permission
from zhiyin.people.queries import get_scope
from zhiyin.people.scope import EVERYTHING, NOTHING, Scope
from zhiyin.respond.contacts import Contact, read_contact
from zhiyin.respond.errors import CaseNotFound
from zhiyin.respond.flow.grouping import list_children
from zhiyin.respond.models import Case
from zhiyin.respond.queries import (
    CaseFilter,
    cases_of_voice,
    cases_of_voices,
    count_cases,
    count_open,
    find_case_by_phone,
    find_case_by_token,
    get_case,
    list_cases,
    read_token,
    select_cases,
)
from zhiyin.respond.queries import read_contact as read_contact_of
from zhiyin.respond.services import close_case, send_answer

pytestmark = pytest.mark.django_db


def test_a_case_is_seen_from_its_unit_and_from_above_alone(shop, make_case) -> None:
    case = make_case()
    for account in (shop.agent, shop.manager, shop.owner, shop.auditor):
        scope = get_scope(account, permission=Permission.CASES_READ)
        assert get_case(case.number.lower(), scope=scope) == case
        assert list_cases(scope=scope).n == 1
        assert cases_of_voice(case.feedback_id, scope=scope) == [case]
    scope = get_scope(shop.stranger, permission=Permission.CASES_READ)
    for hidden in (scope, NOTHING):
        with pytest.raises(CaseNotFound):
            get_case(case.number, scope=hidden)
        assert list_cases(scope=hidden).n == count_open(scope=hidden) == 0
        assert cases_of_voice(case.feedback_id, scope=hidden) == []
        assert cases_of_voices([case.feedback_id], scope=hidden) == {}


def test_a_question_needs_a_scope(make_case) -> None:
    with pytest.raises(TypeError):
        list_cases(scope=None)


def test_lists_are_filtered_searched_and_sorted_by_due(shop, make_case) -> None:
    now = timezone.now()
    slow = make_case(title="上菜太慢", due_at=now + timedelta(hours=2))
    late = make_case(title="退款没到账", due_at=now - timedelta(hours=3), owner=shop.manager)
    done = close_case(make_case(title="重复的事"), reason="重复", by=shop.by_agent)
    answered = send_answer(
        make_case(title="已答", due_at=now - timedelta(hours=1)), text="好", by=shop.by_agent
    )

    def numbers(**wanted: object) -> list[str]:
        return [case.number for case in list_cases(scope=EVERYTHING, filter=CaseFilter(**wanted)).cases]

    assert numbers(is_open=True) == [late.number, slow.number, answered.number]
    assert numbers() == [late.number, slow.number, answered.number, done.number]
    assert numbers(is_open=False) == [done.number]
    assert numbers(overdue_at=now) == [late.number]
    assert numbers(is_unanswered=True) == [late.number, slow.number]
    assert numbers(owner=shop.manager) == [late.number]
    assert numbers(text="退款 到账") == [late.number]
    assert numbers(text=slow.number.lower().replace("-", "")) == [slow.number]
    assert numbers(unit_ids=frozenset({shop.far_store.pk})) == []
    counts = count_cases(scope=EVERYTHING, owner=shop.agent, now=now)
    assert (counts.n_mine, counts.n_open, counts.n_overdue, counts.n_unanswered) == (2, 3, 1, 2)
    assert count_open(scope=EVERYTHING, owner=shop.manager) == 1


def test_pages_of_a_list_hold_every_case_once(shop, make_case) -> None:
    now = timezone.now()
    waiting = [make_case(due_at=now + timedelta(hours=n)).number for n in (2, 1, 3)]
    answered = [make_case(due_at=now - timedelta(hours=n)) for n in (1, 2)]
    for case in answered:
        send_answer(case, text="好", by=shop.by_agent)
    inorder = [waiting[1], waiting[0], waiting[2], answered[1].number, answered[0].number]
    for size in (1, 2, 3, 4):
        seen: list[str] = []
        for offset in range(0, 8, size):
            wanted = CaseFilter(is_open=True)
            page = list_cases(scope=EVERYTHING, filter=wanted, offset=offset, limit=size)
            assert page.n == 5
            seen += [case.number for case in page.cases]
        assert seen == inorder


def test_lists_are_read_by_an_index_that_holds_what_they_show(shop) -> None:
    few = get_scope(shop.agent, permission=Permission.CASES_READ)

    def plan(scope: Scope, **wanted: object) -> str:
        return select_cases(scope=scope, filter=CaseFilter(**wanted)).explain()

    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan TO off")  # it reads small tables whole
        for wanted in ({"is_open": True}, {"overdue_at": timezone.now()}, {"text": "k2611-000123"}):
            assert "Index" in plan(EVERYTHING, **wanted)
        return
    assert "respond_case_still_open" in plan(EVERYTHING, is_open=True)
    assert "respond_case_still_open (due_at<?)" in plan(EVERYTHING, overdue_at=timezone.now())
    assert "respond_case_still_open" in plan(EVERYTHING, is_unanswered=True)
    assert "(number=?)" in plan(EVERYTHING, text="k2611-000123")
    assert "(unit_id=?" in plan(few, is_open=True)
    assert "(owner_id=?" in plan(EVERYTHING, is_open=True, owner=shop.agent)
    ended = plan(EVERYTHING, is_open=False, sort="newest")
    assert "respond_case_ended" in ended or "respond_case_by_opening" in ended
    assert "TEMP B-TREE" not in ended


def test_a_page_of_one_store_and_a_group_do_not_read_all_cases_of_the_store(shop, make_case) -> None:
    case, few = make_case(), get_scope(shop.agent, permission=Permission.CASES_READ)
    with CaptureQueriesContext(connection) as asked:
        assert list_cases(scope=few, filter=CaseFilter(is_open=True)).cases == [case]
        assert list_children(case, scope=few) == []
    ordered = [one["sql"] for one in asked.captured_queries if "ORDER BY" in one["sql"]]
    assert not any("JOIN" in sql for sql in ordered), "joins lead SQLite away from the index"
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            *lists, group = [str(cursor.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()) for sql in ordered]
        assert lists
        assert all("respond_case_by_unit (unit_id=? AND status=?)" in plan for plan in lists)
        assert "(parent_id=?)" in group


def test_the_link_opens_the_case_and_no_other(make_case) -> None:
    case, other = make_case(), make_case()
    token = read_token(case)
    assert len(token) == 22
    assert find_case_by_token(token) == case
    assert find_case_by_token(read_token(other)) == other
    assert find_case_by_token(token[:-1]) is None
    assert token.encode() not in bytes(Case.objects.get(pk=case.pk).token_sealed)


def test_number_and_phone_open_the_case(make_case) -> None:
    case = make_case(contact=read_contact(name="陈女士", phone="+86 138-1234-5678"))
    assert find_case_by_phone(number=case.number, last_four="5678") == case
    assert find_case_by_phone(number=case.number.lower(), last_four="５６７８") == case
    for number, last_four in ((case.number, "5679"), ("K2611-999999", "5678"), (case.number, ""), ("", "")):
        assert find_case_by_phone(number=number, last_four=last_four) is None
    assert find_case_by_phone(number=make_case().number, last_four="0000") is None


def test_equal_phones_leave_no_equal_marks(make_case) -> None:
    contact = read_contact(phone="13812345678")
    one, other = make_case(contact=contact), make_case(contact=contact)
    assert bytes(one.phone_index) != bytes(other.phone_index)
    assert b"5678" not in bytes(one.contact_sealed)


def test_a_contact_is_masked_and_opens_again(make_case) -> None:
    contact = read_contact(name="陈思远", phone="13812345678", email="chen@example.com")
    case = make_case(contact=contact)
    assert read_contact_of(Case.objects.get(pk=case.pk)) == contact
    assert contact.masked() == Contact(name="陈**", phone="138****5678", email="ch***@example.com")
    assert read_contact_of(make_case()).is_empty


@pytest.mark.parametrize(
    "fields",
    [{"phone": "很多位"}, {"phone": "12"}, {"phone": "1" * 20}, {"email": "chen"}, {"email": "a b@c.d"}],
)
def test_what_is_no_contact_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(InvalidInput):
        read_contact(**fields)
