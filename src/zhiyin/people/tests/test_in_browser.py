"""The pages as a browser sees them: whole, within the policy, at the width of a telephone and of a desk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from zhiyin.people.queries import has_owner
from zhiyin.people.roles import Role
from zhiyin.people.services.setup import create_setup_token

PAGES = (
    "/account/", "/settings/units/", "/settings/units/new/", "/settings/units/sheet/", "/settings/people/",
    "/settings/people/new/", "/settings/keys/", "/settings/keys/new/", "/settings/audit/",
)  # fmt: skip
PASSWORD = "correct horse battery staple"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


@contextmanager
def _page(*, width: int, language: str, troubles: list[str]) -> Iterator[object]:
    """A page of a fresh browser; what its console complains of lands in `troubles`."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": width, "height": 800}, locale=language).new_page()
        page.on("console", lambda message: message.type == "error" and troubles.append(_told(message)))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        yield page
        browser.close()


def _told(message) -> str:
    return f"{message.text} {message.location.get('url', '')}"


def _overflow(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize(
    ("language", "button"), [("zh-CN", "完成设置并登录"), ("en-US", "Set up and sign in")]
)
def test_from_the_link_to_the_settings_and_back_through_sign_in(live_server, width, language, button):
    link = f"{live_server.url}/setup/{create_setup_token()}/"
    troubles: list[str] = []
    overflows = {}
    with _page(width=width, language=language, troubles=troubles) as page:
        page.goto(f"{live_server.url}/sign-in/")
        overflows["no owner yet"] = _overflow(page)
        page.goto(link)
        overflows["set up"] = _overflow(page)
        page.fill("[name=company]", "好茶")
        page.fill("[name=username]", "li")
        page.fill("[name=password]", PASSWORD)
        page.fill("[name=password_again]", PASSWORD)
        page.get_by_role("button", name=button).click()
        page.wait_for_url(f"{live_server.url}/")
        for path in PAGES:
            page.goto(live_server.url + path)
            overflows[path] = _overflow(page)
        page.locator("details.menu summary", has=page.locator(".avatar")).click()
        page.locator("form[action='/sign-out/'] button").click()
        page.wait_for_url(f"{live_server.url}/sign-in/")
        overflows["sign in"] = _overflow(page)
        page.fill("[name=username]", "li")
        page.fill("[name=password]", PASSWORD)
        page.locator("main form [type=submit]").click()
        page.wait_for_url(f"{live_server.url}/")
    # The test server has no live stream; that one is looked at elsewhere.
    assert [trouble for trouble in troubles if "/live/" not in trouble] == []
    assert {name: wide for name, wide in overflows.items() if wide > 0} == {}
    assert has_owner()


def test_a_branch_opens_a_unit_is_suggested_and_a_move_undone(live_server, tree, make_account):
    make_account("owner", role=Role.OWNER)
    with _page(width=1440, language="zh-CN", troubles=[]) as page:
        page.goto(f"{live_server.url}/sign-in/")
        page.fill("[name=username]", "owner")
        page.fill("[name=password]", PASSWORD)
        page.locator("main form [type=submit]").click()
        page.goto(f"{live_server.url}/settings/units/")
        page.locator(f"#unit-{tree.north.pk} .tree-toggle").first.click()
        page.get_by_role("link", name="一店").click()
        page.locator("[name=move_form-unit]").press_sequentially("华南", delay=30)
        option = page.locator("#unit-options option[value^='华南']")
        option.wait_for(state="attached")
        page.fill("[name=move_form-unit]", option.get_attribute("value"))
        page.get_by_role("button", name="移动").click()
        page.locator(".crumbs", has_text="华南").wait_for()
        page.get_by_role("button", name="撤销").click()
        page.wait_for_load_state()
    tree.store_1.refresh_from_db()
    assert tree.store_1.parent_id == tree.north.pk
