from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from zhiyin.config.api import api
from zhiyin.customers.events.items import EVENT_TYPES

SNAPSHOT = Path(__file__).with_name("openapi.json")


@pytest.fixture(scope="module")
def document() -> dict[str, object]:
    return json.loads(json.dumps(api.get_openapi_schema()))


def test_the_api_is_what_it_was(document):
    """A change here is a change for callers: look at it, then run with `ZHIYIN_TEST_ACCEPT=1`."""
    text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if os.environ.get("ZHIYIN_TEST_ACCEPT"):
        SNAPSHOT.write_text(text, encoding="utf-8")
    assert text == SNAPSHOT.read_text(encoding="utf-8")


def test_every_reference_leads_somewhere(document):
    schemas = document["components"]["schemas"]
    text = json.dumps(document)
    named = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert named <= schemas.keys()
    assert document["openapi"].startswith("3.1")


def test_every_operation_but_the_intake_is_found_by_django(document):
    paths = {path: sorted(operations) for path, operations in document["paths"].items()}
    assert paths == {
        "/v1/feedback": ["get", "post"],
        "/v1/feedback/{feedback_id}": ["get"],
        "/v1/channels": ["get"],
        "/v1/units": ["get"],
        "/v1/summary": ["get"],
        "/v1/measures": ["get"],
        "/v1/measures/{code}": ["get"],
        "/v1/segments": ["get"],
        "/v1/segments/count": ["post"],
        "/v1/segments/{segment_id}": ["get"],
        "/v1/segments/{segment_id}/customers": ["get"],
        "/v1/articles": ["get"],
        "/v1/check-text": ["post"],
        "/v1/consents": ["post"],
        "/v1/customers/{customer_id}/consents": ["get"],
        "/v1/customers/{customer_id}/may-contact": ["get"],
        "/v1/customers/{customer_id}/value-statement": ["get"],
        "/v1/value": ["post"],
        "/v1/data-requests": ["post"],
        "/v1/records/contacts": ["post"],
        "/v1/records/inspections": ["post"],
        "/v1/records/purchases": ["post"],
        "/v1/records/products": ["post"],
        "/v1/records/visits": ["post"],
        **{f"/v1/{kind}": ["post"] for kind in (*EVENT_TYPES, "batch")},
    }
