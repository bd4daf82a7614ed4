"""`POST /v1/records/…`: a batch, its receipts, and problems that name row and field."""

from __future__ import annotations

import gzip
from itertools import count

import msgspec
import pytest
from django.test import Client

from zhiyin.people.models import AuditEvent
from zhiyin.people.permissions import KeyScope
from zhiyin.people.services.keys import create_key

ORDER = {"external_id": "A1", "ordered_at": "2026-06-01T12:00:00+08:00", "unit": {"code": "S1"}, "amount": 18}


@pytest.fixture
def post(engine, store, settings):
    settings.HOME = engine.home
    numbers = count()

    def send(body, *, kind="purchases", scopes=(KeyScope.FEEDBACK_WRITE,), unit=None, **headers):
        secret = create_key(f"till-{next(numbers)}", source="pos", scopes=list(scopes), unit=unit)
        data = body if isinstance(body, bytes) else msgspec.json.encode(body)
        given = {"HTTP_AUTHORIZATION": f"Bearer {secret}", "content_type": "application/json", **headers}
        return Client().post(f"/v1/records/{kind}", data=data, **given)

    return send


@pytest.mark.django_db
def test_a_batch_is_stored_and_tells_of_each_record(post, rows):
    bad = {**ORDER, "external_id": "A2", "unit": {"code": "S404"}}
    answer = post([ORDER, bad, {"external_id": "A3"}])
    assert answer.status_code == 200
    told = answer.json()
    assert [(one["row"], one["status"]) for one in told["items"]] == [(0, "accepted")]
    faults = [(one["row"], one["field"], one["code"]) for one in told["errors"]]
    assert faults == [(1, "unit", "unknown_unit"), (2, "ordered_at", "missing")]
    assert post([ORDER]).json()["items"][0]["status"] == "unchanged"
    assert rows("SELECT source, amount FROM purchases") == [("pos", 18.0)]
    [event] = AuditEvent.objects.filter(action="records.received")
    assert msgspec.json.decode(event.details) == {"holds": "purchases", "records": "1"}


@pytest.mark.django_db
def test_one_object_lines_and_gzip_are_understood(post, rows):
    assert post(ORDER).status_code == 200
    lines = b"\n".join(msgspec.json.encode({**ORDER, "external_id": f"B{n}"}) for n in range(3))
    assert post(lines, content_type="application/x-ndjson").status_code == 200
    packed = gzip.compress(msgspec.json.encode([{**ORDER, "external_id": "C1"}]))
    assert post(packed, HTTP_CONTENT_ENCODING="gzip").status_code == 200
    assert rows("SELECT count(*) FROM purchases") == [(5,)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ([{**ORDER, "amount": "viel"}], 422, "invalid_items"),
        ([{**ORDER, "tip": 1}], 422, "invalid_items"),
        (b"[{", 400, "malformed"),
        (b"", 422, "no_items"),
        ([ORDER] * 1001, 413, "too_large"),
    ],
)
def test_what_cannot_be_taken_is_a_problem(post, body, status, code):
    answer = post(body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
def test_a_key_of_one_store_writes_for_that_store_only(post, store, rows):
    from zhiyin.people.services.units import create_unit

    other = create_unit("S2", name="二店", kind="store")
    assert post(ORDER, unit=other).status_code == 422
    assert post(ORDER, unit=store).status_code == 200
    assert rows("SELECT count(*) FROM purchases") == [(1,)]


@pytest.mark.django_db
def test_a_key_that_may_only_read_is_refused(post):
    assert post(ORDER, scopes=(KeyScope.FEEDBACK_READ,)).status_code == 403


@pytest.mark.django_db
def test_contacts_and_inspections_have_their_own_address(post, rows):
    contact = {"external_id": "C1", "occurred_at": "2026-06-01T12:00:00Z", "n_transfers": 2, "issue": "W1"}
    assert post(contact, kind="contacts").status_code == 200
    seen = {
        "external_id": "I1",
        "occurred_at": "2026-06-01T12:00:00Z",
        "unit": {"code": "S1"},
        "dimension": "service",
        "item": "迎宾",
        "score": 8,
        "max_score": 10,
    }
    assert post(seen, kind="inspections").status_code == 200
    assert rows("SELECT n_transfers, is_field FROM contacts") == [(2, False)]
    assert rows("SELECT dimension, score FROM inspections") == [("service", 8.0)]
