from __future__ import annotations

import pytest
from uuid_utils import uuid7

from zhiyin.listen.services.key_store import find_keys, register_keys

pytestmark = pytest.mark.django_db


def _keys(n: int, *, start: int = 0) -> list[bytes]:
    return [number.to_bytes(16, "big") for number in range(start, start + n)]


def test_new_keys_get_their_candidates_and_none_is_told_as_known() -> None:
    keys, ids = _keys(1_500), [uuid7() for _ in range(1_500)]
    assert register_keys(keys, candidates=[one.hex for one in ids]) == {}
    found = find_keys(keys)
    assert [found[key].feedback_id for key in keys] == [str(one) for one in ids]


def test_a_known_key_keeps_its_id_among_new_ones() -> None:
    first = uuid7()
    register_keys(_keys(1, start=5), candidates=[first.hex])
    known = register_keys(_keys(10), candidates=[uuid7().hex for _ in range(10)])
    assert known[_keys(1, start=5)[0]].feedback_id == str(first)


def test_no_key_is_told_of_where_none_is_given() -> None:
    assert register_keys([], candidates=[]) == {}
