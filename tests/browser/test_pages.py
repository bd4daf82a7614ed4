"""Every page that links lead to: no error, nothing too wide, no barrier; both languages, light and dark."""

from __future__ import annotations

import os

import pytest
from tests.browser.conftest import Open
from tests.browser.looking import AXE, Language
from tests.crawl import Found, crawl, through_server
from tests.installation import Installation, Staff

from zhiyin.console.navigation import list_entries
from zhiyin.people.roles import Role

# What no link leads to: one-time links, and what the fruits of a flow are tested with.
_ENTRANCES = ("/sign-in/", "/speak/", "/track/")
# Every other page takes the first two, the rest the last two: each page is seen in both languages, at
# both widths, light and dark. With `ZHIYIN_TEST_EVERY_LOOK=1` each page takes all four.
LOOKS = [("zh", 1440, False), ("en", 360, True), ("zh", 360, True), ("en", 1440, False)]
EVERY_LOOK = bool(os.environ.get("ZHIYIN_TEST_EVERY_LOOK"))


@pytest.fixture(scope="session")
def pages(company: Installation, staff: Staff) -> list[Found]:
    """The owner's pages."""
    return _crawl(company, session=staff.sessions["owner"])


@pytest.fixture(scope="session")
def open_pages(company: Installation) -> list[Found]:
    """The pages of strangers."""
    return _crawl(company, session=None, start=_ENTRANCES)


def _turn(pages: list[Found], look: int) -> list[Found]:
    """The pages that take this look, by their names, so that it does not change from run to run."""
    by_name = sorted(pages, key=lambda page: page.name)
    return by_name if EVERY_LOOK else by_name[look // 2 :: 2]


def _crawl(company: Installation, *, session: str | None, start: tuple[str, ...] = ("/",)) -> list[Found]:
    client, get = through_server(company.url, session=session)
    with client:
        return crawl(get, start=start)


def test_links_lead_to_every_page_of_the_menu(pages: list[Found]) -> None:
    assert {entry.url_name for entry in list_entries()} <= {page.name for page in pages}


@pytest.mark.parametrize("role", Role)
def test_no_link_that_a_role_is_shown_is_shut_or_broken(
    company: Installation, staff: Staff, role: Role
) -> None:
    found = _crawl(company, session=staff.sessions[role.value])
    assert [f"{page.path} answers {page.status}" for page in found if page.status != 200] == []
    assert found


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed: run `npm ci`")
@pytest.mark.parametrize(("language", "width", "is_dark"), LOOKS)
@pytest.mark.parametrize("role", ["owner", None])
def test_pages_are_whole_and_open_to_all(
    open_as: Open,
    pages: list[Found],
    open_pages: list[Found],
    role: str | None,
    language: Language,
    width: int,
    is_dark: bool,
) -> None:
    bad: dict[str, list[str]] = {}
    with open_as(role, language=language, width=width, is_dark=is_dark, may_inject=True) as looked:
        for page in _turn(pages if role else open_pages, LOOKS.index((language, width, is_dark))):
            looked.goto(page.path)
            for fault in (*filter(None, [looked.overflow()]), *looked.barriers(), *looked.troubles):
                bad.setdefault(fault, []).append(page.path)
            looked.troubles.clear()
    # One fault of the shell stands on every page: it is told once.
    assert not bad, "\n".join(f"{paths[0]} (on {len(paths)} pages): {fault}" for fault, paths in bad.items())
