"""Pages of staff: the queue of requests, the settings, the panel of a customer."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from zhiyin.customers.models import Consent, DatedRules, LegalHold, RightsRequest
from zhiyin.customers.rights.consent import ContactRules
from zhiyin.customers.rights.dated import read_rules
from zhiyin.customers.rights.erasing import list_waiting
from zhiyin.customers.rights.requests import Ask, open_request
from zhiyin.customers.rights.retention import RetentionRules, count_due, erase_due
from zhiyin.customers.rights.saying import current_text
from zhiyin.people.actors import SYSTEM
from zhiyin.people.models import AuditEvent
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.people.services.units import ensure_root

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = "13812345678"


@pytest.fixture
def owner(home, db) -> Client:
    ensure_root()
    account = create_account("boss", password="correct horse battery staple")
    grant_role(account, role=Role.OWNER, unit=None)
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def analyst(home, owner) -> Client:
    account = create_account("ana", password="correct horse battery staple")
    grant_role(account, role=Role.ANALYST, unit=None)
    client = Client()
    client.force_login(account)
    return client


def act(client: Client, request: RightsRequest, deed: str, **data: str):
    return client.post(f"/customers/requests/{request.number}/do/{deed}/", data)


def test_a_request_goes_from_the_queue_to_its_proof(owner, home, wang) -> None:
    owner.post(
        "/customers/requests/new/",
        {"kind": "delete", "contact": PHONE, "words": "请删除我", "regime": "gdpr"},
    )
    request = RightsRequest.objects.get()
    assert request.number in owner.get("/customers/requests/").content.decode()
    assert request.due_at - request.received_at > timedelta(days=27)
    page = owner.get(f"/customers/requests/{request.number}/").content.decode()
    assert "请删除我" in page
    assert act(owner, request, "complete").status_code == 422
    assert act(owner, request, "check", who="13999999998", how="call_back").status_code == 422
    assert act(owner, request, "check", who=PHONE, how="call_back").status_code == 302
    assert act(owner, request, "complete", words="已删除").status_code == 302
    request.refresh_from_db()
    assert (request.status, request.customer) == ("done", wang.customer)
    assert [one.keys for one in list_waiting(home)] == [wang.keys]
    import hashlib

    proof = owner.get(f"/customers/requests/{request.number}/proof/").content
    assert hashlib.sha256(proof).hexdigest() == request.proof_hash
    assert PHONE.encode() not in proof


def test_a_refusal_needs_a_reason_and_an_end_is_an_end(owner, wang) -> None:
    request = open_request(Ask(kind="correct"), by=SYSTEM)
    assert act(owner, request, "refuse", words=" ").status_code == 422
    assert act(owner, request, "refuse", words="与事实不符").status_code == 302
    assert act(owner, request, "withdraw").status_code == 422
    page = owner.get("/customers/requests/?view=ended").content.decode()
    assert request.number in page


def test_only_the_law_that_knows_more_time_gives_it_once(owner, wang) -> None:
    pipl = open_request(Ask(kind="access"), by=SYSTEM)
    assert act(owner, pipl, "extend", words="情况复杂").status_code == 422
    gdpr = open_request(Ask(kind="access", regime="gdpr"), by=SYSTEM)
    assert act(owner, gdpr, "extend", words="情况复杂").status_code == 302
    before = gdpr.due_at
    gdpr.refresh_from_db()
    assert gdpr.due_at - before > timedelta(days=58)
    assert act(owner, gdpr, "extend", words="情况复杂").status_code == 422


def test_a_hold_is_told_to_staff_who_want_to_erase(owner, home, wang) -> None:
    owner.post(f"/customers/{wang.customer}/hold/", {"reason": "诉讼 2026-8"})
    request = open_request(Ask(kind="delete", customer=wang.customer, checked_how="document"), by=SYSTEM)
    answer = act(owner, request, "complete")
    assert answer.status_code == 409
    assert "诉讼 2026-8" in answer.content.decode()
    assert list_waiting(home) == []
    owner.post(f"/settings/rights/holds/{LegalHold.objects.get().pk}/lift/")
    assert act(owner, request, "complete").status_code == 302


def test_the_queue_is_not_for_analysts(analyst, wang) -> None:
    assert analyst.get("/customers/requests/").status_code in (403, 404)
    assert analyst.get("/settings/rights/").status_code in (403, 404)


def test_the_queue_can_be_exported(owner) -> None:
    request = open_request(Ask(kind="copy"), by=SYSTEM)
    answer = owner.get("/customers/requests/?format=csv")
    assert request.number in b"".join(_pieces(answer)).decode("utf-8-sig")


def _pieces(answer):
    import asyncio

    async def collect():
        return [piece async for piece in answer.streaming_content]

    return asyncio.run(collect()) if answer.is_async else list(answer.streaming_content)


def test_staff_note_a_consent_with_what_proves_it(owner, wang) -> None:
    path = f"/customers/{wang.customer}/consents/"
    owner.post(path, {"purpose": "survey", "channel": "sms", "say": "yes"})
    assert not Consent.objects.exists()
    owner.post(path, {"purpose": "survey", "channel": "sms", "say": "yes", "proof": "录音 88"})
    assert Consent.objects.get().method == "staff"
    owner.post(path, {"purpose": "survey", "channel": "sms", "say": "no"})
    assert Consent.objects.filter(is_given=False).count() == 2
    owner.post(f"/customers/{wang.customer}/restrictions/no_contact/")
    panels = owner.get(f"/customers/{wang.customer}/panels/").content.decode()
    assert 'id="rights"' in panels


def test_what_proves_a_consent_is_shown_once_to_who_says_why(owner, analyst, wang, know) -> None:
    other = know(("phone", "13900001111"))
    told = {"purpose": "survey", "channel": "sms", "say": "yes", "proof": "录音 88"}
    owner.post(f"/customers/{wang.customer}/consents/", told)
    consent = Consent.objects.get()
    panels, path = f"/customers/{wang.customer}/panels/", f"consents/{consent.pk}/proof/"
    for client, is_offered in ((owner, True), (analyst, False)):
        text = client.get(panels).content.decode()
        assert f'id="proof-{consent.pk}"' in text
        assert (path in text) == is_offered
        assert "录音 88" not in text
    address = f"/customers/{wang.customer}/{path}"
    assert analyst.post(address, {"reason": "客户投诉核实"}).status_code == 403
    assert owner.post(address, {"reason": " "}).status_code == 422
    assert owner.post(f"/customers/{other.customer}/{path}", {"reason": "核实"}).status_code == 404
    assert "录音 88" not in owner.get(address).content.decode()
    assert not AuditEvent.objects.filter(action="consent.proof_shown").exists()
    answer = owner.post(address, {"reason": "客户投诉核实"})
    assert "录音 88" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    event = AuditEvent.objects.get(action="consent.proof_shown")
    assert (event.target_id, json.loads(event.details)["reason"]) == (str(wang.customer), "客户投诉核实")


def test_settings_keep_versions_of_words_and_rules(owner) -> None:
    owner.post("/settings/rights/texts/survey/", {"text_zh": "新说法", "text_en": "New words"})
    text = current_text("survey")
    assert text is not None
    assert (text.version, text.text_zh) == (2, "新说法")
    owner.post("/settings/rights/rules/contact/", {"quiet_from": "20:00", "quiet_until": "09:00"})
    rules = read_rules("contact", ContactRules, on=timezone.localdate())
    assert (rules.quiet_from.hour, rules.quiet_until.hour) == (20, 9)
    assert (rules.most_contacts, rules.within_days) == (3, 7)
    hours = {"quiet_from": "20:00", "quiet_until": "09:00"}
    owner.post("/settings/rights/rules/contact/", {**hours, "most_contacts": "5", "within_days": "30"})
    owner.post("/settings/rights/rules/contact/", {**hours, "most_contacts": "many", "within_days": "30"})
    rules = read_rules("contact", ContactRules, on=timezone.localdate())
    assert (rules.most_contacts, rules.within_days) == (5, 30)
    owner.post(
        "/settings/rights/rules/clock/", {"regime": "gdpr", "time_pipl": "10", "from_day": "2020-01-01"}
    )
    assert not DatedRules.objects.filter(kind="clock").exists()
    page = owner.get("/settings/rights/").content.decode()
    assert "新说法" in page


def test_retention_counts_before_it_erases_and_spares_what_is_held(owner, home, wang, say) -> None:
    say([("1", "一年前的话", "phone", PHONE), ("2", "别人一年前的话", "phone", "13900001111")])
    rules = RetentionRules(voices=30)
    later = timezone.now() + timedelta(days=40)
    assert [(one.purpose, one.n_due) for one in count_due(rules, now=later) if one.n_due] == [("voices", 2)]
    owner.post(f"/customers/{wang.customer}/hold/", {"reason": "保全"})
    (voices,) = [one for one in count_due(rules, now=later) if one.purpose == "voices"]
    assert (voices.n_due, voices.n_held) == (1, 1)
    assert erase_due(now=later) == {}
    page = owner.get("/settings/rights/?try=1&voices=30&requests=1095").content.decode()
    assert 'name="voices" value="30"' in page
    owner.post("/settings/rights/rules/retention/", {"voices": "30", "requests": "1095"})
    assert erase_due(now=later) == {"voices": 1}
    assert erase_due(now=later) == {}, "what waits in the ledger is not put in again"
    assert [len(one.feedback_ids) for one in list_waiting(home)] == [1]


@pytest.mark.parametrize(
    "path", ["/customers/requests/", "/customers/requests/?view=ended", "/settings/rights/"]
)
def test_the_pages_speak_both_languages(owner, path) -> None:
    page = owner.get(path, headers={"accept-language": "en"}).content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    words = re.sub(r"<textarea.*?</textarea>", "", main, flags=re.S)
    assert not re.search(r"[\u4e00-\u9fff]", words), re.findall(r"[\u4e00-\u9fff]+", words)
    assert owner.get(path, headers={"accept-language": "zh-CN"}).status_code == 200
