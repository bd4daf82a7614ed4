"""Pictures of the sample company for the README: `make screenshots` writes them to `docs/images/`."""

from __future__ import annotations

import base64
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.looking import Language, Looked, look
from tests.installation import ROOT, Installation, Staff

if TYPE_CHECKING:
    from playwright.sync_api import Browser

IMAGES = ROOT / "docs" / "images"
SAMPLE = ("--stores", "150", "--days", "300")
CHROMIUM = "/usr/bin/chromium"
DESK, PHONE = 1440, 360
MAX_BYTES = 300_000
QUALITY = 88
ANSWER = (
    "您好，非常抱歉让您失望了。店长已经核对当天的订单和价格公示，差价今天原路退回；"
    "价格牌明早换成更醒目的，欢迎您再来看看。"
)
REVIEWS = "评论编号,评论时间,评分,门店,评论内容\n" + "".join(
    f"M{n},2026-05-{n % 28 + 1:02} 12:30:00,{stars},{shop},{words}\n"
    for n, (stars, shop, words) in enumerate(
        [
            (5, "S0001", "芋泥奶茶很香，店员还主动帮我换了吸管"),
            (2, "S0002", "等了四十分钟，杯盖还漏了一身"),
            (4, "S0003", "味道不错，就是排队有点久"),
            (1, "S0001", "点的少糖做成全糖，打电话没人接"),
            (5, "S0004", "环境干净，适合坐着看书"),
        ]
        * 8
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One page: its name in file names, its address, and whether a phone shows it, too."""

    name: str
    path: str
    is_public: bool = False
    on_phone: bool = False


def main() -> None:
    """Serve a sample company, look at its pages, write the pictures."""
    from playwright.sync_api import sync_playwright

    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="screenshots-") as folder, sync_playwright() as playwright:
        installation = Installation(Path(folder) / "home")
        installation.run("sample", *SAMPLE)
        staff = installation.hire()
        installation.start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            for picture in list(_prepare(browser, installation, staff, folder=Path(folder))):
                _take(browser, installation, staff, picture)
        finally:
            browser.close()
            installation.stop()


def _prepare(
    browser: Browser, installation: Installation, staff: Staff, *, folder: Path
) -> Iterator[Picture]:
    """Do what the pictures show: an answered case, an uploaded file."""
    with look(browser, address=installation.url, session=staff.sessions["owner"]) as looked:
        yield Picture(name="home", path="/", on_phone=True)
        yield Picture(name="voices", path="/voices/", on_phone=True)
        yield Picture(name="units", path="/units/")
        looked.goto("/aspects/")
        yield Picture(name="aspect", path=_first_link(looked, "main a[href*='/aspects/']"))
        looked.goto("/voices/?urgency=2&period=all")
        voice = _first_link(looked, "a.voice-link")
        yield Picture(name="voice", path=voice)
        case, customer = _answer(looked, voice)
        yield Picture(name="case", path=case, on_phone=True)
        yield Picture(name="customer", path=customer, is_public=True, on_phone=True)
        yield Picture(name="import", path=_upload(looked, folder / "reviews.csv"))


def _first_link(looked: Looked, selector: str) -> str:
    for link in looked.page.locator(selector).all():
        address = link.get_attribute("href") or ""
        if re.match(r"/(aspects|voices)/[^/?]+/", address):
            return address
    raise LookupError(f"no link: {selector}")


def _answer(looked: Looked, voice: str) -> tuple[str, str]:
    """Open a case from the voice and answer it; addresses of the case and of the customer's page."""
    looked.goto(voice)
    looked.page.locator("form[action*='/case/'] button").first.click()
    looked.page.fill("[name=phone]", "13800001234")
    looked.page.locator("form.case-side button.btn-primary").click()
    looked.page.wait_for_url(re.compile(r"/cases/[^/]+/"))
    looked.page.fill("#note-text", "店长已致电致歉，差价已提交退款。")
    looked.page.locator("form[action$='/note/'] button").click()
    looked.settle()
    looked.page.fill("#answer-text", ANSWER)
    looked.page.locator("#answer button[value=send]").click()
    looked.page.get_by_text(ANSWER[:12]).first.wait_for()
    customer = looked.page.locator("#customer-link").input_value()
    return looked.page.url.removeprefix(looked.address), re.sub(r"^https?://[^/]+", "", customer)


def _upload(looked: Looked, path: Path) -> str:
    """Upload a file; the address of its preview."""
    path.write_text(REVIEWS, encoding="utf-8")
    looked.goto("/import/")
    looked.page.set_input_files("#file", path)
    looked.page.locator("form[data-drop] button[type=submit]").click()
    looked.page.wait_for_url(re.compile(r"/import/[^/]+/"))
    return looked.page.url.removeprefix(looked.address)


def _take(browser: Browser, installation: Installation, staff: Staff, picture: Picture) -> None:
    languages: tuple[Language, ...] = ("zh", "en")
    for language in languages:
        for width in (DESK, PHONE) if picture.on_phone else (DESK,):
            session = None if picture.is_public else staff.sessions["owner"]
            with look(
                browser, address=installation.url, session=session, language=language, width=width
            ) as looked:
                looked.goto(picture.path)
                looked.page.wait_for_timeout(800)  # charts are drawn
                size = "phone" if width == PHONE else "desk"
                _write(looked, IMAGES / f"{picture.name}-{language}-{size}.webp")


def _write(looked: Looked, path: Path) -> None:
    session = looked.page.context.new_cdp_session(looked.page)
    shot = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    content = base64.b64decode(shot["data"])
    if len(content) > MAX_BYTES:
        raise ValueError(f"{path.name} has {len(content)} bytes, more than {MAX_BYTES}.")
    path.write_bytes(content)
    print(f"{path.relative_to(ROOT)}  {len(content) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
