"""A store manager sees the store and nothing of others: pages, search, export; `test_live` has the stream."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from tests.browser.conftest import Open
from tests.browser.looking import Looked
from tests.installation import Installation, Staff

# The same rare words said at both stores, so that a search would find both.
WORDS = "琉璃盏里浮着半片枫叶"


@pytest.fixture(scope="module")
def said(company: Installation, staff: Staff) -> tuple[str, str]:
    """Ids of a voice of the manager's store and of one elsewhere, once both are facts."""
    own, other = (
        company.send(
            staff.key,
            {"external_id": f"scope-{unit.code}", "text": f"{WORDS}，{extra}", "unit": {"code": unit.code}},
        )[0]
        for unit, extra in ((staff.store, "味道清甜"), (staff.elsewhere, "服务员迟迟不来收桌子"))
    )
    return own, other


def _wait(looked: Looked, *ids: str) -> None:
    for id_ in ids:
        looked.wait_for_page(f"/voices/{id_}/")


def test_search_and_pages_hold_the_own_store_alone(
    open_as: Open, staff: Staff, said: tuple[str, str]
) -> None:
    own, other = said
    with open_as("owner") as owner:
        _wait(owner, own, other)
        owner.goto(f"/voices/?q={WORDS[:2]}&period=all")
        assert owner.page.locator(f"#v-{own}, #v-{other}").count() == 2
    with open_as("manager") as manager:
        manager.goto(f"/voices/?q={WORDS[:2]}&period=all")
        assert manager.page.locator(".voice").count() == 1
        assert manager.page.locator(f"#v-{own}").count() == 1
        answer = manager.page.request.get(f"{manager.address}/voices/{other}/")
        assert answer.status == 404
        for path in ("/", "/voices/?period=all", f"/voices/?period=all&unit={staff.elsewhere.code}"):
            manager.goto(path)
            assert staff.elsewhere.name not in manager.page.inner_text("body")


def test_an_export_holds_the_own_store_alone(open_as: Open, staff: Staff, said: tuple[str, str]) -> None:
    own, other = said
    with open_as("owner") as owner:
        _wait(owner, own, other)
    with open_as("manager") as manager:
        manager.goto("/voices/?period=all")
        with manager.page.expect_download() as waiting:
            manager.page.evaluate("document.querySelector('a[href*=\"format=csv\"]').click()")
        text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
        assert own in text
        assert other not in text
        assert len(list(csv.reader(text.splitlines()))) > 2


def test_cases_of_other_stores_are_not_there(open_as: Open) -> None:
    with open_as("owner") as owner, open_as("manager") as manager:
        owner.goto("/cases/?view=open")
        manager.goto("/cases/?view=open")
        for path in _case_links(owner) - _case_links(manager):
            assert manager.page.request.get(manager.address + path).status == 404


def _case_links(looked: Looked) -> set[str]:
    links = looked.page.locator("td.case-name a")
    return set(links.evaluate_all("links => links.map((link) => link.getAttribute('href'))"))
