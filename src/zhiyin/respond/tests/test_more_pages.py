"""More of the pages of cases."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from zhiyin.people.models import Account

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def enter() -> Callable[[Account], Client]:
    """A browser in which the account is signed in, in English."""

    def sign_in(account: Account) -> Client:
        account.language = "en"
        account.save()
        client = Client()
        client.force_login(account)
        client.cookies["django_language"] = "en"
        return client

    return sign_in


def test_the_counts_come_alone_where_only_they_are_asked_for(shop, make_case, enter) -> None:
    make_case(title="a-title")
    headers = {**HTMX, "HX-Target": "case-counts"}
    part = enter(shop.agent).get(reverse("cases"), headers=headers).content.decode()
    assert 'id="case-counts"' in part
    assert "a-title" not in part


def test_the_code_is_a_picture_and_is_kept_nowhere(shop, make_case, enter) -> None:
    response = enter(shop.agent).get(reverse("case_code", args=[make_case().number]))
    assert response["Content-Type"] == "image/svg+xml"
    assert b"<svg" in response.content
    assert "no-store" in response["Cache-Control"]


def test_lists_ask_the_database_as_often_for_fifty_as_for_one(
    shop, make_case, enter, django_assert_max_num_queries
) -> None:
    for _ in range(20):
        make_case()
    client = enter(shop.manager)
    client.get(reverse("cases"))
    with django_assert_max_num_queries(25):
        client.get(reverse("cases") + "?view=open")
