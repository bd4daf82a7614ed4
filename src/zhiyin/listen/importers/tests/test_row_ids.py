"""Ids of rows that bring none."""

import pytest

TIMED = "date,text\n2024-01-01,好\n2024-01-01,好\n2024-01-02,不好\n"
UNTIMED = "text\n" + "".join(f"这家店第{n}次来了，味道还是不错的\n" for n in range(5)) + "好\n好\n"


def ids(taken):
    return [item.external_id for item in taken.items]


@pytest.mark.parametrize("content", [TIMED, UNTIMED])
def test_the_same_file_under_another_name_gives_the_same_ids(write, take, content):
    assert ids(take(write("a.csv", content))) == ids(take(write("b.csv", content)))


@pytest.mark.parametrize("content", [TIMED, UNTIMED])
def test_equal_rows_stay_separate(write, take, content):
    found = ids(take(write("a.csv", content)))
    assert len(set(found)) == len(found) == content.count("\n") - 1


@pytest.mark.parametrize(("content", "more"), [(TIMED, "2024-01-02,不好\n"), (UNTIMED, "好\n")])
def test_a_file_that_grew_at_its_end_keeps_its_old_ids(write, take, content, more):
    old = ids(take(write("a.csv", content)))
    new = ids(take(write("b.csv", content + more)))
    assert new[: len(old)] == old
    assert new[-1] not in old


def test_with_times_a_file_that_grew_at_its_top_keeps_its_old_ids(write, take):
    old = ids(take(write("a.csv", TIMED)))
    new = ids(take(write("b.csv", TIMED.replace("text\n", "text\n2024-02-01,新的\n", 1))))
    assert set(old) < set(new)


def test_a_corrected_row_changes_no_other_id(write, take):
    old = ids(take(write("a.csv", UNTIMED)))
    new = ids(take(write("b.csv", UNTIMED.replace("第3次", "第三次"))))
    assert len(set(old) - set(new)) == 1


def test_without_times_equal_words_of_different_files_are_different_voices(write, take):
    first = ids(take(write("a.csv", UNTIMED)))
    second = ids(take(write("b.csv", UNTIMED.replace("这家店", "那家店"))))
    assert not set(first) & set(second)


def test_a_running_number_does_not_change_the_id(write, take):
    one = "序号,date,text\n1,2024-01-01,好\n2,2024-01-02,坏\n"
    two = "序号,date,text\n1,2024-01-02,坏\n2,2024-01-01,好\n"
    assert set(ids(take(write("a.csv", one)))) == set(ids(take(write("b.csv", two))))


def test_the_order_of_keys_does_not_change_the_id_of_an_object(write, take):
    one = '{"date": "2024-01-01", "text": "好"}\n'
    two = '{"text": "好", "date": "2024-01-01"}\n'
    assert ids(take(write("a.jsonl", one))) == ids(take(write("b.jsonl", two)))
