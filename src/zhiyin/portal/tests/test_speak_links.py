"""Staff make the links and codes at which customers speak."""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree

import pytest
from django.test import Client

from zhiyin.people.errors import UnitNotFound
from zhiyin.people.models import AuditEvent
from zhiyin.people.roles import Role
from zhiyin.people.scope import EVERYTHING, Scope
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.portal.errors import SpeakLinkExists, SpeakLinkNotFound
from zhiyin.portal.links import is_only_here
from zhiyin.portal.models import SpeakLink
from zhiyin.portal.qr import png_file, svg_file
from zhiyin.portal.services.speak_links import create_link, create_store_links, switch_link

PAGE = "/settings/speak-links/"


@pytest.fixture
def boss(company):
    client = Client(headers={"accept-language": "zh-CN"})
    client.force_login(company.owner)
    return client


def test_every_store_gets_one_link_once(company):
    assert create_store_links(scope=EVERYTHING) == 2
    assert create_store_links(scope=EVERYTHING) == 0
    assert set(SpeakLink.objects.values_list("unit__code", flat=True)) == {"s1", "s2"}


def test_links_are_short_readable_and_not_to_be_guessed(company):
    codes = {create_link(company.store.pk, scope=EVERYTHING, touchpoint=f"{n} 号桌").code for n in range(50)}
    assert len(codes) == 50
    assert all(re.fullmatch("[2-9abcdefghjkmnpqrstuvwxyz]{8}", code) for code in codes)


def test_one_place_has_one_link_that_is_on(company):
    first = create_link(company.store.pk, scope=EVERYTHING, touchpoint="收银台")
    with pytest.raises(SpeakLinkExists):
        create_link(company.store.pk, scope=EVERYTHING, touchpoint=" 收银台 ")
    switch_link(first.code, scope=EVERYTHING, is_active=False)
    create_link(company.store.pk, scope=EVERYTHING, touchpoint="收银台")


def test_a_scope_makes_and_switches_its_own_links_only(company, link):
    there = Scope(unit_ids=frozenset({company.other.pk}))
    with pytest.raises(UnitNotFound):
        create_link(company.store.pk, scope=there)
    with pytest.raises(SpeakLinkNotFound):
        switch_link(link.code, scope=there, is_active=False)
    assert create_store_links(scope=there) == 1


def test_making_and_switching_is_audited(company, link):
    switch_link(link.code, scope=EVERYTHING, is_active=False)
    switch_link(link.code, scope=EVERYTHING, is_active=False)
    create_store_links(scope=EVERYTHING)
    actions = AuditEvent.objects.filter(action__startswith="speak_link").values_list("action", flat=True)
    assert sorted(actions) == ["speak_link.created", "speak_link.switched_off", "speak_links.created"]


def test_the_page_lists_links_and_makes_more(boss, link, company):
    page = boss.get(PAGE).content.decode()
    assert "客户在哪里可以对我们说话？" in page
    assert "1 个链接开放中，共收到 0 条反馈。" in page
    assert f"http://testserver/speak/{link.code}/" in page
    assert boss.post(f"{PAGE}stores/").status_code == 302
    assert "已生成 1 个链接。" in boss.get(PAGE).content.decode()
    made = boss.post(PAGE, {"unit": company.other.pk, "touchpoint": "外带窗口"}, follow=True).content.decode()
    assert "外带窗口" in made
    again = boss.post(PAGE, {"unit": company.other.pk, "touchpoint": "外带窗口"})
    assert again.status_code == 422
    assert "这个位置已经有链接了" in again.content.decode()


def test_a_link_is_switched_off_and_on_by_page(boss, client, link):
    boss.post(f"{PAGE}{link.code}/off/")
    assert client.get(f"/speak/{link.code}/").status_code == 404
    assert "已停用" in boss.get(PAGE).content.decode()
    boss.post(f"{PAGE}{link.code}/on/")
    assert client.get(f"/speak/{link.code}/").status_code == 200


def test_units_are_found_by_name(boss, link, company):
    create_store_links(scope=EVERYTHING)
    page = boss.get(PAGE, {"find": "人民"}).content.decode()
    rows = page[page.index("<tbody") :]
    assert "人民广场店" in rows
    assert "南京路店" not in rows


def test_the_list_takes_as_many_queries_for_fifty_links_as_for_one(
    boss, link, company, django_assert_max_num_queries
):
    for n in range(49):
        create_link(company.store.pk, scope=EVERYTHING, touchpoint=f"{n}")
    with django_assert_max_num_queries(16):
        boss.get(PAGE)


def test_sheets_show_name_code_address_and_a_warm_line(boss, link):
    page = boss.get(f"{PAGE}print/").content.decode()
    for words in (
        "听穗茶",
        "南京路店",
        "体验如何？说给我们听。",
        f"http://testserver/speak/{link.code}/",
        "<svg",
    ):
        assert words in page
    assert re.search(r"<style|\sstyle=|<script", page) is None
    assert boss.get(f"{PAGE}print/?code={link.code}").status_code == 200
    assert boss.get(f"{PAGE}print/?code=nothere").status_code == 404


def test_codes_download_as_picture_and_drawing(boss, link):
    png = boss.get(f"{PAGE}{link.code}/qr.png")
    assert png.content.startswith(b"\x89PNG")
    assert "filename*=UTF-8''%E5%8D%97" in png["Content-Disposition"]
    svg = boss.get(f"{PAGE}{link.code}/qr.svg")
    assert ElementTree.fromstring(svg.content).tag.endswith("svg")
    assert boss.get(f"{PAGE}nothere/qr.png").status_code == 404


def test_a_code_is_big_enough_to_print_and_another_for_another_address():
    width = int.from_bytes(png_file("https://voice.example.com/speak/abcdefgh/")[16:20], "big")
    assert 600 <= width <= 900
    assert svg_file("https://voice.example.com/speak/a/") != svg_file("https://voice.example.com/speak/b/")
    assert io.BytesIO(svg_file("https://voice.example.com/")).read(5) == b"<?xml"


def test_addresses_of_this_machine_alone_come_with_a_warning(boss, link, settings):
    assert "ZHIYIN_PUBLIC_URL" not in boss.get(PAGE).content.decode()
    settings.PUBLIC_URL = "http://localhost:8000"
    assert "ZHIYIN_PUBLIC_URL" in boss.get(PAGE).content.decode()
    assert is_only_here("http://127.0.0.1:8000/speak/x/")
    assert not is_only_here("https://voice.example.com/")


@pytest.mark.parametrize("role", [Role.AGENT, Role.MANAGER, Role.FRONTLINE, Role.AUDITOR])
def test_roles_that_manage_no_channels_stay_out(company, link, role):
    account = create_account("other", password="correct horse battery staple")
    grant_role(account, role=role, unit=None if role is Role.AUDITOR else company.store)
    client = Client()
    client.force_login(account)
    for path in (PAGE, f"{PAGE}print/", f"{PAGE}{link.code}/qr.svg"):
        assert client.get(path).status_code == 403
    assert client.post(f"{PAGE}stores/").status_code == 403
