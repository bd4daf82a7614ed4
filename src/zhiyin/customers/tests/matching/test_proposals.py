"""Proposals in the product: found, covered, decided, taken back, decided by a threshold."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from zhiyin.customers.linking.contract import Evidence, Proposal
from zhiyin.customers.linking.rules import get_rules
from zhiyin.customers.linking.services import propose_links
from zhiyin.customers.matching.deciding import set_threshold
from zhiyin.customers.matching.proposals import decided_curve, judged_pairs
from zhiyin.customers.matching.proposing import propose
from zhiyin.customers.matching.reviewed import Judged, measured_curve
from zhiyin.customers.models import Identity, Link, LinkState
from zhiyin.engine import Engine
from zhiyin.people.actors import SYSTEM
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role

Members = Callable[[int], list[tuple[UUID | None, UUID | None]]]
PASSWORD = "correct horse battery staple"


@pytest.fixture
def owner(engine: Engine) -> Client:
    account = create_account("owner", password=PASSWORD)
    grant_role(account, role=Role.OWNER)
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def proposed(engine: Engine, members: Members) -> list[tuple[UUID | None, UUID | None]]:
    pairs = members(180)
    propose(home=engine.home)
    return pairs


@pytest.fixture
def waiting(engine: Engine, members: Members) -> int:
    """Proposals as matching would keep them, made without comparing anybody; how many."""
    evidence = [
        Evidence(code="alike.phone_1.one_sign", weight=9.3),
        Evidence(code="alike.given.same", weight=7),
    ]
    pairs = members(24)
    speakers = dict(Identity.objects.values_list("customer", "pk"))
    return propose_links(
        [
            Proposal(left_id=speakers[left], right_id=speakers[right], probability=0.97, evidence=evidence)
            for left, right in pairs
            if left and right
        ]
    )


def _pairs() -> set[frozenset[UUID]]:
    links = Link.objects.filter(origin="match").select_related("left", "right")
    return {frozenset((link.left.customer, link.right.customer)) for link in links}


def test_members_with_a_digit_wrong_are_proposed_once_and_nobody_else_and_nobody_is_named(
    engine: Engine,
    proposed: list[tuple[UUID | None, UUID | None]],
) -> None:
    truth = {frozenset(pair) for pair in proposed}
    found = _pairs()
    assert len(found & truth) >= 0.95 * len(truth)
    assert len(found - truth) <= 0.02 * len(found)
    kept = json.dumps(list(Link.objects.values_list("evidence", flat=True)), ensure_ascii=False)
    assert "alike.phone_1.one_sign" in kept
    assert not any(sign in kept for sign in ("杭州", "138", "王", "李", "张"))
    n = Link.objects.count()
    assert propose(home=engine.home)["proposed"] == 0
    assert Link.objects.count() == n


def test_the_page_shows_pairs_covered_with_their_reasons(owner: Client, waiting: int) -> None:
    text = owner.get(reverse("proposals"), headers={"accept-language": "en"}).content.decode()
    assert "phone" in text
    assert "one character off" in text
    assert "杭州****" in text
    assert "路" not in text
    assert not re.search(r"13\d{9}", text)


def test_accepting_makes_one_customer_and_undo_two_again(owner: Client, waiting: int) -> None:
    link = Link.objects.filter(origin="match").select_related("left", "right").order_by("-probability")[0]
    before = (link.left.customer, link.right.customer)
    owner.post(reverse("decide_proposals"), {"link": [link.pk], "answer": "same"})
    link.refresh_from_db()
    assert link.state == LinkState.ACTIVE
    assert Identity.objects.get(pk=link.left_id).customer == Identity.objects.get(pk=link.right_id).customer
    owner.post(reverse("take_back_proposals", args=[str(link.pk)]))
    link = Link.objects.select_related("left", "right").get(pk=link.pk)
    assert link.state == LinkState.PROPOSED
    assert (link.left.customer, link.right.customer) == before


def test_refusing_many_at_once_keeps_them_two_people(owner: Client, waiting: int) -> None:
    ids = list(Link.objects.filter(origin="match").values_list("pk", flat=True)[:5])
    owner.post(reverse("decide_proposals"), {"link": ids, "answer": "different"})
    assert set(Link.objects.filter(pk__in=ids).values_list("state", flat=True)) == {LinkState.REFUSED}
    assert next((p.n_taken, p.n_right) for p in decided_curve(judged_pairs())) == (5, 0)


def test_a_threshold_decides_by_itself_and_lets_go_when_it_is_taken_away(
    waiting: int,
) -> None:
    set_threshold(0.9, by=SYSTEM)
    assert get_rules().match_from == 0.9
    assert Link.objects.filter(origin="match", state=LinkState.ACTIVE).count() >= 0.9 * waiting
    set_threshold(None, by=SYSTEM)
    assert not Link.objects.filter(origin="match", state=LinkState.ACTIVE).exists()


def test_the_curve_tells_precision_and_recall_of_what_people_decided() -> None:
    judged = [Judged(probability=p, is_same=same) for p, same in ((0.9, True), (0.8, False), (0.4, True))]
    low, high = measured_curve(judged, steps=(0.3, 0.85))
    assert (low.precision.value, low.recall.value) == (pytest.approx(2 / 3), 1.0)
    assert (high.precision.value, high.recall.value) == (1.0, 0.5)
    assert high.precision.low is not None
    assert high.precision.low < 0.3


def test_the_page_of_the_curve_opens_with_and_without_decisions(owner: Client) -> None:
    assert owner.get(reverse("matching_curve")).status_code == 200
