"""Consents and requests by the API."""

from __future__ import annotations

import pytest
from django.test import Client

from zhiyin.customers.models import Consent, RightsRequest
from zhiyin.people.permissions import KeyScope
from zhiyin.people.services.keys import create_key
from zhiyin.people.services.units import ensure_root

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = "13812345678"
NOON = "2030-05-06T12:00:00+08:00"


@pytest.fixture
def key(home, db) -> dict[str, str]:
    ensure_root()
    secret = create_key("crm", scopes=[KeyScope.CUSTOMERS_READ, KeyScope.CUSTOMERS_WRITE], source="crm")
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def post(client: Client, key):
    return lambda path, body: client.post(path, body, content_type="application/json", headers=key)


def test_a_consent_by_phone_is_asked_for_by_the_customer(client, post, key, wang) -> None:
    body = {
        "purpose": "survey",
        "given": True,
        "channel": "sms",
        "identity": {"type": "phone", "value": f"+86 {PHONE}"},
        "proof": "form 17",
        "reference": "crm-1",
    }
    first = post("/v1/consents", body)
    assert first.status_code == 200, first.content
    assert post("/v1/consents", body).json() == first.json()
    assert Consent.objects.get().key == wang.keys[0]
    path = f"/v1/customers/{wang.customer}/may-contact"
    permit = client.get(path, {"purpose": "survey", "channel": "sms", "at": NOON}, headers=key).json()
    assert (permit["allowed"], permit["reason"]) == (True, "consent")
    post("/v1/consents", {"purpose": "survey", "given": False, "customer": str(wang.customer)})
    permit = client.get(path, {"purpose": "survey", "channel": "sms", "at": NOON}, headers=key).json()
    assert (permit["allowed"], permit["reason"]) == (False, "withdrawn")
    history = client.get(f"/v1/customers/{wang.customer}/consents", headers=key).json()
    assert [one["given"] for one in history] == [False, False, True]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"purpose": "spam", "given": True, "identity": {"type": "phone", "value": PHONE}}, 422),
        ({"purpose": "survey", "given": True}, 422),
        ({"purpose": "survey", "given": "yes", "identity": {"type": "phone", "value": PHONE}}, 422),
        ({"purpose": "survey", "given": True, "identity": {"type": "phone", "value": "无"}}, 404),
        ({"purpose": "survey", "given": True, "identity": {"type": "phone", "value": "13977778888"}}, 404),
    ],
)
def test_what_cannot_be_recorded_is_told_by_name(post, wang, body, status) -> None:
    answer = post("/v1/consents", body)
    assert answer.status_code == status, answer.content
    assert not Consent.objects.exists()


def test_what_is_no_json_is_malformed(post) -> None:
    assert post("/v1/consents", b"{").status_code == 400


def test_a_request_gets_its_number_and_its_clock(post) -> None:
    told = post("/v1/data-requests", {"kind": "delete", "contact": PHONE, "regime": "gbt35273"}).json()
    request = RightsRequest.objects.get()
    assert (told["number"], told["status"], request.came_by) == (request.number, "new", "api")
    assert post("/v1/data-requests", {"kind": "sing"}).status_code == 422


@pytest.mark.parametrize(
    "more",
    [
        {"at": "0001-01-01T00:00:00Z"},
        {"expires_at": "9999-12-31T23:59:59-12:00"},
        {"at": "2100-01-01T00:00:00Z"},
        {"text_version": 10**30},
        {"text_version": -1},
        {"reference": "a\0b"},
    ],
)
def test_values_out_of_range_are_refused_and_never_a_failure(post, wang, more) -> None:
    body = {"purpose": "survey", "given": True, "identity": {"type": "phone", "value": PHONE}, **more}
    assert post("/v1/consents", body).status_code == 422
