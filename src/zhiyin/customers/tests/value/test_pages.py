"""Value by pages and API."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from zhiyin.customers.linking.queries import find_by_identifier, keys_of
from zhiyin.customers.profile.timeline import TimelineAsk
from zhiyin.customers.value.reading import list_lines
from zhiyin.customers.value.statements import list_templates
from zhiyin.customers.value.timeline import read_value
from zhiyin.people.models import AuditEvent, OrgUnit
from zhiyin.people.permissions import KeyScope
from zhiyin.people.scope import EVERYTHING
from zhiyin.people.services.keys import create_key

BODY = {
    "external_id": "r1",
    "occurred_at": "2026-03-05T10:00:00+08:00",
    "kind": "savings",
    "amount": "312.50",
    "unit": {"code": "S1"},
    "customer": {"identities": [{"type": "phone", "value": "13912345678", "verified": True}]},
}


@pytest.fixture
def send(client, engine, stores):
    made = iter(range(100))

    def run(*items, unit=None, scope=KeyScope.CUSTOMERS_WRITE):
        unit = OrgUnit.objects.get(pk=unit) if unit else None
        secret = create_key(f"k{next(made)}", scopes=[scope], source="till", unit=unit)
        return client.post(
            "/v1/value",
            json.dumps(list(items)),
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"},
        )

    return run


@pytest.fixture
def anna(send):
    send(BODY)
    return find_by_identifier("phone", "13912345678")


def test_what_is_sent_makes_the_statement(client, send, anna):
    secret = create_key("reader", scopes=[KeyScope.CUSTOMERS_READ])
    answer = client.get(
        f"/v1/customers/{anna}/value-statement?since=2026-01-01&until=2027-01-01&language=en",
        headers={"Authorization": f"Bearer {secret}"},
    ).json()
    assert "It saved you 312.50." in answer["text"]
    assert (answer["total"], answer["customer"]) == ("312.50", str(anna))
    assert [(one["kind"], one["amount"]) for one in answer["lines"]] == [("savings", "312.50")]


def test_the_answer_says_what_became_of_each(send, stores):
    send(BODY)
    answer = send(
        BODY, {**BODY, "external_id": "r2"}, {**BODY, "amount": "1"}, {**BODY, "kind": "gift"}
    ).json()
    assert [one["status"] for one in answer["items"]] == ["unchanged", "accepted"]
    assert [(one["row"], one["field"], one["code"]) for one in answer["errors"]] == [
        (2, "external_id", "already_entered"),
        (3, "kind", "unknown_kind"),
    ]


def test_a_statement_of_another_units_customer_is_not_found(client, send, anna, stores):
    secret = create_key("s2", scopes=[KeyScope.CUSTOMERS_READ], unit=OrgUnit.objects.get(pk=stores[1]))
    path = f"/v1/customers/{anna}/value-statement"
    assert client.get(path, headers={"Authorization": f"Bearer {secret}"}).status_code == 404


def test_a_key_that_may_only_read_enters_nothing(send):
    assert send(BODY, scope=KeyScope.CUSTOMERS_READ).status_code == 403


def test_staff_enter_and_take_back_by_the_page(engine, visit, anna, stores):
    browser = visit("owner")
    form = {"kind": "savings", "amount": "12.5", "note": "试饮", "unit": stores[0], "form_id": "f1"}
    for _twice in range(2):
        assert browser.post(f"/customers/{anna}/value/enter/", form).status_code == 302
    lines = list_lines(engine, keys=keys_of(anna), scope=EVERYTHING)
    assert [str(one.amount) for one in lines] == ["12.5", "312.5"]
    browser.post(f"/customers/{anna}/value/{lines[0].entry_id}/take-back/")
    page = browser.get(f"/customers/{anna}/value/").content.decode()
    assert "312.50" in page
    assert "Taken back" in page
    assert len(list_lines(engine, keys=keys_of(anna), scope=EVERYTHING)) == 3
    assert AuditEvent.objects.filter(action="value.taken_back").count() == 1


def test_an_amount_that_is_no_number_is_told_and_the_input_stays(visit, anna, stores):
    form = {"kind": "savings", "amount": "zwölf", "note": "stays here", "unit": stores[0]}
    answer = visit("owner").post(f"/customers/{anna}/value/enter/", form)
    assert answer.status_code == 422
    assert "stays here" in answer.content.decode()


def test_staff_of_another_unit_find_nobody(visit, anna, stores):
    assert visit("manager", unit=stores[1]).get(f"/customers/{anna}/value/").status_code == 404


def test_who_may_only_read_enters_nothing(visit, anna, stores):
    browser = visit("auditor")
    assert browser.get(f"/customers/{anna}/value/").status_code == 200
    form = {"kind": "savings", "amount": "1", "unit": stores[0]}
    assert browser.post(f"/customers/{anna}/value/enter/", form).status_code in (403, 404)


def test_words_are_previewed_and_put_in_use(visit, anna):
    browser = visit("owner")
    texts = {"chinese": "共省 {savings} 元", "english": "Saved in all: {savings}"}
    preview = browser.post("/settings/value-statement/", {**texts, "action": "preview"}).content.decode()
    assert "Saved in all: 312.50" in preview
    assert browser.post("/settings/value-statement/", texts).status_code == 302
    assert browser.post("/settings/value-statement/", {**texts, "english": "{x}"}).status_code == 422


def test_the_timeline_tells_what_was_received(anna):
    ask = TimelineAsk(keys=keys_of(anna), customer=anna, scope=EVERYTHING, limit=10)
    (found,) = read_value(ask)
    assert found.kind == "value"
    assert found.at == datetime(2026, 3, 5, 2, tzinfo=UTC)


def test_the_words_of_the_statement_are_checked_beside_them(visit):
    page = visit("owner").get("/settings/value-statement/").content.decode()
    assert 'hx-target="#checked-chinese"' in page
    assert 'hx-target="#checked-english"' in page
    assert "knowledge/knowledge" in page


def test_a_statement_never_asks_for_another_review(visit):
    texts = {"chinese": "共省 {savings} 元，麻烦您改一下评价。", "english": "Saved: {savings}"}
    answer = visit("owner").post("/settings/value-statement/", texts)
    assert answer.status_code == 422
    assert "remove a review" in answer.content.decode()
    assert [one.version for one in list_templates()] == [0]
