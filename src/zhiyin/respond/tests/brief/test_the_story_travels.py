"""A broken line is told once: three hand-overs later the brief has every fact, and the case comes back."""

from __future__ import annotations

import pytest
from django.urls import reverse

from zhiyin.people.roles import Role
from zhiyin.respond.owning.reasons import TransferReason
from zhiyin.respond.services import (
    CUSTOMER,
    confirm_solved,
    reopen_case,
    send_answer,
    transfer_case,
)

pytestmark = pytest.mark.django_db
_WORDS = (
    "昨天晚上开始断网，光猫闪红灯，序列号 ZTE12345A99。已经重启过两次了。报修单号 BX-20277。希望今天能修好。"
)
# The number of the report is covered, as everywhere; that it was told is known.
_FACTS = ("昨天晚上", "光猫", "ZTE12345A99", "********", "已经重启过两次了", "希望今天能修好")


def test_told_once_it_is_known_after_three_hand_overs(shop, make_case, make_account, enter, engine) -> None:
    second = make_account("second", role=Role.AGENT, unit=shop.store)
    case = make_case(by=CUSTOMER, owner=shop.agent, customer_words=_WORDS)
    case = transfer_case(case, to=second, summary="光猫要换", by=shop.by_agent)
    case = transfer_case(
        case, to=shop.manager, summary="要派人上门", reason=TransferReason.NEEDS_POWER, by=shop.by_manager
    )
    case = transfer_case(case, to=shop.owner, summary="客户催了两次", by=shop.by_manager)
    client = enter(shop.owner)
    page = client.get(reverse("case_brief", args=[case.number])).content.decode()
    for fact in (*_FACTS, "光猫要换", "要派人上门", "客户催了两次"):
        assert fact in page
    asked = reverse("case_asked", args=[case.number])
    htmx = {"HX-Request": "true", "HX-Target": "case-asked"}
    answered = client.get(asked, {"q": "请问设备序列号？"}, headers=htmx).content.decode()
    assert "Answered already" in answered
    assert "ZTE12345A99" in answered
    assert "********" not in answered
    assert "Not told yet" in client.get(asked, {"q": "几个人在家？"}, headers=htmx).content.decode()
    case = reopen_case(confirm_solved(send_answer(case, text="已换光猫", by=shop.by_manager)), words="又断了")
    assert case.owner == shop.owner


def test_the_brief_of_another_unit_is_not_there(shop, make_case, enter) -> None:
    case, client = make_case(), enter(shop.stranger)
    for name in ("case_brief", "case_asked"):
        assert client.get(reverse(name, args=[case.number])).status_code == 404


def test_without_anything_told_it_says_so(shop, make_case, enter, engine) -> None:
    page = enter(shop.agent).get(reverse("case_brief", args=[make_case().number])).content.decode()
    assert "Nothing was told yet" in page
