"""A served sample company, the browsers that look at it, and what they may not find."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.browser.looking import Looked, look
from tests.installation import Installation, Staff

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
N_STORES, N_DAYS = 12, 60

Open = Callable[..., AbstractContextManager[Looked]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"))


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The sample company, served by `zhiyin up`, with its staff."""
    installation = Installation(tmp_path_factory.mktemp("company") / "home")
    installation.run("sample", "--stores", str(N_STORES), "--days", str(N_DAYS))
    installation.start()
    yield installation
    installation.stop()


@pytest.fixture(scope="session")
def staff(company: Installation) -> Staff:
    """An account of every role of the company."""
    return company.hire()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser a module: its event loop must be gone before tests that run their own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_as(company: Installation, staff: Staff, chromium: Browser) -> Open:
    """`with open_as("manager", width=360) as looked:` a page of a fresh browser, signed in.

    `role=None` is a stranger. What the console complains of lands in `looked.troubles`, which must be
    empty at the end.
    """

    @contextmanager
    def open_one(role: str | None, **how: object) -> Iterator[Looked]:
        session = staff.sessions[role] if role else None
        with look(chromium, address=company.url, session=session, **how) as looked:
            yield looked
        assert looked.troubles == []

    return open_one
