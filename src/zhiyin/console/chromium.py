"""Pictures and PDF of a page by headless Chromium, where one is installed."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from zhiyin.errors import Unavailable

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
_SECONDS = 60
_MAX_HEIGHT = 6_000
_WIDTH = 720
_HEIGHT = re.compile(r'data-height="(\d{1,6})"')


class NoPicture(Unavailable):
    """The browser failed or took too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """The page as PNG at double density, and as PDF."""

    picture: bytes
    pdf: bytes


def find_browser() -> str:
    """The path of the browser that the settings name or the system has; empty where there is none."""
    wanted: str = settings.CHROMIUM
    return next((path for name in ([wanted] if wanted else _NAMES) if (path := shutil.which(name))), "")


def print_page(html: str, *, browser: str) -> Printed:
    """The page drawn. It is ours and complete: nothing is loaded, no name is resolved. Some five seconds.

    Raises:
        NoPicture: the browser failed.
    """
    with tempfile.TemporaryDirectory(prefix="zhiyin-paper-") as folder:
        place = Path(folder)
        page = place / "page.html"
        page.write_text(html, encoding="utf-8")
        picture, pdf = place / "page.png", place / "page.pdf"
        # One visit prints and tells how high the page is, the next draws it at that height.
        wanted = ["--dump-dom", f"--print-to-pdf={pdf}", "--no-pdf-header-footer"]
        found = _HEIGHT.search(_run(browser, *wanted, page=page, window=(_WIDTH, 800)))
        height = min(int(found[1]) if found else 1_600, _MAX_HEIGHT)
        shot = [f"--screenshot={picture}", "--hide-scrollbars", "--force-device-scale-factor=2"]
        _run(browser, *shot, page=page, window=(_WIDTH, height))
        try:
            return Printed(picture=picture.read_bytes(), pdf=pdf.read_bytes())
        except FileNotFoundError:
            raise NoPicture("The browser wrote no picture.") from None


def print_pdf(html: str, *, browser: str) -> bytes:
    """The page as PDF; as `print_page`, in half the time.

    Raises:
        NoPicture: the browser failed.
    """
    with tempfile.TemporaryDirectory(prefix="zhiyin-paper-") as folder:
        page, pdf = Path(folder) / "page.html", Path(folder) / "page.pdf"
        page.write_text(html, encoding="utf-8")
        _run(browser, f"--print-to-pdf={pdf}", "--no-pdf-header-footer", page=page, window=(_WIDTH, 800))
        try:
            return pdf.read_bytes()
        except FileNotFoundError:
            raise NoPicture("The browser wrote no picture.") from None


def _run(browser: str, *wanted: str, page: Path, window: tuple[int, int]) -> str:
    command = [
        browser,
        "--headless=new",
        "--disable-gpu",
        "--disable-extensions",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--user-data-dir={page.parent / 'profile'}",
        f"--window-size={window[0]},{window[1]}",
        # Chromium's own sandbox does not start as root, as in a container.
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
        *wanted,
        page.as_uri(),
    ]
    # A session of its own, so that its helpers can be ended with it.
    process = subprocess.Popen(  # noqa: S603 - a browser that the installation named, no shell
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    )
    with process:
        try:
            output, _nothing = process.communicate(timeout=_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise NoPicture("The browser took more than a minute to draw a page.") from None
    if process.returncode:
        raise NoPicture(f"The browser ended with {process.returncode}.")
    return output.decode(errors="replace")
