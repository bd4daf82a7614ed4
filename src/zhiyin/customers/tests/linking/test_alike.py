"""Who is only alike: the likeliest joins first, and two accounts of one platform are two people's."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from zhiyin.customers.linking.contract import Proposal
from zhiyin.customers.linking.judging import TOO_MANY
from zhiyin.customers.linking.services import propose_links
from zhiyin.customers.matching.deciding import set_threshold
from zhiyin.customers.models import Identity, Link, LinkState
from zhiyin.people.actors import SYSTEM

MEMBER, LIKELY, UNLIKELY = "member:M1", "platform_user:t1", "platform_user:t2"


@pytest.fixture
def alike(take: Callable[..., UUID | None], identity: Callable[..., Identity]) -> Callable[[str], Identity]:
    """A member like whom two accounts of one platform are, the less likely proposed first."""
    for name in (MEMBER, LIKELY, UNLIKELY):
        take(name)
    for name, probability in ((UNLIKELY, 0.8), (LIKELY, 0.99)):
        pair = {"left_id": identity(MEMBER).pk, "right_id": identity(name).pk}
        propose_links([Proposal(**pair, probability=probability)])
    return identity


def test_the_likelier_of_two_accounts_joins_and_the_other_waits_for_a_person(
    alike: Callable[[str], Identity],
) -> None:
    set_threshold(0.7, by=SYSTEM)

    assert alike(LIKELY).customer == alike(MEMBER).customer
    assert alike(UNLIKELY).customer != alike(MEMBER).customer
    assert Link.objects.get(state=LinkState.QUARANTINED).guard == TOO_MANY


def test_what_was_held_back_is_a_mere_proposal_again_above_a_higher_threshold(
    alike: Callable[[str], Identity],
) -> None:
    set_threshold(0.7, by=SYSTEM)
    set_threshold(0.9, by=SYSTEM)

    states = dict(Link.objects.values_list("probability", "state"))
    assert states == {0.99: LinkState.ACTIVE, 0.8: LinkState.PROPOSED}


def test_a_record_that_names_a_second_account_beats_the_likeness_to_another(
    alike: Callable[[str], Identity], take: Callable[..., UUID | None]
) -> None:
    set_threshold(0.7, by=SYSTEM)
    take(MEMBER, "platform_user:t3")

    assert alike("platform_user:t3").customer == alike(MEMBER).customer
    assert alike(LIKELY).customer != alike(MEMBER).customer
    assert Link.objects.filter(state=LinkState.QUARANTINED, guard=TOO_MANY).count() == 2
