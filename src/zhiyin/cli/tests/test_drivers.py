"""`zhiyin drivers` from a file to the answer."""

import json

import pytest


@pytest.fixture
def survey(tmp_path):
    rows = [f"{min(5, 1 + row % 5)},{1 + row % 5},{1 + row * 7 % 5},{row}" for row in range(60)]
    path = tmp_path / "survey.csv"
    path.write_text("总体,速度,价格,编号\n" + "\n".join(rows), encoding="utf-8")
    return path


def test_the_answer_is_a_sentence_with_figures_and_a_table(zhiyin, survey):
    told = zhiyin("drivers", str(survey), "--outcome", "总体", "--of", "速度", "--of", "价格")
    assert told.returncode == 0, told.stderr
    out = told.stdout.decode()
    assert "2 attributes explain 100.0%" in out
    assert "heaviest is “速度”" in out.replace("\n", " ")


def test_json_holds_the_figures_and_a_file_the_table(zhiyin, survey, tmp_path):
    told = zhiyin("drivers", str(survey), "--outcome", "总体", "--json", "--output", "why.csv")
    why = json.loads(told.stdout)
    assert why["is_recognised"]
    total = sum(one["driver"]["weight"]["value"] for one in why["attributes"])
    assert total == pytest.approx(why["result"]["r_squared"]["value"], abs=1e-9)
    assert (tmp_path / "why.csv").read_text(encoding="utf-8-sig").count("\n") == 3


def test_a_wrong_column_is_told_in_chinese_with_those_that_are_there(zhiyin, survey):
    told = zhiyin("drivers", str(survey), "--outcome", "没有", ZHIYIN_LANGUAGE="zh")
    assert told.returncode == 3
    assert "文件里没有“没有”列。现有的列：总体, 速度, 价格, 编号。" in told.stderr.decode()


def test_a_wrong_ending_is_refused_before_the_file_is_read(zhiyin):
    told = zhiyin("drivers", "missing.csv", "--outcome", "x", "--output", "why.pdf")
    assert told.returncode == 3
    assert "cannot end in '.pdf'" in told.stderr.decode()
