"""New voices on an open page: soon, without reload, and none of other stores."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Open
from tests.browser.looking import look
from tests.installation import Installation, Staff, serving

SOON = 5.0
_HEAR = (
    "() => { document.body.addEventListener('zhiyin:voices', (event) => { window.heard = event.detail; }); }"
)


def _voice(name: str, text: str, *, unit: str) -> dict[str, object]:
    return {"external_id": name, "text": text, "channel": "review_site", "unit": {"code": unit}}


def test_a_page_hears_of_a_voice_of_its_own_store_alone(
    open_as: Open, company: Installation, staff: Staff
) -> None:
    with open_as("manager") as manager:
        manager.goto("/")
        expect(manager.page.locator("#live-light")).to_have_class(re.compile("live-on"))
        manager.page.evaluate(_HEAR)
        company.send(staff.key, _voice("live-1", "奶茶很好喝，就是排队等太久", unit=staff.elsewhere.code))
        manager.page.wait_for_timeout(2_500)
        assert manager.page.evaluate("window.heard") is None
        ids = company.send(staff.key, _voice("live-2", "店员态度冷淡，杯盖还漏水", unit=staff.store.code))
        manager.wait_until("window.heard", within_seconds=SOON)
        assert manager.page.evaluate("window.heard.newest") == ids
        expect(manager.page.locator("[data-live-count]")).to_have_text("1")


def test_a_page_that_was_hidden_hears_what_it_missed(
    open_as: Open, company: Installation, staff: Staff
) -> None:
    with open_as("manager") as manager:
        manager.goto("/")
        expect(manager.page.locator("#live-light")).to_have_class(re.compile("live-on"))
        manager.page.evaluate(_HEAR)
        _set_hidden(manager.page, True)
        ids = company.send(staff.key, _voice("live-3", "新出的柠檬茶清爽，地方也干净", unit=staff.store.code))
        manager.page.wait_for_timeout(2_500)
        assert manager.page.evaluate("window.heard") is None
        _set_hidden(manager.page, False)
        manager.wait_until("window.heard", within_seconds=SOON)
        assert manager.page.evaluate("window.heard.newest") == ids


def _set_hidden(page: object, is_hidden: bool) -> None:
    # Headless Chromium never hides a page by itself.
    page.evaluate(
        "(hidden) => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });"
        " document.dispatchEvent(new Event('visibilitychange')); }",
        is_hidden,
    )


@pytest.mark.parametrize("commands", [("up",), ("web", "worker")])
def test_streams_work_in_one_process_and_in_two_and_let_them_stop(
    tmp_path, chromium, commands: tuple[str, ...]
) -> None:
    home = tmp_path / "home"
    Installation(home).run("sample", "--stores", "4", "--days", "3")
    staff = Installation(home).hire()
    with (
        serving(home, *commands) as installation,
        look(chromium, address=installation.url, session=staff.sessions["owner"]) as looked,
    ):
        looked.goto("/")
        looked.page.wait_for_selector("#live-light.live-on", state="attached")
        looked.page.evaluate(_HEAR)
        installation.send(staff.key, {"external_id": "new", "text": "好喝"})
        looked.wait_until("window.heard", within_seconds=2 * SOON)
        assert installation.stop() < 8
        looked.page.wait_for_selector("#live-light.live-off", state="attached")
