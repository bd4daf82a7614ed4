"""A customer sees, takes, corrects and deletes what is known, after a code proved who it is."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone

from zhiyin.customers.identifiers.sealing import seal_identifier
from zhiyin.customers.linking.contract import Appearance
from zhiyin.customers.linking.services import take_appearances
from zhiyin.customers.models import Consent, Identity, OneTimeCode, RightsRequest
from zhiyin.customers.rights.codes import address_key, make_code
from zhiyin.customers.rights.consent import may_contact
from zhiyin.customers.rights.erasing import carry_out, list_waiting
from zhiyin.customers.rights.holds import place_hold
from zhiyin.customers.rights.requests import check_identity, complete
from zhiyin.customers.rights.sealing import open_words
from zhiyin.errors import Conflict
from zhiyin.listen.items import AuthorIn, FeedbackIn, IdentityIn
from zhiyin.listen.pipeline.analysis import Analysis
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.services.intake import Intake
from zhiyin.people.actors import SYSTEM
from zhiyin.respond.models import Case

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = "13812345678"


@pytest.fixture
def known(home, company, ask, process):
    """The woman who asked something, with her identity."""
    asked = ask(text="独一无二的抱怨，等了四十分钟")
    process()
    key = address_key("phone", PHONE)
    born = "0197f000-0000-7000-8000-000000000001"
    identity, _is_new = Identity.objects.get_or_create(
        key=key,
        defaults={
            "type": "phone",
            "source": "portal",
            "born": born,
            "customer": born,
            "sealed": seal_identifier(f"+86{PHONE}", key=key, vault=home.vault),
            "first_seen_at": timezone.now(),
            "last_seen_at": timezone.now(),
            "changed_at": timezone.now(),
        },
    )
    identity.refresh_from_db()
    return asked, identity


def enter(client: Client, phone: str = PHONE, kind: str = "phone") -> None:
    """Comes in by a code, as if it had been read off the phone."""
    sent = make_code(address_key(kind, phone), kind=kind, now=timezone.now())
    answer = client.post(f"/my-data/code/{sent.handle}/", {"code": sent.code})
    assert (answer.status_code, answer["Location"]) == (303, "/my-data/mine/")


def test_without_mail_and_messages_the_page_says_so_and_offers_a_request(client, company) -> None:
    page = client.get("/my-data/").content.decode()
    assert "/my-data/ask/" in page
    assert 'name="address"' not in page
    answer = client.post("/my-data/ask/", {"kind": "delete", "contact": PHONE, "words": "请删除"})
    request = RightsRequest.objects.get()
    assert request.number in answer.content.decode()
    assert (request.kind, request.status, request.customer) == ("delete", "new", None)
    assert PHONE.encode() not in bytes(request.contact_sealed)


def test_a_code_comes_by_mail_and_opens_the_page(client, company, mailbox) -> None:
    answer = client.post("/my-data/", {"address": "lin.hua@example.com"})
    assert answer.status_code == 303
    ((_auth, recipients, content),) = mailbox.messages
    assert recipients == ["lin.hua@example.com"]
    import email
    import email.policy

    message = email.message_from_bytes(content, policy=email.policy.default)
    found = re.search(r"\d{6}", message.get_body(("plain",)).get_content())
    assert found
    opened = client.post(answer["Location"], {"code": found[0]})
    assert opened["Location"] == "/my-data/mine/"
    assert "没有" in client.get("/my-data/mine/").content.decode()


def test_whoever_is_known_and_who_is_not_are_answered_alike(client, known, mailbox) -> None:
    key = address_key("email", "wang.fang@example.com")
    _asked, identity = known
    Identity.objects.filter(pk=identity.pk).update(key=key, type="email")
    answers = [
        client.post("/my-data/", {"address": f"{name}@example.com"}) for name in ("wang.fang", "li.lei")
    ]
    assert [one.status_code for one in answers] == [303, 303]
    pages = [re.sub(r'value="[^"]*"', "", client.get(one["Location"]).content.decode()) for one in answers]
    assert pages[0] == pages[1]
    assert len(mailbox.messages) == 2


def test_five_wrong_codes_end_it_even_for_the_right_one(client, company) -> None:
    sent = make_code(address_key("phone", PHONE), kind="phone", now=timezone.now())
    wrong = "000000" if sent.code != "000000" else "000001"
    for _time in range(5):
        assert client.post(f"/my-data/code/{sent.handle}/", {"code": wrong}).status_code == 422
    answer = client.post(f"/my-data/code/{sent.handle}/", {"code": sent.code})
    assert answer.status_code == 422
    assert not OneTimeCode.objects.filter(session_hash__isnull=False).exists()


def test_a_code_works_once_and_no_other_browser_gets_in(client, known) -> None:
    sent = make_code(address_key("phone", PHONE), kind="phone", now=timezone.now())
    assert client.post(f"/my-data/code/{sent.handle}/", {"code": sent.code}).status_code == 303
    stranger = Client()
    assert stranger.post(f"/my-data/code/{sent.handle}/", {"code": sent.code}).status_code == 422
    assert stranger.get("/my-data/mine/")["Location"] == "/my-data/"


def test_codes_to_one_phone_are_limited(client, company, mailbox) -> None:
    answers = [client.post("/my-data/", {"address": "han.mei@example.com"}).status_code for _time in range(6)]
    assert answers == [303] * 4 + [429] * 2


def test_what_is_known_is_shown_with_the_phone_covered(client, known) -> None:
    enter(client)
    page = client.get("/my-data/mine/").content.decode()
    assert "独一无二的抱怨" in page
    assert "138****5678" in page
    assert PHONE not in page


def test_taking_gives_json_and_csv_with_sums(client, known) -> None:
    enter(client)
    answer = client.post("/my-data/take/")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = archive.namelist()
        told = json.loads(archive.read("data.json"))
        assert PHONE in archive.read("identities.csv").decode("utf-8-sig")
    assert {"data.json", "manifest.json", "feedback.csv", "cases.csv"} <= set(names)
    assert f"+86{PHONE}" in [row["value"] for row in told["identities"]["rows"]]
    request = RightsRequest.objects.get()
    assert (request.kind, request.status) == ("copy", "done")
    assert request.proof["package_sha256"] == hashlib.sha256(answer.content).hexdigest()


def test_consent_is_given_and_taken_back_on_the_page(client, known) -> None:
    _asked, identity = known
    enter(client)
    noon = datetime(2030, 5, 6, 4, 0, tzinfo=UTC)
    client.post("/my-data/mine/", {"do": "consent", "purpose": "survey", "say": "yes"})
    assert may_contact(identity.customer, purpose="survey", channel="sms", at=noon).allowed
    client.post("/my-data/mine/", {"do": "consent", "purpose": "survey", "say": "no"})
    assert not may_contact(identity.customer, purpose="survey", channel="sms", at=noon).allowed
    assert [row.text.version for row in Consent.objects.filter(is_given=True)] == [1]


def test_deleting_needs_the_tick_and_then_leaves_nothing(client, known, home, analyser) -> None:
    asked, identity = known
    enter(client)
    assert client.post("/my-data/mine/", {"do": "delete"}).status_code == 422
    assert list_waiting(home) == []
    page = client.post("/my-data/mine/", {"do": "delete", "sure": "on"}).content.decode()
    request = RightsRequest.objects.get()
    assert request.proof_hash in page
    assert client.get("/my-data/mine/")["Location"] == "/my-data/"

    def open_pipeline() -> Pipeline:
        return Pipeline(home, Analysis(lambda: analyser.analyse_batch))

    assert carry_out(home, open_pipeline, should_stop=lambda: False) == 1
    assert not Identity.objects.filter(pk=identity.pk).exists()
    assert client.get(asked.path).status_code == 404
    assert Case.objects.get().contact_sealed is None


def test_a_hold_is_told_and_the_request_stays_with_staff(client, known, home) -> None:
    _asked, identity = known
    place_hold(identity.customer, reason="法院要求保存证据", by=SYSTEM)
    enter(client)
    answer = client.post("/my-data/mine/", {"do": "delete", "sure": "on"})
    assert answer.status_code == 409
    assert "法院要求保存证据" in answer.content.decode()
    assert RightsRequest.objects.get().status == "open"
    assert list_waiting(home) == []


VICTIM = "她的会员号上的悄悄话，谁也不该看到"


@pytest.fixture
def claimed(home, company, process):
    """A victim known by member number and mail, and a phone that once claimed the member number."""

    def take(*named: IdentityIn) -> None:
        record = Appearance(identities=named, source="shop", at=timezone.now())
        take_appearances([record], vault=home.vault)

    take(
        IdentityIn(type="member", value="M777", verified=True),
        IdentityIn(type="email", value="li@example.com", verified=True),
    )
    take(IdentityIn(type="phone", value=PHONE), IdentityIn(type="member", value="M777"))
    voices = [
        FeedbackIn(
            external_id=id_,
            text=text,
            channel="review",
            author=AuthorIn(identities=[IdentityIn(type=type_, value=value)]),
        )
        for id_, text, type_, value in [
            ("1", VICTIM, "member", "M777"),
            ("2", "攻击者自己的话，排队太久", "phone", PHONE),
        ]
    ]
    Intake(home.log, home.vault).receive(voices, source="shop", connector="api", connector_version="1")
    process()
    phone = Identity.objects.get(key=address_key("phone", PHONE))
    assert Identity.objects.filter(customer=phone.customer).count() == 3
    return phone


def test_a_claimed_member_number_gives_nothing_of_its_owner(client, claimed, lake_rows) -> None:
    assert (VICTIM,) in lake_rows("SELECT text FROM feedback")
    enter(client)
    page = client.get("/my-data/mine/").content.decode()
    assert "攻击者自己的话" in page
    assert VICTIM not in page
    assert "M777" not in page
    assert "li@" not in page
    taken = client.post("/my-data/take/").content
    with zipfile.ZipFile(io.BytesIO(taken)) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert "攻击者自己的话" in everything
    assert not any(one in everything for one in (VICTIM, "M777", "li@example.com"))


def test_deleting_by_a_claim_leaves_its_owner_whole(client, claimed, home, analyser, lake_rows) -> None:
    enter(client)
    client.post("/my-data/mine/", {"do": "consent", "purpose": "survey", "say": "no"})
    assert {row.key for row in Consent.objects.all()} == {claimed.key}
    assert client.post("/my-data/mine/", {"do": "delete", "sure": "on"}).status_code == 200

    def open_pipeline() -> Pipeline:
        return Pipeline(home, Analysis(lambda: analyser.analyse_batch))

    assert carry_out(home, open_pipeline, should_stop=lambda: False) == 1
    assert lake_rows("SELECT text FROM feedback") == [(VICTIM,)]
    left = Identity.objects.order_by("type")
    assert [one.type for one in left] == ["email", "member"]
    assert len({one.customer for one in left}) == 1
    owner = Client()
    enter(owner, "li@example.com", kind="email")
    assert VICTIM in owner.get("/my-data/mine/").content.decode()


def test_one_click_asks_staff_to_check_what_more_is_theirs(client, claimed) -> None:
    enter(client)
    assert 'value="more"' in client.get("/my-data/mine/").content.decode()
    pages = [client.post("/my-data/mine/", {"do": "more"}).content.decode() for _time in range(2)]
    request = RightsRequest.objects.get()
    assert all(request.number in page for page in pages)
    assert (request.kind, request.status, request.checked_how) == ("access", "new", "")
    assert request.keys == [claimed.key]
    assert open_words(request.contact_sealed, number=request.number, part="contact") == f"+86{PHONE}"
    with pytest.raises(Conflict):
        complete(request.pk, answer="", by=SYSTEM)
    checked = check_identity(request.pk, customer=claimed.customer, how="document", by=SYSTEM)
    assert len(checked.keys) == 3
    assert request.number not in client.get("/my-data/mine/").content.decode()


def test_a_shared_phone_proves_nobody(client, known) -> None:
    _asked, identity = known
    Identity.objects.filter(pk=identity.pk).update(is_shared=True)
    enter(client)
    page = client.get("/my-data/mine/").content.decode()
    assert "独一无二的抱怨" not in page
    assert "/my-data/ask/" in page


@pytest.mark.parametrize("path", ["/my-data/", "/my-data/ask/", "/my-data/code/nothing/"])
def test_the_pages_speak_both_languages(client, english, company, path) -> None:
    assert 'lang="zh-hans"' in client.get(path, headers={"accept-language": "zh-CN"}).content.decode()
    page = english.get(path).content.decode()
    assert not re.search(r"[\u4e00-\u9fff]", page.replace("简体中文", "").replace("听穗茶", ""))
