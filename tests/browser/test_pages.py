"""Every page that links lead to: no error, nothing too wide, no barrier; both languages, light and dark."""

from __future__ import annotations

import pytest
from tests.browser.conftest import Open
from tests.browser.crawl import Found, crawl
from tests.browser.looking import AXE, Language
from tests.installation import Installation, Staff

from zhiyin.console.navigation import list_entries
from zhiyin.people.roles import Role

# What no link leads to: one-time links, and what the fruits of a flow are tested with.
_ENTRANCES = ("/sign-in/", "/speak/", "/track/")
# Languages, widths and themes take turns: each pair of them meets once.
LOOKS = [("zh", 1440, False), ("zh", 360, True), ("en", 360, False), ("en", 1440, True)]


@pytest.fixture(scope="session")
def pages(company: Installation, staff: Staff) -> list[Found]:
    """The owner's pages."""
    return crawl(company.url, session=staff.sessions["owner"])


@pytest.fixture(scope="session")
def open_pages(company: Installation) -> list[Found]:
    """The pages of strangers."""
    return crawl(company.url, session=None, start=_ENTRANCES)


def test_links_lead_to_every_page_of_the_menu(pages: list[Found]) -> None:
    assert {entry.url_name for entry in list_entries()} <= {page.name for page in pages}


@pytest.mark.parametrize("role", Role)
def test_no_link_that_a_role_is_shown_is_shut_or_broken(
    company: Installation, staff: Staff, role: Role
) -> None:
    found = crawl(company.url, session=staff.sessions[role.value])
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
    bad: list[str] = []
    with open_as(role, language=language, width=width, is_dark=is_dark, may_inject=True) as looked:
        for page in pages if role else open_pages:
            looked.goto(page.path)
            faults = [*filter(None, [looked.overflow()]), *looked.barriers(), *looked.troubles]
            looked.troubles.clear()
            bad += [f"{page.path} {fault}" for fault in faults]
    assert not bad, "\n".join(bad)
