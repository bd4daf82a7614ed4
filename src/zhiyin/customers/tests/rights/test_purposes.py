"""Purposes of contacts that staff add and change."""

from __future__ import annotations

import pytest
from django.utils import timezone

from zhiyin.customers.models import ConsentPurpose
from zhiyin.customers.rights.consent import Reason, list_permits, may_contact
from zhiyin.customers.rights.purposes import get_purpose
from zhiyin.customers.rights.saying import Statement, current_text, record_consent
from zhiyin.people.actors import SYSTEM
from zhiyin.people.models import AuditEvent
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role

NEW = {
    "code": "recall",
    "name_zh": "产品召回",
    "name_en": "Recalls",
    "basis": "law",
    "channels": ["phone", "sms"],
    "is_on": "1",
    "text_zh": "产品有安全问题时我们会联系您。",
    "text_en": "We contact you where a product is unsafe.",
}
NOON = timezone.datetime(2030, 5, 6, 4, 0, tzinfo=timezone.get_fixed_timezone(0))


@pytest.fixture
def owner(client, db):
    account = create_account("owner", password="correct horse battery staple")
    grant_role(account, role=Role.OWNER)
    client.force_login(account)
    return client


def test_a_purpose_is_added_with_its_words_and_rules_contacts_at_once(owner, wang):
    assert owner.post("/settings/rights/new-purpose/", NEW).url == "/settings/rights/purposes/recall/"
    assert get_purpose("recall").channels == ("phone", "sms")
    assert current_text("recall").version == 1
    assert may_contact(wang.customer, purpose="recall", channel="sms", at=NOON).allowed
    refused = may_contact(wang.customer, purpose="recall", channel="mail", at=NOON)
    assert (refused.allowed, refused.reason) == (False, Reason.CHANNEL_OFF)
    assert list_permits(wang.customer, at=NOON)["recall", "mail"].reason is Reason.CHANNEL_OFF
    page = owner.get("/settings/rights/purposes/recall/").content.decode()
    assert "产品召回" in page
    assert "产品有安全问题时我们会联系您。" in page
    assert AuditEvent.objects.filter(action="purpose.added", target_id="recall").exists()


def test_a_purpose_of_the_package_is_changed_and_what_people_said_stays(owner, wang):
    record_consent(wang.customer, Statement(purpose="survey", is_given=True), by=SYSTEM)
    before = get_purpose("survey")
    told = {
        "name_zh": "回访",
        "name_en": "Follow-ups",
        "basis": "consent",
        "channels": ["mail"],
        "is_on": "1",
    }
    owner.post("/settings/rights/purposes/survey/", told)
    assert get_purpose("survey").name.zh == "回访"
    assert may_contact(wang.customer, purpose="survey", channel="mail", at=NOON).allowed
    assert not may_contact(wang.customer, purpose="survey", channel="sms", at=NOON).allowed
    event = AuditEvent.objects.get(action="purpose.changed")
    assert before.name.zh in event.details
    owner.post("/settings/rights/purposes/survey/", {key: told[key] for key in told if key != "is_on"})
    assert may_contact(wang.customer, purpose="survey", channel="mail", at=NOON).reason is Reason.PURPOSE_OFF


def test_a_change_is_taken_back_and_made_again(owner):
    before = get_purpose("survey")
    told = {
        "name_zh": "回访",
        "name_en": "Follow-ups",
        "basis": "consent",
        "channels": ["mail"],
        "is_on": "1",
    }
    owner.post("/settings/rights/purposes/survey/", told)
    page = owner.get("/settings/rights/purposes/survey/").content.decode()
    assert before.name.zh in page
    assert "/settings/rights/purposes/survey/take-back/" in page

    owner.post("/settings/rights/purposes/survey/take-back/")
    assert get_purpose("survey") == before
    assert AuditEvent.objects.filter(action="purpose.change_taken_back", target_id="survey").count() == 1

    owner.post("/settings/rights/purposes/survey/take-back/")
    assert get_purpose("survey").channels == ("mail",)


def test_what_was_never_changed_cannot_be_taken_back(owner):
    owner.post("/settings/rights/new-purpose/", NEW)
    page = owner.post("/settings/rights/purposes/recall/take-back/", follow=True).content.decode()

    assert "没有可撤销的修改" in page
    assert get_purpose("recall").is_on
    assert not AuditEvent.objects.filter(action="purpose.change_taken_back").exists()
    assert owner.post("/settings/rights/purposes/nothing/take-back/").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "Recall!"}, {"code": "survey"}, {"name_en": " "}, {"basis": "wish"},
        {"channels": ["fax"]}, {"text_en": ""},
    ],
    ids=["code", "taken", "name", "basis", "channel", "words"],
)  # fmt: skip
def test_what_is_no_purpose_is_refused_and_stays_in_the_form(owner, wrong):
    response = owner.post("/settings/rights/new-purpose/", NEW | wrong)
    assert response.status_code == 422
    assert not ConsentPurpose.objects.exists()
    if "code" not in wrong:
        assert 'value="recall"' in response.content.decode()


def test_a_purpose_that_is_not_there_is_not_found(owner):
    assert owner.get("/settings/rights/purposes/nothing/").status_code == 404
