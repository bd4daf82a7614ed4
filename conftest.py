"""Rules of the whole test suite: where state goes, what may be skipped."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

# Before Django reads its settings: tests never touch a home of a person.
if "ZHIYIN_HOME" not in os.environ or "PYTEST_XDIST_WORKER" in os.environ:
    os.environ["ZHIYIN_HOME"] = tempfile.mkdtemp(prefix="zhiyin-test-")

pytest_plugins = ["tests.chat_server", "tests.homes", "tests.mail_server", "tests.warm_processes"]
PUBLIC_DATA = Path(__file__).parent.parent / "shared" / "data"


@pytest.fixture(scope="session")
def public_data() -> Path:
    """Folder of the public data sets; skips where it is absent."""
    if not PUBLIC_DATA.is_dir():
        pytest.skip(f"the public data sets are not at {PUBLIC_DATA.name}/ beside the repository")
    return PUBLIC_DATA


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Files that take minutes come first, so that no process is left with one of them at the end.

    A file stays together. Where the suite runs once more on PostgreSQL, what never asks the
    database is left out: it was run already.
    """
    if os.environ.get("ZHIYIN_DATABASE_URL"):
        unasked = [item for item in items if not _asks_the_database(item)]
        config.hook.pytest_deselected(items=unasked)
        items[:] = [item for item in items if _asks_the_database(item)]
    ranks: dict[Path, int] = {}
    for item in items:
        marked = [n for n, name in enumerate(_TAKES_LONG) if item.get_closest_marker(name)]
        ranks[item.path] = min([ranks.get(item.path, len(_TAKES_LONG)), *marked])
    items.sort(key=lambda item: ranks[item.path])


_TAKES_LONG = ("browser", "slow")
_DATABASE_FIXTURES = frozenset({"db", "transactional_db", "django_db_setup", "client", "admin_client"})


def _asks_the_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("django_db") or item.get_closest_marker("postgres"):
        return True
    return not _DATABASE_FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> object:
    """Where everything is installed (`ZHIYIN_TEST_NO_SKIP=1`), a skip is a failure."""
    report = yield
    is_skip = report.skipped and not hasattr(report, "wasxfail")
    if is_skip and os.environ.get("ZHIYIN_TEST_NO_SKIP"):
        report.outcome = "failed"
        report.longrepr = f"skipped, where nothing may skip: {report.longrepr[2]}"
    return report
