"""Drivers of a survey file: columns found, code book read, figures as an independent computation has them."""

from pathlib import Path

import msgspec
import numpy as np
import openpyxl
import pytest

from zhiyin.errors import InvalidInput
from zhiyin.insight.drivers.code_book import read_code_book
from zhiyin.insight.drivers.table import Question, explain_table
from zhiyin.insight.drivers.table_files import write_why
from zhiyin.measure.importance_performance import Cross

OUTCOME = "总体满意度"
TELECOM = Path(__file__).parents[4].parent / "shared/data/survey/telecom_voice.csv"


@pytest.fixture
def survey(tmp_path):
    """400 answers: speed moves the outcome most, price a little; the other columns are no ratings."""
    random = np.random.default_rng(1)
    speed, price, taste = random.integers(1, 11, size=(3, 400))
    outcome = np.clip(np.round(0.6 * speed + 0.25 * price + random.normal(1, 1, 400)), 1, 10).astype(int)
    outcome[0], outcome[1] = 1, 10
    lines = ["用户id,总体满意度,上菜速度,价格,味道,是否会员,遇到过问题,说明,时长"]
    for row in range(400):
        member, told = ("是" if row % 2 else "否"), ("慢" if row % 3 else "")
        lines.append(
            f"{row},{outcome[row]},{speed[row]},{price[row]},{taste[row]},"
            f"{member},{row % 2 + 1},{told},{row * 3}"
        )
    path = tmp_path / "survey.csv"
    path.write_text("\n".join(lines), encoding="utf-8-sig")
    return path


def _relative_weights_by_svd(x, y):
    z = (x - x.mean(0)) / np.sqrt(((x - x.mean(0)) ** 2).sum(0))
    outcome = (y - y.mean()) / np.sqrt(((y - y.mean()) ** 2).sum())
    left, _, right = np.linalg.svd(z, full_matrices=False)
    nearest = left @ right
    return ((nearest.T @ z) ** 2).T @ (nearest.T @ outcome) ** 2


def test_ratings_on_the_outcomes_scale_are_found(survey):
    why = explain_table(survey, question=Question(outcome=OUTCOME))
    assert why.is_recognised
    assert {one.column for one in why.attributes} == {"上菜速度", "价格", "味道"}
    assert [one.name for one in why.attributes][:2] == ["上菜速度", "价格"]
    assert why.attributes[0].driver.is_clear
    assert not why.attributes[2].driver.is_clear


def test_named_columns_are_taken_as_they_are(survey):
    why = explain_table(survey, question=Question(outcome=OUTCOME, columns=["价格", "遇到过问题"]))
    assert not why.is_recognised
    assert {one.name for one in why.attributes} == {"价格", "遇到过问题"}


def test_what_matters_and_is_done_badly_comes_first_in_the_map(tmp_path):
    random = np.random.default_rng(2)
    speed, price = random.integers(1, 6, 300), random.integers(6, 11, 300)
    lines = ["o,speed,price", *(f"{min(10, 2 * a)},{a},{b}" for a, b in zip(speed, price, strict=True))]
    path = tmp_path / "s.csv"
    path.write_text("\n".join(lines))
    question = Question(outcome="o", columns=["speed", "price"], cross=Cross.MEDIAN)
    why = explain_table(path, question=question)
    assert {one.name: one.quadrant for one in why.attributes} == {
        "speed": "improve_first",
        "price": "possible_overkill",
    }


def test_a_top_box_is_counted_from_the_best_answer(survey):
    why = explain_table(survey, question=Question(outcome=OUTCOME, is_top_box=True, top_box=1))
    taste = next(one for one in why.attributes if one.name == "味道")
    assert taste.satisfied.value == pytest.approx(0.1, abs=0.04)


@pytest.fixture
def kano_survey(tmp_path):
    """Ratings with gaps coded 99, stated importance, and a pair of Kano questions in words."""
    random = np.random.default_rng(3)
    rows = ["sat,q1,q2,imp1,imp2,wifi_yes,wifi_no"]
    for _ in range(120):
        a, b = random.integers(1, 6, 2)
        pair = ("我很喜欢", "无所谓") if random.random() < 0.8 else ("理应如此", "不喜欢")
        rows.append(
            f"{min(5, a + b // 4)},{a},{b},{random.integers(1, 3)},{random.integers(4, 6)},{','.join(pair)}"
        )
    rows += ["3,99,2,1,5,无所谓,", "4,,2,1,5,,"]
    path = tmp_path / "kano.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    book = tmp_path / "book.csv"
    book.write_text(
        "列,角色,属性,缺失\nsat,结果,,\nq1,属性,速度,99\nq2,属性,价格,\nimp1,重要性,速度,\nimp2,重要性,价格,\n"
        "wifi_yes,正向,无线网络,\nwifi_no,反向,无线网络,\n",
        encoding="utf-8",
    )
    return path, book


