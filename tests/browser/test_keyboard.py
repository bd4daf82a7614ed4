"""With the keyboard alone: skip, search, walk a list, open a voice, open a case, answer it."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect
from tests.browser.conftest import Open
from tests.installation import Installation, Staff

MANY_TABS = 120
_IS_HERE = "(row) => row.contains(document.activeElement)"


def _focused(page: Page) -> str:
    found: str = page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
    return found


def _tab_to(page: Page, selector: str) -> None:
    for _ in range(MANY_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"no Tab leads to {selector}; the last was {_focused(page)}")


def test_a_list_is_searched_and_walked_and_a_voice_opened(open_as: Open) -> None:
    with open_as("owner") as owner:
        owner.goto("/voices/?period=all")
        page = owner.page
        page.keyboard.press("Tab")
        assert "skip" in _focused(page)  # the first stop leads past the menu
        page.keyboard.press("/")
        page.keyboard.type("好喝")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"q=%E5%A5%BD%E5%96%9D"))
        owner.goto("/voices/?period=all")
        first, second = page.locator("[data-row]").all()[:2]
        page.keyboard.press("j")
        page.keyboard.press("j")
        assert second.evaluate(_IS_HERE)
        page.keyboard.press("k")
        assert first.evaluate(_IS_HERE)
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/voices/[0-9a-f-]{36}/"))


def test_a_case_is_opened_and_answered(open_as: Open, company: Installation, staff: Staff) -> None:
    (feedback_id,) = company.send(
        staff.key,
        {
            "external_id": "keys",
            "text": "冰箱里的牛奶过期三天还在用，要求退款",
            "unit": {"code": staff.store.code},
        },
    )
    with open_as("agent") as agent:
        agent.wait_for_page(f"/voices/{feedback_id}/")
        page = agent.page
        case = f"/voices/{feedback_id}/case/"
        _tab_to(page, f"form[action*='{case}'] button")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(re.escape(case)))
        agent.settle()
        _tab_to(page, "form.case-side button.btn-primary")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/cases/[^/]+/"))
        agent.settle()
        page.keyboard.press("e")
        assert page.evaluate("document.activeElement.id") == "answer-text"
        page.keyboard.type("已退款，并重新检查了冰箱。")
        _tab_to(page, "#answer button[value=send]")
        page.keyboard.press("Enter")
        expect(page.locator(".case-story")).to_contain_text("已退款，并重新检查了冰箱。")


def test_keys_are_told_and_closed_again(open_as: Open) -> None:
    with open_as("owner") as owner:
        owner.goto("/voices/")
        owner.page.keyboard.press("?")
        expect(owner.page.locator("dialog[open]")).to_be_visible()
        owner.page.keyboard.press("Escape")
        expect(owner.page.locator("dialog[open]")).to_have_count(0)
        owner.page.keyboard.press("Control+k")
        expect(owner.page.locator("dialog[open] input")).to_be_focused()
        owner.page.keyboard.press("Escape")
