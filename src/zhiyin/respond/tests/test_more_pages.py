"""More of the pages of cases."""

from __future__ import annotations

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


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