def test_a_code_book_names_attributes_importance_gaps_and_pairs(kano_survey):
    path, book = kano_survey
    why = explain_table(path, question=Question(code_book=read_code_book(book)))
    assert (why.outcome, why.result.n, why.result.n_left_out) == ("sat", 120, 2)
    by_name = {one.name: one for one in why.attributes}
    assert by_name["速度"].stated.value < 3 < by_name["价格"].stated.value
    # Derived importance says speed, people say price.
    assert why.attributes[0].name == "速度"
    assert by_name["价格"].stated_quadrant in {"improve_first", "keep_up"}
    (wifi,) = why.kano
    assert (wifi.name, wifi.result.category, wifi.result.n) == ("无线网络", "attractive", 120)


def test_the_answer_is_written_as_table_and_as_document(kano_survey, tmp_path):
    path, book = kano_survey
    why = explain_table(path, question=Question(code_book=read_code_book(book)))
    for suffix in ("csv", "xlsx", "json"):
        assert write_why(why, tmp_path / f"why.{suffix}", headings={"share": "占比"}, name_of=str.upper) == 2
    lines = (tmp_path / "why.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("attribute,column,占比")
    assert len(lines) == 3
    sheets = openpyxl.load_workbook(tmp_path / "why.xlsx")
    assert sheets.sheetnames == ["drivers", "kano"]
    assert sheets["kano"]["H2"].value == "ATTRACTIVE"
    told = msgspec.json.decode((tmp_path / "why.json").read_bytes())
    assert told["attributes"][0]["driver"]["weight"]["value"] == why.attributes[0].driver.weight.value


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (Question(), "No outcome is named"),
        (Question(outcome="没有"), "no column '没有'"),
        (Question(outcome=OUTCOME, columns=["味道", OUTCOME]), "cannot explain itself"),
        (Question(outcome="说明"), "holds no number"),
        (Question(outcome="用户id"), "No other column"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(survey, question, message):
    with pytest.raises(InvalidInput, match=message):
        explain_table(survey, question=question)


@pytest.mark.parametrize(
    ("book", "message"),
    [
        ("column,role\nq1,hero", "needs a column and a role"),
        ("column,role\na,outcome\nb,outcome", "two outcomes"),
        ("column,role,missing\na,attribute,none", "no number"),
    ],
)
def test_a_code_book_tells_which_line_is_wrong(tmp_path, book, message):
    path = tmp_path / "book.csv"
    path.write_text(book)
    with pytest.raises(InvalidInput, match=message):
        read_code_book(path)


@pytest.mark.data
def test_the_operators_survey_is_explained_as_an_independent_computation_says():
    if not TELECOM.exists():
        pytest.skip("shared data are absent")
    why = explain_table(TELECOM, question=Question(outcome="语音通话整体满意度"))
    names = ["网络覆盖与信号强度", "语音通话清晰度", "语音通话稳定性"]
    assert sorted(one.name for one in why.attributes) == sorted(names)
    assert (why.n_rows, why.n_bad, why.result.n) == (4363, 0, 4363)
    duckdb = pytest.importorskip("duckdb")
    columns = ", ".join(f'"{name}"' for name in [*names, "语音通话整体满意度"])
    answers = np.array(duckdb.sql(f"SELECT {columns} FROM read_csv('{TELECOM}')").fetchall(), dtype=float)
    expected = dict(zip(names, _relative_weights_by_svd(answers[:, :3], answers[:, 3]), strict=True))
    for one in why.attributes:
        assert one.driver.weight.value == pytest.approx(expected[one.name], abs=1e-6)
        assert one.driver.shapley.value == pytest.approx(expected[one.name], abs=0.01)
        assert one.driver.weight.low < expected[one.name] < one.driver.weight.high
        assert one.performance.value == pytest.approx(answers[:, names.index(one.name)].mean())
    weights = sum(one.driver.weight.value for one in why.attributes)
    assert weights == pytest.approx(why.result.r_squared.value, abs=1e-9)
    assert why.attributes[0].quadrant == "keep_up"
