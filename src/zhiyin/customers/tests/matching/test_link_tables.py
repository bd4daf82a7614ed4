"""Tables of people: columns recognised, records of one person found, others kept apart."""

from __future__ import annotations

import csv
import random
import re
from collections import Counter
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from zhiyin.customers.matching.blocking import choose_rules, widest
from zhiyin.customers.matching.clusters import Edges, cluster
from zhiyin.customers.matching.files import Request, link_files
from zhiyin.customers.matching.kinds import Column, Kind
from zhiyin.customers.matching.link import Source, find_people
from zhiyin.customers.matching.normal import day, phone
from zhiyin.customers.matching.prepare import prepare
from zhiyin.customers.matching.recognise import recognise
from zhiyin.customers.matching.wording import reason
from zhiyin.errors import InvalidInput

DATA = Path(__file__).resolve().parents[6] / "shared" / "data" / "identity"
_FAMILY = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林罗高"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰涛明超霞平刚桂英华建国文辉力健永红梅兰凤琴玉萍"
_STREETS = ("中山路", "人民路", "解放路", "建设路", "和平路", "新华路", "长江路", "文化路")


def _kinds(**columns: list[str]) -> dict[str, Kind]:
    return {column.name: column.kind for column in recognise(pa.table(columns))}


def _people(n: int, *, seed: int = 7) -> list[dict[str, str]]:
    """Chinese members, each twice: the second time with a wrong digit, another sign of the same sound, …"""
    dice = random.Random(seed)
    rows = []
    for person in range(n):
        given = "".join(dice.sample(_GIVEN, 2))
        row = {
            "编号": f"{person}-1",
            "姓名": dice.choice(_FAMILY) + given,
            "手机号": "13" + "".join(dice.choices("0123456789", k=9)),
            "生日": f"{dice.randint(1955, 2004)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}",
            "地址": f"{dice.choice(_STREETS)}{dice.randint(1, 400)}号",
        }
        again = {**row, "编号": f"{person}-2"}
        spoiled = dice.choice(("手机号", "生日", "地址", "姓名"))
        if spoiled == "手机号":
            again[spoiled] = row[spoiled][:-1] + str((int(row[spoiled][-1]) + 1) % 10)
        elif spoiled == "姓名":
            again[spoiled] = row[spoiled][0] + "先生"
        else:
            again[spoiled] = ""
        rows += [row, again]
    dice.shuffle(rows)
    return rows


def _table(rows: list[dict[str, str]]) -> Source:
    table = pa.table({name: [row[name] or None for row in rows] for name in rows[0]})
    return Source(table=table, columns=recognise(table))


def _f1(persons: list[int], truth: list[str]) -> float:
    both = Counter(zip(persons, truth, strict=True))
    found, true = Counter(persons), Counter(truth)
    n_right, n_found, n_true = (sum(n * (n - 1) // 2 for n in c.values()) for c in (both, found, true))
    return 2 * n_right / (n_found + n_true)


def test_headings_in_both_languages_name_the_columns() -> None:
    kinds = _kinds(
        编号=["a1", "a2", "a3"],
        姓名=["王芳", "李静", "张伟"],
        手机=["13912345678", "13812345679", "13712345670"],
        given_name=["ann", "bob", "carl"],
        date_of_birth=["1990-01-02", "1991-02-03", "1992-03-04"],
    )
    assert kinds == {
        "编号": Kind.ID,
        "姓名": Kind.FULL_NAME,
        "手机": Kind.PHONE,
        "given_name": Kind.GIVEN,
        "date_of_birth": Kind.BIRTH,
    }


def test_content_wins_over_a_heading_that_it_belies() -> None:
    kinds = _kinds(phone=["ann@example.com", "bob@example.com"], a=["1990-01-02", "1991-02-03"])
    assert kinds == {"phone": Kind.EMAIL, "a": Kind.BIRTH}


def test_a_column_of_truth_is_never_compared() -> None:
    groups = [f"Q{n // 3}" for n in range(300)]
    rows = [f"Q{n // 3}-{n % 3}" for n in range(300)]
    kinds = _kinds(unique_id=rows, cluster=groups, who=groups, name=["ann lee"] * 300)
    assert kinds["unique_id"] is Kind.ID
    assert kinds["cluster"] is Kind.IGNORED
    assert kinds["who"] is Kind.IGNORED


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("1990-3-4", "19900304"),
        ("1990年3月4日", "19900304"),
        ("19900304.0", "19900304"),
        ("1858-85-19", "18588519"),
        ("unknown", None),
        ("90", None),
    ],
)
def test_dates_however_written_have_one_form(text: str, form: str | None) -> None:
    assert day(text) == form


def test_a_phone_loses_signs_and_the_code_of_china() -> None:
    assert phone("+86 139-1234-5678") == phone("13912345678") == "13912345678"


def test_chinese_members_entered_twice_with_errors_are_found() -> None:
    rows = _people(400)
    found = find_people([_table(rows)])
    assert _f1(found.person.tolist(), [row["编号"].split("-")[0] for row in rows]) >= 0.95


def test_the_same_table_gives_the_same_people_and_common_purchases_speak_for_one() -> None:
    rows = _people(150)
    source = _with_purchases(_table(rows), persons=[row["编号"].split("-")[0] for row in rows])
    first, second = find_people([source]), find_people([source])
    assert first.person.tolist() == second.person.tolist()
    scored = first.scored
    together = scored.agreements["bought_1"] == scored.levels["bought_1"].index("together")
    assert together.sum() >= 60
    assert (scored.parts["bought_1"][together] > 1).all()
    assert "同店、同额" in reason("bought_1", "together", 6.6, "zh")


