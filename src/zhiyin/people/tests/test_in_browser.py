"""The pages as a browser sees them: whole, within the policy, at the width of a telephone and of a desk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from zhiyin.people.queries import has_owner
from zhiyin.people.services.setup import create_setup_token

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
        page.on("console", lambda message: message.type == "error" and troubles.append(message.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        yield page
        browser.close()


def _overflow(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize(
    ("language", "button"), [("zh-CN", "完成设置并登录"), ("en-US", "Set up and sign in")]
)
def test_from_the_link_to_the_api_page_and_back_through_sign_in(live_server, width, language, button):
    link = f"{live_server.url}/setup/{create_setup_token()}/"
    troubles: list[str] = []
    overflows = {}
    with _page(width=width, language=language, troubles=troubles) as page:
        page.goto(link)
        overflows["set up"] = _overflow(page)
        page.fill("[name=company]", "好茶")
        page.fill("[name=username]", "li")
        page.fill("[name=password]", PASSWORD)
        page.fill("[name=password_again]", PASSWORD)
        page.get_by_role("button", name=button).click()
        page.wait_for_selector("#api .opblock, #api .errors-wrapper, #api .loading-container")
        page.wait_for_load_state("networkidle")
        assert page.locator("#api .opblock").count() > 0
        page.locator("#api .opblock-summary").first.click()
        overflows["home"] = _overflow(page)
        assert page.locator(".who").inner_text() == "li"
        page.locator("form[action='/sign-out/'] button").click()
        page.goto(f"{live_server.url}/sign-in/")
        overflows["sign in"] = _overflow(page)
        page.fill("[name=username]", "li")
        page.fill("[name=password]", PASSWORD)
        page.locator("main button").click()
        page.wait_for_selector(".who")
    assert troubles == []
    assert {name: wide for name, wide in overflows.items() if wide > 0} == {}
    assert has_owner()
