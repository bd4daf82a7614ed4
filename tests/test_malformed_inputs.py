"""A thousand wounded files and bodies: a clear answer each, and an unharmed store."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from zhiyin.listen.http.intake_app import make_intake_app
from zhiyin.people.permissions import KeyScope
from zhiyin.people.services.keys import create_key

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

N_MUTATIONS = 80
N_BODIES = 300
NAMES = (
    "utf8.csv",
    "gb.csv",
    "wide.csv",
    "tabs.tsv",
    "lines.jsonl",
    "array.json",
    "book.xlsx",
    "columns.parquet",
    "packed.zip",
    "packed.csv.gz",
)


@pytest.mark.parametrize("name", NAMES)
def test_wounded_files_end_in_a_clear_message(store, seed_files, wound, name):
    rng = random.Random(name)
    seed = seed_files[name]
    assert store.import_file(name, seed) == "taken"
    outcomes = []
    for _ in range(N_MUTATIONS):
        content = wound(seed, rng)
        try:
            outcomes.append(store.import_file(name, content))
        except BaseException:
            print(f"{name}: {content[:200]!r}… ({len(content)} bytes)")
            raise
    assert len(set(outcomes)) > 1
    store.check()


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_TIMES = st.sampled_from(
    ["0001-01-01", "9999-12-31T23:59:59+14:00", "2024-13-01", "", "2024-01-01T00:00:00Z"]
)
_FIELDS = {
    "external_id": st.text(max_size=10) | _JSON,
    "text": st.text(max_size=50) | _JSON,
    "occurred_at": _TIMES | _JSON,
    "rating": st.fixed_dictionaries({"value": st.floats() | st.integers()}, optional={"best": st.floats()})
    | _JSON,
    "unit": st.fixed_dictionaries({}, optional={"code": st.text(max_size=70), "name": st.text(max_size=9)})
    | _JSON,
    "author": _JSON,
    "media": st.lists(st.fixed_dictionaries({"url": st.text(max_size=30)}), max_size=3) | _JSON,
    "turns": st.lists(
        st.fixed_dictionaries({"speaker": st.just("customer"), "text": st.text(max_size=9)}), max_size=2
    ),
    "attributes": st.dictionaries(st.text(max_size=9), _JSON, max_size=3),
    "channel": st.text(max_size=70),
}
_OTHERS = {name: values for name, values in _FIELDS.items() if name not in ("external_id", "text")}
_GOOD_NAME = st.text(min_size=1, max_size=10)
_ITEM = (
    st.fixed_dictionaries({"external_id": _GOOD_NAME, "text": st.text(max_size=50)}, optional=_OTHERS)
    | st.fixed_dictionaries({}, optional=_FIELDS)
    | _JSON
)


def test_malformed_bodies_get_a_clear_answer(store, wound, caplog):
    caplog.set_level("WARNING", logger="httpx")
    secret = create_key("malformed", scopes=[KeyScope.FEEDBACK_WRITE], limit_per_minute=0)
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    n_accepted = 0

    with TestClient(make_intake_app(store.intake), raise_server_exceptions=True) as client:

        @settings(
            max_examples=N_BODIES,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(item=_ITEM | st.lists(_ITEM, max_size=3), seed=st.integers(0, 1_000_000))
        def send(item: object, seed: int) -> None:
            nonlocal n_accepted
            rng = random.Random(seed)
            body = json.dumps(item).encode()
            if rng.random() < 0.3:
                body = wound(body, rng)
            answer = client.post("/v1/feedback", content=body, headers=headers)
            assert answer.status_code < 500, answer.text
            is_problem = answer.headers["content-type"].startswith("application/problem+json")
            assert is_problem or answer.status_code in (200, 202, 207), answer.text
            n_accepted += answer.status_code == 202

        send()
    store.check()
    assert n_accepted > 0
