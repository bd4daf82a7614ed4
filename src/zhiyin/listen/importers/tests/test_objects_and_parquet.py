"""JSON Lines, JSON arrays, Parquet."""

import datetime as dt
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from zhiyin.errors import InvalidInput


def test_json_lines_are_read_and_bad_lines_named(write, read_all):
    lines = ['{"id": 1, "评论": "好"}', "", '{"id": 2, "评论": ', "[1]", '{"id": 3, "评论": "差", "star": 2}']
    read = read_all(write("a.jsonl", "\n".join(lines)))
    assert [row["评论"] for row in read.rows] == ["好", "差"]
    assert [(bad.line, bad.code) for bad in read.bad] == [(3, "not_json"), (4, "not_object")]
    assert read.lines == [1, 5]


def test_nested_objects_become_columns(write, read_all):
    read = read_all(
        write(
            "a.jsonl", '{"user": {"name": "王", "tags": ["a", "b"]}, "deep": {"x": {"y": {"z": {"w": 1}}}}}'
        )
    )
    assert read.rows[0]["user.name"] == "王"
    assert read.rows[0]["user.tags"] == "a\nb"
    assert json.loads(read.rows[0]["deep.x.y.z"]) == {"w": 1}


def test_a_line_nested_without_end_costs_one_row(write, read_all):
    deep = '{"a":' * 5_000 + "1" + "}" * 5_000
    read = read_all(write("a.jsonl", '{"text": "好"}\n' + deep + '\n{"text": "差"}\n'))
    assert len(read.rows) == 2
    assert len(read.bad) == 1


def test_a_half_sign_is_read_leniently(write, take):
    taken = take(write("a.jsonl", '{"text": "好\\ud83d"}\n{"text": "好\\ud83d\\ude00"}\n'))
    assert len(taken.items) == 2


@pytest.mark.parametrize("wrap", ["[{}]", '{{"code": 0, "tags": [], "data": [{}]}}'])
def test_an_array_is_found_and_read(write, read_all, wrap):
    rows = ",\n ".join(json.dumps({"id": n, "text": "好" * n}) for n in range(1, 2_000))
    read = read_all(write("a.json", wrap.replace("{{", "{").replace("}}", "}").replace("[{}]", f"[{rows}]")))
    assert len(read.rows) == 1_999
    assert not read.bad


def test_an_array_that_is_cut_gives_the_rows_before(write, read_all):
    read = read_all(write("a.json", '[{"id": 1, "text": "好"}, {"id": 2, "te'))
    assert len(read.rows) == 1
    assert [bad.code for bad in read.bad] == ["json_broken"]
    assert [bad.code for bad in read_all(write("b.json", '[{"id": 1}')).bad] == ["array_open"]


def test_voices_in_the_form_of_the_api_pass_as_they_are(write, take):
    voice = {
        "external_id": "a-1",
        "occurred_at": "2024-01-02T03:04:05Z",
        "rating": {"value": 9, "best": 10, "worst": 0},
        "author": {"identities": [{"type": "phone", "value": "13800000000"}]},
        "turns": [{"speaker": "customer", "text": "你好"}],
    }
    wrong = {"external_id": "a-2", "text": "x", "turns": [{"speaker": "ghost", "text": "boo"}]}
    taken = take(write("a.jsonl", json.dumps(voice) + "\n" + json.dumps(wrong) + "\n"), channel="call_centre")
    assert taken.items[0].turns[0].text == "你好"
    assert taken.items[0].rating.best == 10
    assert taken.items[0].channel == "call_centre"
    assert [(bad.line, bad.code) for bad in taken.bad] == [(2, "wrong_type")]


def test_parquet_keeps_types_and_flattens_structs(tmp_path, take):
    table = pa.table(
        {
            "id": pa.array([7, 8]),
            "review": ["好", "差"],
            "created_at": pa.array([dt.datetime(2024, 1, 1, tzinfo=dt.UTC)] * 2, pa.timestamp("ns", "UTC")),
            "stars": pa.array([5, 1], pa.int8()),
            "shop": pa.array([{"code": "s1"}, {"code": "s2"}]),
            "kind": pa.array(["a", "b"]).dictionary_encode(),
            "tags": pa.array([["x", "y"], []]),
        }
    )
    path = tmp_path / "a.parquet"
    pq.write_table(table, path)
    first = take(path).items[0]
    assert (first.external_id, first.text, first.rating.value) == ("7", "好", 5)
    assert first.occurred_at == dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    assert first.unit.code == "s1"
    assert first.attributes == {"kind": "a", "tags": "x y"}


def test_a_damaged_parquet_is_told(tmp_path, write, read_all):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": [f"很好{n}" for n in range(5_000)]}), path, compression="zstd")
    content = path.read_bytes()
    for damaged in (content[: len(content) // 2], content[:8], content[:200] + b"\xff" * 400 + content[600:]):
        with pytest.raises(InvalidInput):
            read_all(write("b.parquet", damaged))
