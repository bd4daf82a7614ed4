"""A file from a desk to facts, by page: looked at, taken in, what was refused handed back."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from tests.browser.conftest import Open
from tests.browser.looking import Looked
from tests.installation import Staff

N_GOOD, N_BAD = 40, 3
LONG_MS = 60_000


def _write_reviews(path: Path, *, unit: str) -> None:
    when = "2026-10-02 10:00:00"
    with path.open("w", encoding="gb18030", newline="") as file:
        rows = csv.writer(file)
        # A heading of its own makes each file a source of its own, whose voices are counted alone.
        rows.writerow([f"评论编号（{path.stem}）", "评论时间", "评分", "评论内容", "门店"])
        for n in range(N_GOOD):
            words = f"{path.stem}第{n}单：芋圆软糯，吧台{n}号排队有点久"
            rows.writerow([f"{path.stem}-{n}", when, n % 5 + 1, words, unit])
        for n in range(N_BAD):
            rows.writerow([f"{path.stem}-bad-{n}", "上个月", 3, f"时间写错的第{n}行", unit])


def _import(looked: Looked, path: Path) -> None:
    """From the empty page to the finished job."""
    looked.goto("/import/")
    looked.page.set_input_files("#file", path)
    looked.page.locator("form[data-drop] button[type=submit]").click()
    looked.page.wait_for_url(re.compile(r"/import/[^/]+/"))
    looked.page.locator("button[name=do][value=start]").click()
    looked.page.wait_for_url(re.compile(r"/jobs/import/\d+/"), timeout=LONG_MS)
    looked.page.wait_for_selector("#job a[href*='/voices/']", timeout=LONG_MS)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_file_is_looked_at_taken_in_and_its_bad_rows_come_back(
    open_as: Open, staff: Staff, tmp_path: Path, language: str
) -> None:
    path = tmp_path / f"reviews-{language}.csv"
    _write_reviews(path, unit=staff.store.code)
    with open_as("analyst", language=language) as analyst:
        _import(analyst, path)
        with analyst.page.expect_download() as waiting:
            analyst.page.locator("a[href$='refused.csv']").click()
        refused = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
        assert len(list(csv.DictReader(refused.splitlines()))) == N_BAD
        # What was taken in is understood within seconds; the page of the job says how much still waits.
        link = analyst.page.locator("#job a[href*='/voices/']").first.get_attribute("href")
        assert link
        analyst.find_text(link, f"{N_GOOD}", place=".voices-count")


@pytest.mark.data
def test_a_public_file_is_taken_in_whole(open_as: Open, public_data: Path) -> None:
    path = public_data / "sentiment" / "electronics.csv"
    with open_as("analyst") as analyst:
        _import(analyst, path)
        assert analyst.page.locator("a[href$='refused.csv']").count() == 0
