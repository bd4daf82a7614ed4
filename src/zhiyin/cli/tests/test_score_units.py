"""`zhiyin score-units`: scores of units from reviews alone."""

from __future__ import annotations

import csv
import io
import random

COLUMNS = ["unit", "n", "overall", "service", "location", "facilities", "hygiene", "value"]
PRAISE = [
    "房间干净，服务员热情，位置好，性价比高",
    "第次来了，前台耐心，早餐丰盛，很满意",
    "景色壮观，值得一去",
]
BLAME = [
    "房间脏，有蟑螂，前台冷漠，太贵了",
    "第次失望，排队很久，设施陈旧，再也不来",
    "床单发黄，不隔音，位置偏僻",
]
SIGNS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"  # say nothing, and keep texts from being copies


def _reviews(path, *, n_of_unit, name="hotel_id"):
    rows = [(name, "date", "text")]
    chance = random.Random(f"{n_of_unit}")
    for unit, (n, blamed_of_six) in n_of_unit.items():
        for number in range(n):
            forms = BLAME if number % 6 < blamed_of_six else PRAISE
            tail = "".join(chance.choices(SIGNS, k=24))
            rows.append((unit, f"2026-03-{number % 28 + 1:02d}", f"{forms[number % 3]}，{tail}"))
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)


def _table(text):
    return {row["unit"]: row for row in csv.DictReader(io.StringIO(text))}


def test_each_unit_of_the_file_gets_its_scores(zhiyin, tmp_path):
    _reviews(tmp_path / "r.csv", n_of_unit={"A9": (60, 0), "A10": (60, 3), "A2": (60, 6)})
    result = zhiyin("score-units", "r.csv", "--taxonomy", "hotels_sights", "--output", "scores.csv")
    assert result.returncode == 0, result.stderr.decode()
    written = (tmp_path / "scores.csv").read_text(encoding="utf-8")
    assert written.splitlines()[0].split(",") == COLUMNS
    found = _table(written)
    assert list(found) == ["A2", "A9", "A10"]  # by number
    for column in COLUMNS[2:]:
        scores = [float(found[unit][column]) for unit in ("A9", "A10", "A2")]
        assert all(0 <= score <= 5 for score in scores)
        assert scores == sorted(scores, reverse=True), column


def test_copies_and_rows_off_the_subject_do_not_count(zhiyin, tmp_path):
    _reviews(tmp_path / "r.csv", n_of_unit={"A1": (30, 0), "A2": (30, 3)})
    first = (tmp_path / "r.csv").read_text(encoding="utf-8").splitlines()[1].split(",", 2)[2]
    with (tmp_path / "r.csv").open("a", encoding="utf-8") as stream:
        stream.write(f"A2,2026-04-02,{first}！\n" * 9)
        stream.write("A2,2026-04-01,此用户没有填写评价内容\n" * 5)
    result = zhiyin("score-units", "r.csv")
    found = _table(result.stdout.decode())
    assert (found["A1"]["n"], found["A2"]["n"]) == ("30", "30")
    assert b"14 left out" in result.stderr


def test_columns_may_be_named(zhiyin, tmp_path):
    _reviews(tmp_path / "r.csv", n_of_unit={"甲": (20, 0), "乙": (20, 5)}, name="哪家")
    refused = zhiyin("score-units", "r.csv", ZHIYIN_LANGUAGE="zh")
    assert refused.returncode == 3
    assert "没有一列说明" in refused.stderr.decode()
    assert b"--unit-column" in refused.stderr
    found = _table(
        zhiyin("score-units", "r.csv", "--unit-column", "哪家", "--text-column", "text").stdout.decode()
    )
    assert set(found) == {"甲", "乙"}


def test_without_a_file_the_facts_of_the_lake_are_scored(zhiyin, tmp_path):
    _reviews(tmp_path / "r.csv", n_of_unit={"A1": (20, 0), "A2": (20, 5)})
    imported = zhiyin("import", "r.csv", ZHIYIN_TAXONOMY="hotels_sights")
    assert imported.returncode in {0, 8}, imported.stderr.decode()
    result = zhiyin("score-units", ZHIYIN_TAXONOMY="hotels_sights")
    assert result.returncode == 0, result.stderr.decode()
    found = _table(result.stdout.decode())
    assert len(found) == 2
    assert found["A1"]["n"] == "20"
    assert float(found["A1"]["hygiene"]) > float(found["A2"]["hygiene"])
    assert zhiyin("score-units", "--taxonomy", "general").returncode == 3


def test_an_output_that_cannot_be_written_is_told(zhiyin, tmp_path):
    _reviews(tmp_path / "r.csv", n_of_unit={"A1": (5, 0)})
    result = zhiyin("score-units", "r.csv", "--output", "gone/scores.csv")
    assert result.returncode == 3
    assert b"cannot be written" in result.stderr
