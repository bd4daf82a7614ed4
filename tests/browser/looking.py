"""One browser page over an installation, and what makes a page bad: errors, overflow, barriers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TIMEOUT_MS = 60_000
HEIGHTS = {360: 740, 1440: 900}
_SESSION = "sessionid"
_LANGUAGES = {"zh": ("zh-CN", "zh-hans"), "en": ("en-US", "en")}

Language = Literal["zh", "en"]

# Lazy parts load when they are seen.
_SCROLL = "window.scrollTo(0, document.body.scrollHeight)"
_IS_QUIET = "document.readyState === 'complete' && !document.querySelector('.htmx-request')"
_LOOK_MS = 50
# Whatever reaches beyond the right edge, but for what scrolls within itself.
_OVERFLOW = """() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide <= 0) return null;
  const out = [...document.body.querySelectorAll("*")].filter((element) =>
    element.getBoundingClientRect().right > document.documentElement.clientWidth + 1);
  const last = out.at(-1);
  return `${wide} px too wide: ${last ? last.outerHTML.slice(0, 120) : "?"}`;
}"""
# The widget that shows the API's description is not ours.
_AXE = """async () => (await axe.run({ exclude: [[".swagger-ui"]] }, { resultTypes: ["violations"] }))
  .violations
  .filter((one) => ["serious", "critical"].includes(one.impact))
  .flatMap((one) => one.nodes.slice(0, 3).map((node) => {
    const why = node.any[0] || node.all[0] || node.none[0];
    return `${one.id}: ${node.html.slice(0, 140)} ${why ? why.message : ""}`;
  }))"""


@dataclass
class Looked:
    """A page that is looked at, and the troubles so far."""

    page: Page
    address: str
    troubles: list[str] = field(default_factory=list)

    def goto(self, path: str) -> int:
        """The status of the page, once it and its parts are there."""
        answer = self.page.goto(self.address + path)
        assert answer is not None
        self.settle()
        return answer.status

    def wait_for_page(self, path: str, *, within_seconds: float = 15.0) -> None:
        """Open the page as soon as it is there: a voice can be read about a second after it came.

        Raises:
            AssertionError: it never is.
        """
        ends = time.monotonic() + within_seconds
        while self.page.request.get(self.address + path).status != 200:
            assert time.monotonic() < ends, f"{path} is not there"
            self.page.wait_for_timeout(10 * _LOOK_MS)
        self.goto(path)

    def find_text(self, path: str, text: str, *, place: str = "main", within_seconds: float = 15.0) -> None:
        """Open the page again and again until it says this in that place.

        Raises:
            AssertionError: it never does.
        """
        ends = time.monotonic() + within_seconds
        self.goto(path)
        while text not in self.page.inner_text(place):
            said = self.page.inner_text(place)[:200]
            assert time.monotonic() < ends, f"{path} does not say {text}: {said}"
            self.page.wait_for_timeout(10 * _LOOK_MS)
            self.goto(path)

    def settle(self) -> None:
        """Wait for what htmx loads, also below the first screen."""
        self.page.evaluate(_SCROLL)
        self.page.wait_for_timeout(100)
        self.wait_until(_IS_QUIET)
        self.page.evaluate("window.scrollTo(0, 0)")

    def wait_until(self, condition: str, *, within_seconds: float = 40.0) -> None:
        """Wait for a condition in JavaScript. Playwright's own way would ask the page to evaluate it, which
        its content policy forbids.

        Raises:
            AssertionError: it does not come true.
        """
        ends = time.monotonic() + within_seconds
        while not self.page.evaluate(f"Boolean({condition})"):
            assert time.monotonic() < ends, f"never true: {condition}"
            self.page.wait_for_timeout(_LOOK_MS)

    def overflow(self) -> str | None:
        """What is wider than the window, None where nothing is."""
        found: str | None = self.page.evaluate(_OVERFLOW)
        return found

    def barriers(self) -> list[str]:
        """What axe finds serious or critical."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found: list[str] = self.page.evaluate(_AXE)
        return found


def _is_trouble(said: ConsoleMessage) -> bool:
    # A form that comes back with its mistakes is no fault of the page.
    return said.type == "error" and "status of 422" not in said.text


@contextmanager
def look(
    browser: Browser,
    *,
    address: str,
    session: str | None = None,
    language: Language = "zh",
    width: int = 1440,
    is_dark: bool = False,
    has_script: bool = True,
    may_inject: bool = False,
) -> Iterator[Looked]:
    """A page of a fresh browser; `may_inject` lifts the content policy in it, for axe alone."""
    locale, cookie = _LANGUAGES[language]
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHTS.get(width, 900)},
        locale=locale,
        timezone_id="Asia/Shanghai",
        color_scheme="dark" if is_dark else "light",
        reduced_motion="reduce",
        java_script_enabled=has_script,
        bypass_csp=may_inject,
    )
    cookies = {"django_language": cookie} | ({_SESSION: session} if session else {})
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    page = context.new_page()
    page.set_default_timeout(TIMEOUT_MS)
    looked = Looked(page=page, address=address)
    page.on("console", lambda said: _is_trouble(said) and looked.troubles.append(said.text))
    page.on("pageerror", lambda error: looked.troubles.append(str(error)))
    yield looked
    context.close()
