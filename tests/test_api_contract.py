"""The served OpenAPI document against the served API, with what a document allows and what it does not."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy
from schemathesis import GenerationMode, checks
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.homes import LayHome

from zhiyin.people.permissions import KeyScope

_ZHIYIN = [sys.executable, "-m", "zhiyin"]
_HOLDS = [
    checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
_BOUNDED = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
_VOICES = [
    {"external_id": f"v{n}", "text": text, "unit": {"code": "S1"}, "rating": {"value": n + 1}}
    for n, text in enumerate(["菜好吃但是上菜慢，等了四十分钟", "店员态度真好", "吃完肚子疼，要投诉到12315"])
]


_OPERATIONS = [
    "GET /v1/articles",
    "GET /v1/channels",
    "GET /v1/customers/{customer_id}/consents",
    "GET /v1/customers/{customer_id}/may-contact",
    "GET /v1/customers/{customer_id}/value-statement",
    "GET /v1/feedback",
    "GET /v1/feedback/{feedback_id}",
    "GET /v1/measures",
    "GET /v1/measures/{code}",
    "GET /v1/segments",
    "GET /v1/segments/{segment_id}",
    "GET /v1/segments/{segment_id}/customers",
    "GET /v1/summary",
    "GET /v1/units",
    "POST /v1/alias",
    "POST /v1/batch",
    "POST /v1/check-text",
    "POST /v1/consents",
    "POST /v1/data-requests",
    "POST /v1/feedback",
    "POST /v1/group",
    "POST /v1/identify",
    "POST /v1/page",
    "POST /v1/records/contacts",
    "POST /v1/records/inspections",
    "POST /v1/records/products",
    "POST /v1/records/purchases",
    "POST /v1/records/visits",
    "POST /v1/screen",
    "POST /v1/segments/count",
    "POST /v1/track",
    "POST /v1/value",
]


@dataclass(frozen=True)
class Api:
    """Where `zhiyin up` answers, and a key with every scope."""

    address: str
    key: str


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory, lay_home: LayHome) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZHIYIN_")}
    return {**kept, "ZHIYIN_HOME": str(lay_home(tmp_path_factory.mktemp("contract") / "home"))}


@pytest.fixture(scope="module")
def api(environment: dict[str, str]) -> Iterator[Api]:
    scopes = [f"--scope={scope}" for scope in KeyScope]
    command = [*_ZHIYIN, "key", "create", "all", "--limit", "0", *scopes]
    made = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [*_ZHIYIN, "up", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    served = Api(f"http://127.0.0.1:{port}", made.stdout.strip())
    try:
        _fill(served, process)
        yield served
    finally:
        process.terminate()
        process.wait(timeout=30)


def _fill(api: Api, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers, and until voices can be read."""
    deadline = time.monotonic() + 60
    with httpx.Client(base_url=api.address, headers={"Authorization": f"Bearer {api.key}"}) as client:
        while time.monotonic() < deadline:
            assert process.poll() is None, "the server ended"
            try:
                client.post("/v1/feedback", json=_VOICES)
                if len(client.get("/v1/feedback").json()["items"]) == len(_VOICES):
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
    pytest.fail("the server did not become ready")


def _cases(document: schemathesis.BaseSchema, label: str) -> SearchStrategy[schemathesis.Case]:
    """Requests to the operation: some as the document allows, some that break one thing of it."""
    method, path = label.split()
    operation = document[path][method]
    return operation.as_strategy() | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)


@pytest.fixture(scope="module")
def document(api: Api) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_url(f"{api.address}/v1/openapi.json")


@pytest.mark.parametrize("label", _OPERATIONS)
def test_every_answer_to_a_good_key_is_one_that_the_document_tells(
    api: Api, document: schemathesis.BaseSchema, label: str
) -> None:
    @_BOUNDED
    @given(case=_cases(document, label))
    def hold(case: schemathesis.Case) -> None:
        response = case.call(headers={"Authorization": f"Bearer {api.key}"}, timeout=30)
        case.validate_response(response, checks=_HOLDS)

    hold()


@pytest.mark.parametrize("label", _OPERATIONS)
def test_without_a_key_the_answer_is_a_problem_that_tells_nothing(
    document: schemathesis.BaseSchema, label: str
) -> None:
    @settings(_BOUNDED, max_examples=5)
    @given(case=_cases(document, label))
    def hold(case: schemathesis.Case) -> None:
        response = case.call(headers={"Authorization": "Bearer"}, timeout=30)
        case.validate_response(response, checks=_HOLDS)
        assert response.status_code == 401
        assert response.headers["content-type"] == ["application/problem+json"]
        assert response.json()["code"] == "unauthorized"

    hold()


def test_real_answers_are_as_the_document_tells(api: Api, document: schemathesis.BaseSchema) -> None:
    """Fuzzing seldom finds a voice by chance; here every answer holds some."""
    with httpx.Client(base_url=api.address, headers={"Authorization": f"Bearer {api.key}"}) as client:
        feedback_id = client.get("/v1/feedback").json()["items"][0]["feedback_id"]
        places = {
            "/v1/feedback": {},
            "/v1/feedback/{feedback_id}": {"feedback_id": feedback_id},
            "/v1/channels": {},
            "/v1/units": {},
            "/v1/summary": {},
        }
        for path, values in places.items():
            answer = client.get(path.format(**values))
            assert answer.status_code == 200, answer.text
            document[path]["GET"].validate_response(answer)


def test_the_document_names_these_operations_and_no_other(document: schemathesis.BaseSchema) -> None:
    assert document.raw_schema["openapi"].startswith("3.1")
    assert sorted(result.ok().label for result in document.get_all_operations()) == sorted(_OPERATIONS)
