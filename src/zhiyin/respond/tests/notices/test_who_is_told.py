"""What happens to people is told to them, once, and never to whoever did it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.roles import Role
from zhiyin.respond.clocks.escalating import escalate
from zhiyin.respond.models import Case, Notice, Step
from zhiyin.respond.notices.kinds import NoticeKind
from zhiyin.respond.notices.mentions import find_mentioned
from zhiyin.respond.notices.services import KEPT, forget_old, notify
from zhiyin.respond.services import add_note
from zhiyin.respond.services.changes import CUSTOMER, changing


def test_whoever_gets_a_case_is_told_and_whoever_had_it_too(make_case: Any, shop: Any, told: Any) -> None:
    case = escalate(make_case(), reason="太难了", by=SYSTEM)
    assert (told(shop.manager), told(shop.agent)) == (["escalated"], ["case_gone"])
    with changing(case, step=Step.TRANSFERRED, by=Actor.of(shop.manager)) as change:
        change.case.owner = shop.agent
    assert told(shop.agent) == ["case_gone", "case_given"]
    assert told(shop.manager) == ["escalated"]


def test_a_case_opened_for_somebody_else_is_told_one_s_own_is_not(
    make_case: Any, shop: Any, told: Any
) -> None:
    make_case()
    make_case(by=shop.by_manager, owner=shop.agent)
    assert told(shop.agent) == ["case_given"]


def test_the_owner_hears_when_the_customer_speaks_or_urges(make_case: Any, shop: Any, told: Any) -> None:
    case = make_case()
    for step in (Step.CUSTOMER_SPOKE, Step.URGED):
        with changing(case, step=step, by=CUSTOMER, is_addition=True):
            pass
    assert told(shop.agent) == ["customer_spoke", "urged"]


def test_who_is_named_in_a_note_is_told_once_and_nobody_from_elsewhere(
    make_case: Any, shop: Any, told: Any
) -> None:
    case = make_case()
    add_note(case, text="@Manager 请看一下，@stranger 也是。@manager! 写信给 a@owner", by=shop.by_agent)
    assert (told(shop.manager), told(shop.stranger), told(shop.owner)) == (["mentioned"], [], [])


@pytest.mark.parametrize(
    "text", ["@manager.", "（@manager）", "@ＭＡＮＡＧＥＲ", "请 @manager, 谢谢", "@manager\n@manager"]
)
def test_a_name_is_found_however_it_stands(text: str, shop: Any) -> None:
    assert find_mentioned(text, unit=shop.store) == [shop.manager]


def test_a_chinese_name_is_found(shop: Any, make_account: Any) -> None:
    wang = make_account("王丽", role=Role.AGENT, unit=shop.store)
    assert find_mentioned("@王丽 请看", unit=shop.store) == [wang]


def test_the_same_is_told_once_and_old_things_are_no_news(note: Any, shop: Any, make_case: Any) -> None:
    note(shop.manager)
    note(shop.manager)
    notify(
        [shop.manager],
        kind=NoticeKind.URGED,
        key="old",
        at=timezone.now() - timedelta(days=2),
        case=make_case(),
    )
    assert Notice.objects.filter(account=shop.manager).count() == 1


def test_whoever_has_left_is_not_told(shop: Any, make_case: Any) -> None:
    shop.manager.is_active = False
    notify([shop.manager], kind=NoticeKind.URGED, key="x", at=timezone.now(), case=make_case())
    assert not Notice.objects.exists()


def test_notices_go_after_ninety_days_and_with_their_case(note: Any, shop: Any) -> None:
    note(shop.manager)
    note(shop.manager, key="two")
    now = timezone.now()
    Notice.objects.filter(key="one").update(at=now - KEPT - timedelta(minutes=1))
    assert [forget_old(now=now) for _n in range(2)] == [1, 0]
    Case.objects.all().delete()
    assert not Notice.objects.exists()
