"""Rules of the whole test suite: where state goes, what may be skipped."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

# Before Django reads its settings: tests never touch a home of a person.
if "ZHIYIN_HOME" not in os.environ or "PYTEST_XDIST_WORKER" in os.environ:
    os.environ["ZHIYIN_HOME"] = tempfile.mkdtemp(prefix="zhiyin-test-")

pytest_plugins = ["tests.chat_server", "tests.mail_server"]
PUBLIC_DATA = Path(__file__).parent.parent / "shared" / "data"


@pytest.fixture(scope="session")
def public_data() -> Path:
    """Folder of the public data sets; skips where it is absent."""
    if not PUBLIC_DATA.is_dir():
        pytest.skip(f"the public data sets are not at {PUBLIC_DATA.name}/ beside the repository")
    return PUBLIC_DATA


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> object:
    """Where everything is installed (`ZHIYIN_TEST_NO_SKIP=1`), a skip is a failure."""
    report = yield
    is_skip = report.skipped and not hasattr(report, "wasxfail")
    if is_skip and os.environ.get("ZHIYIN_TEST_NO_SKIP"):
        report.outcome = "failed"
        report.longrepr = f"skipped, where nothing may skip: {report.longrepr[2]}"
    return report
