"""Nobody is shut out while customers still wait for them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from zhiyin.people.errors import AccountNeeded
from zhiyin.people.services.accounts import deactivate_account
from zhiyin.respond.errors import NothingToUndo
from zhiyin.respond.services import close_case, transfer_case, undo

pytestmark = pytest.mark.django_db


def test_an_owner_of_open_cases_is_not_shut_out(shop, make_case) -> None:
    case = make_case()
    with pytest.raises(AccountNeeded):
        deactivate_account(shop.agent)
    shop.agent.refresh_from_db()
    assert shop.agent.is_active
    transfer_case(case, to=shop.manager, summary="客户等退款", by=shop.by_agent)
    deactivate_account(shop.agent)
    assert not shop.agent.is_active


def test_ended_cases_keep_nobody(shop, make_case) -> None:
    close_case(make_case(), reason="重复", by=shop.by_agent)
    deactivate_account(shop.agent)
    assert not shop.agent.is_active


def test_the_page_says_so_and_leads_to_the_cases(shop, make_case) -> None:
    cases = [make_case(title="要转走的事"), make_case(title="另一件要转走的事")]
    make_case(title="别人的事", owner=shop.manager)
    client = Client(headers={"accept-language": "en"})
    client.force_login(shop.owner)
    client.cookies["django_language"] = "en"
    refused = client.post(reverse("account_state", args=[shop.agent.pk, "shut"]))
    assert refused.status_code == 409
    assert f"{shop.agent} still looks after 2 open cases. Hand them over first." in refused.content.decode()
    listed = client.get(f"{reverse('cases')}?view=open&owner={shop.agent.pk}").content.decode()
    assert reverse("case_hand_over_all", args=[shop.agent.pk]) in refused.content.decode()
    assert "另一件要转走的事" in listed
    assert "别人的事" not in listed
    numbers = [case.number for case in cases]
    given = {"action": "transfer", "number": numbers, "owner": shop.manager.pk, "words": "请继续跟进"}
    client.post(reverse("cases_many"), given)
    assert client.post(reverse("account_state", args=[shop.agent.pk, "shut"])).status_code == 302


def test_a_colleague_of_elsewhere_is_not_named_by_the_list(shop, make_case) -> None:
    make_case(unit_id=shop.far_store.pk, owner=shop.stranger)
    client = Client()
    client.force_login(shop.agent)
    page = client.get(f"{reverse('cases')}?view=open&owner={shop.stranger.pk}").content.decode()
    assert "stranger" not in page.replace(f"owner={shop.stranger.pk}", "")


def test_a_hand_over_is_not_taken_back_to_somebody_who_was_shut_out(shop, make_case) -> None:
    case = make_case()
    moved = transfer_case(case, to=shop.manager, summary="客户等退款", by=shop.by_manager)
    deactivate_account(shop.agent)
    with pytest.raises(NothingToUndo):
        undo(moved, by=shop.by_manager)
