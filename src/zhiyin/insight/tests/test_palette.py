"""The command palette finds pages, units, aspects and cases within what its visitor may see."""

from __future__ import annotations

import pytest
from django.test import Client

from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.people.services.units import create_unit, ensure_root

pytestmark = pytest.mark.django_db


@pytest.fixture
def stores():
    root = ensure_root()
    return [
        create_unit(code, name=name, kind="store", parent=root)
        for code, name in (("S1", "北辰店"), ("S2", "北湖店"))
    ]


def _signed_in(role, *, unit=None):
    account = create_account(role.value, password="correct horse battery staple")
    grant_role(account, role=role, unit=unit)
    client = Client(headers={"Accept-Language": "zh-hans"})
    client.force_login(account)
    return client


def _names(client, text):
    return [item["name"] for item in client.get("/palette/", {"q": text}).json()["items"]]


def test_an_empty_question_shows_the_menu(stores):
    found = _names(_signed_in(Role.OWNER), "")
    assert found[0] == "今天"
    assert "北辰店" not in found


def test_units_are_found_by_a_part_of_the_name_or_by_code(stores):
    client = _signed_in(Role.OWNER)
    assert _names(client, "北") == ["北辰店", "北湖店"]
    assert _names(client, "s2") == ["北湖店"]


def test_a_manager_finds_no_other_store(stores):
    assert _names(_signed_in(Role.MANAGER, unit=stores[0]), "北") == ["北辰店"]


def test_pages_that_may_not_be_opened_are_not_offered(stores):
    assert "审计日志" in _names(_signed_in(Role.AUDITOR), "审计")
    assert _names(_signed_in(Role.AGENT, unit=stores[0]), "审计") == []


def test_aspects_are_found_in_either_language(stores):
    client = _signed_in(Role.ANALYST)
    found = client.get("/palette/", {"q": "service"}).json()["items"]
    assert any(item["url"].startswith("/aspects/") for item in found)
    assert all(client.get(item["url"]).status_code == 200 for item in found)
