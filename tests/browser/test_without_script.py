"""With JavaScript off: the customer's pages and the main lists work as plain links and forms."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Open

LISTS = ("/", "/voices/", "/units/", "/aspects/", "/cases/", "/jobs/", "/channels/")


@pytest.mark.parametrize("path", LISTS)
def test_a_list_shows_its_rows_or_the_way_to_them(open_as: Open, path: str) -> None:
    with open_as("owner", has_script=False) as owner:
        assert owner.page.goto(owner.address + path).status == 200
        expect(owner.page.locator("h1")).to_be_visible()
        assert len(owner.page.inner_text("main")) > 40
        for link in owner.page.locator("main .lazy a").all():
            address = link.get_attribute("href")
            assert address
            assert owner.page.request.get(owner.address + address).status == 200


def test_voices_are_searched_filtered_and_opened(open_as: Open) -> None:
    with open_as("owner", has_script=False, language="en") as owner:
        owner.page.goto(owner.address + "/voices/?period=all")
        owner.page.fill("#voices-q", "好喝")
        owner.page.locator(".voices-tools button.btn-primary").click()
        assert "q=" in owner.page.url
        assert owner.page.locator(".voice").count() > 0
        owner.page.locator(".voice-link").first.click()
        expect(owner.page).to_have_url(re.compile(r"/voices/[0-9a-f-]{36}/"))
        expect(owner.page.locator(".verbatim").first).to_be_visible()


def test_a_customer_corrects_an_empty_form_and_sends_it(open_as: Open) -> None:
    with open_as(None, has_script=False, width=360) as customer:
        customer.page.goto(customer.address + "/speak/")
        customer.page.locator("main button[type=submit]").click()
        expect(customer.page.locator("[role=alert]")).to_be_visible()
        customer.page.fill("#text", "菜单上的字太小，看不清")
        customer.page.locator("main button[type=submit]").click()
        expect(customer.page.locator("[role=status] h1")).to_be_visible()
