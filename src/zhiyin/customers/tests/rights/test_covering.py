"""What a proven identifier covers: what was vouched for or decided by people, never what was claimed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from zhiyin.customers.linking.contract import Appearance, Proposal
from zhiyin.customers.linking.queries import customer_of_key
from zhiyin.customers.linking.services import (
    accept_link,
    link_identities,
    propose_links,
    take_appearances,
    undo_link,
)
from zhiyin.customers.models import Consent, Identity, Link, RightsRequest
from zhiyin.customers.rights.covering import covered_keys
from zhiyin.customers.rights.erasing import carry_out, order_erasure, person_of
from zhiyin.customers.rights.places import requests_of
from zhiyin.customers.rights.requests import Ask, complete, open_request
from zhiyin.customers.rights.saying import Statement, record_consent
from zhiyin.engine.erasures import read_erasures
from zhiyin.listen.authors import identifier_keys
from zhiyin.listen.identifiers import read_identifier
from zhiyin.listen.items import IdentityIn
from zhiyin.people.actors import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)
PHONE, MEMBER, MAIL, OTHER = "phone:13900001111", "member:M777", "email:li@example.com", "member:M888"


@pytest.fixture
def take(home, db) -> Callable[..., None]:
    """One record that names these together; those with a `!` are vouched for."""

    def run(*names: str) -> None:
        named = []
        for name in names:
            type_, _, value = name.partition(":")
            named.append(IdentityIn(type=type_, value=value.rstrip("!"), verified=value.endswith("!")))
        record = Appearance(identities=named, source="shop", at=datetime(2026, 3, 1, tzinfo=UTC))
        take_appearances([record], vault=home.vault)

    return run


@pytest.fixture
def find(home, db) -> Callable[[str], Identity]:
    def run(name: str) -> Identity:
        type_, _, value = name.partition(":")
        identifier = read_identifier(type_, value, source="shop")
        assert identifier
        return Identity.objects.get(key=identifier_keys([identifier], vault=home.vault)[0])

    return run


@pytest.fixture
def covered(find) -> Callable[[str], set[str]]:
    """The names that the proof of one covers."""

    def run(name: str) -> set[str]:
        keys = covered_keys(find(name))
        assert keys[0] == find(name).key
        return {one for one in (PHONE, MEMBER, MAIL, OTHER) if _known(find, one) in keys}

    return run


def _known(find, name: str) -> str:
    try:
        return find(name).key
    except Identity.DoesNotExist:
        return ""


def test_what_a_source_vouched_for_is_covered_across_records(take, covered) -> None:
    take(f"{PHONE}!", f"{MEMBER}!")
    take(f"{MEMBER}!", f"{MAIL}!")
    assert covered(PHONE) == covered(MAIL) == {PHONE, MEMBER, MAIL}


def test_what_was_only_claimed_joins_the_customer_but_is_not_covered(take, find, covered) -> None:
    take(f"{MEMBER}!", f"{MAIL}!")
    take(PHONE, MEMBER)
    assert find(PHONE).customer == find(MEMBER).customer
    assert covered(PHONE) == {PHONE}
    assert covered(MAIL) == {MEMBER, MAIL}


def test_one_end_that_is_vouched_for_is_not_enough(take, covered) -> None:
    take(f"{PHONE}!", MEMBER)
    assert covered(PHONE) == {PHONE}


def test_a_claim_that_is_vouched_for_later_is_covered(take, covered) -> None:
    take(PHONE, MEMBER)
    take(f"{PHONE}!", f"{MEMBER}!")
    assert covered(PHONE) == {PHONE, MEMBER}


def test_a_vouched_pair_that_was_one_already_needs_no_link_of_its_own(take, find, covered) -> None:
    take(PHONE, MEMBER)
    take(PHONE, MAIL)
    take(f"{MEMBER}!", f"{MAIL}!")
    pair = {find(MEMBER).pk, find(MAIL).pk}
    assert not Link.objects.filter(left__in=pair, right__in=pair).exists()
    assert covered(MAIL) == {MEMBER, MAIL}


def test_what_staff_link_or_accept_is_covered_until_it_is_undone(take, find, covered) -> None:
    for name in (PHONE, MEMBER, MAIL):
        take(name)
    link = link_identities(find(PHONE).pk, find(MEMBER).pk, by=SYSTEM, reason="two documents")
    propose_links([Proposal(left_id=find(MEMBER).pk, right_id=find(MAIL).pk, probability=0.99)])
    assert covered(PHONE) == {PHONE, MEMBER}
    accept_link(Link.objects.get(origin="match").pk, by=SYSTEM)
    assert covered(PHONE) == {PHONE, MEMBER, MAIL}
    undo_link(link.pk, by=SYSTEM, reason="wrong")
    assert covered(PHONE) == {PHONE}


def test_a_link_that_a_threshold_alone_made_is_not_covered(take, find, covered) -> None:
    take(PHONE)
    take(MAIL)
    propose_links([Proposal(left_id=find(PHONE).pk, right_id=find(MAIL).pk, probability=0.99)])
    Link.objects.update(state="active")
    Identity.objects.update(customer=find(PHONE).born)
    assert covered(PHONE) == {PHONE}


def test_erasing_the_covered_part_leaves_the_others_whole(take, find, home, say, open_pipeline) -> None:
    take(PHONE, MEMBER)  # the phone is the oldest: the customer has its id
    take(f"{MEMBER}!", f"{MAIL}!")
    say([("1", "我自己的话", "phone", "13900001111"), ("2", "别人的话", "email", "li@example.com")])
    phone, mail = find(PHONE), find(MAIL)
    customer = mail.customer
    record_consent(customer, Statement(purpose="survey", is_given=True), by=SYSTEM, key=mail.key)
    theirs = open_request(Ask(kind="correct", customer=customer, checked_how="in_person"), by=SYSTEM)
    mine = open_request(
        Ask(kind="delete", customer=customer, keys=[phone.key], checked_how="code_phone"), by=SYSTEM
    )
    assert requests_of(person_of(home, keys=[phone.key])) == [mine]
    complete(mine.pk, answer="", by=SYSTEM)
    assert carry_out(home, open_pipeline, should_stop=lambda: False) == 1
    assert not Identity.objects.filter(key=phone.key).exists()
    assert find(MAIL).customer == find(MEMBER).customer == min(find(MAIL).born, find(MEMBER).born)
    assert customer_of_key(mail.key) != phone.born
    assert Consent.objects.filter(key=mail.key).exists()
    assert RightsRequest.objects.get(pk=theirs.pk).keys == theirs.keys != []
    assert RightsRequest.objects.get(pk=mine.pk).keys == []
    with home.lake.connect("feedback") as lake:
        assert lake.execute("SELECT text FROM feedback").fetchall() == [("别人的话",)]


def test_a_part_is_not_the_customer_in_the_ledger_nor_to_the_places(take, find, home) -> None:
    take(PHONE, MEMBER)
    phone = find(PHONE)
    assert person_of(home, keys=[phone.key]).customers == ()
    order_erasure(phone.customer, by=SYSTEM, why="part", keys=[phone.key])
    order_erasure(phone.customer, by=SYSTEM, why="whole")
    assert [one.customer for one in read_erasures(home.home)] == [None, phone.customer]


def test_a_refusal_is_said_for_the_covered_part_alone(take, find) -> None:
    take(PHONE, MEMBER)
    phone = find(PHONE)
    statement = Statement(purpose="survey", is_given=False, at=timezone.now())
    rows = record_consent(phone.customer, statement, by=SYSTEM, within=[phone.key])
    assert [row.key for row in rows] == [phone.key]