def _with_purchases(source: Source, *, persons: list[str]) -> Source:
    """Every second person's two records name a purchase that both have, beside one of each."""
    words = [f"{n} {100 + int(one)}" if int(one) % 2 else None for n, one in enumerate(persons, start=1000)]
    table = source.table.append_column("bought", pa.array(words, pa.string()))
    return Source(table=table, columns=[*source.columns, Column(name="bought", kind=Kind.BOUGHT)])


def test_one_bridge_does_not_make_two_groups_one() -> None:
    left = [0, 0, 1, 3, 3, 4, 2]
    right = [1, 2, 2, 4, 5, 5, 3]
    edges = Edges(left=np.array(left), right=np.array(right), weight=np.array([9.0] * 6 + [2.0]))
    people = cluster(edges, n_rows=7, least=0.0)
    assert people[0] == people[1] == people[2]
    assert people[3] == people[4] == people[5]
    assert len({int(people[0]), int(people[3]), int(people[6])}) == 3


def test_a_group_whose_pairs_all_join_stays_whole_and_one_with_a_bad_pair_does_not() -> None:
    left, right = [0, 0, 1, 3, 3, 4, 6, 6, 7], [1, 2, 2, 4, 5, 5, 7, 8, 8]
    weight = [9.0, -2.0, 1.0, 9.0, -9.0, -0.5, 9.0, 9.0, 9.0]
    edges = Edges(left=np.array(left), right=np.array(right), weight=np.array(weight))
    people = cluster(edges, n_rows=9, least=-1.0)
    assert people[0] == people[1] == people[2]
    assert people[3] == people[4] != people[5]
    assert people[6] == people[7] == people[8]
    assert len(set(people.tolist())) == 4


def test_the_widest_rules_over_numbers_choose_the_pairs_that_all_rules_choose() -> None:
    source = _table(_people(300))
    prepared = prepare(source.table, columns=source.columns, sides=["a"] * source.table.num_rows)
    with duckdb.connect() as connection:
        connection.register("prepared", prepared.table)
        connection.execute("create table people as select * from prepared")
        rules = choose_rules(connection, table="people", fields=prepared.fields, n_rows=len(prepared.table))
        wide = widest(rules)

        def pairs(conditions: list[str]) -> set[tuple[int, int]]:
            found: set[tuple[int, int]] = set()
            for condition in conditions:
                found |= set(
                    connection.execute(
                        "select l.unique_id, r.unique_id from people l join people r "
                        f"on {condition} where l.unique_id < r.unique_id"
                    ).fetchall()
                )
            return found

        assert 0 < len(wide) < len(rules)
        assert pairs([rule.columns_sql for rule in wide]) == pairs([rule.sql for rule in rules])


def test_files_become_pairs_with_evidence_and_a_report(tmp_path: Path) -> None:
    rows = _people(120)
    members, pairs = tmp_path / "members.csv", tmp_path / "pairs.csv"
    with members.open("w", encoding="gb18030", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    request = Request(
        files=[members],
        output=pairs,
        configuration=None,
        threshold=None,
        reviewed=None,
        report=tmp_path / "report.html",
        language="zh",
    )
    summary = link_files(request)
    with pairs.open(encoding="utf-8") as stream:
        written = list(csv.DictReader(stream))
    assert len(written) == summary.n_pairs > 100
    right = [p for p in written if p["left_id"].split("-")[0] == p["right_id"].split("-")[0]]
    assert len(right) >= 0.95 * len(written)
    assert "手机号" in " ".join(p["evidence"] for p in written)
    assert "polyline" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_table_that_tells_nothing_of_people_is_refused() -> None:
    table = pa.table({"id": ["1", "2"], "cluster": ["a", "b"]})
    with pytest.raises(InvalidInput, match="Fewer than two columns"):
        find_people([Source(table=table, columns=recognise(table))])


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize(
    ("names", "least"),
    [(["historical"], 0.93), (["febrl_1"], 0.97), (["febrl_2"], 0.97), (["febrl_4a", "febrl_4b"], 0.97)],
)
def test_public_tables_of_persons_are_linked_without_their_truth(names: list[str], least: float) -> None:
    if not DATA.is_dir():
        pytest.skip("the public data is not beside the repository")
    from zhiyin.customers.matching.reading import read_source

    sources = [read_source(DATA / f"{name}.csv") for name in names]
    truth = [value for source in sources for value in _truth(source)]
    found = find_people(sources)
    persons = found.person.tolist()
    if len(sources) == 1:
        assert _f1(persons, truth) >= least
        return
    n = found.n_rows[0]
    across = {(p, t) for p, t in zip(persons[:n], truth[:n], strict=True)}
    n_right = sum(1 for pair in zip(persons[n:], truth[n:], strict=True) if pair in across)
    n_found = sum(Counter(persons[:n])[person] for person in persons[n:])
    assert 2 * n_right / (n_found + len(set(truth[:n]) & set(truth[n:]))) >= least


def _truth(source: Source) -> list[str]:
    if "cluster" in source.table.column_names:
        return [str(value) for value in source.table.column("cluster").to_pylist()]
    found = [re.match(r"rec-\d+", value) for value in source.table.column("rec_id").to_pylist()]
    return [match.group() for match in found if match]
