"""The sample company's people, as a chain's records tell of them, are found to be one person each.

The records are of the kinds that a real chain has and the sample company's files do not: a member list, and
orders of platforms that name the platform's account beside a phone. Which of them a person is in, and which
are spoiled, is drawn; the truth is the sample's own customers.
"""

from __future__ import annotations

import sys
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from zhiyin.customers.linking.contract import Appearance
from zhiyin.customers.linking.services import take_appearances
from zhiyin.customers.matching.deciding import set_threshold
from zhiyin.customers.matching.proposing import propose
from zhiyin.customers.models import Identity
from zhiyin.engine import Engine
from zhiyin.listen.authors import identifier_keys
from zhiyin.listen.identifiers import read_identifier
from zhiyin.listen.items import IdentityIn
from zhiyin.listen.sample.customers import Customer, make_customer
from zhiyin.listen.sample.dice import Dice
from zhiyin.people.actors import SYSTEM

_START = datetime(2026, 3, 1, 8, tzinfo=UTC)
_CHANNELS = ("review_site", "social", "takeaway", "call_centre", "survey", "email", "wechat")
_PLATFORMS = {"review_site": "review_user", "takeaway": "takeaway_user", "social": "social_user"}
_SHARE_WITH_PHONE = 0.93
_SHARE_SPOILED = 0.03


def _people(n: int) -> list[Customer]:
    dice = Dice(20, "customers")
    return [make_customer(number, dice=dice, home_store=0, city="杭州") for number in range(n)]


def _spoiled(phone: str) -> str:
    return phone[:-1] + str((int(phone[-1]) + 1) % 10)


def _records(person: Customer, *, dice: Dice, minutes: int) -> list[Appearance]:
    """What the person's two or three channels, the platforms' orders and the member list tell."""
    told = []
    at = _START + timedelta(minutes=minutes)
    channels = sorted({_CHANNELS[dice.whole(0, len(_CHANNELS) - 1)] for _ in range(3)})
    phone = IdentityIn(type="phone", value=person.phone, verified=True)
    for channel in channels:
        told.append(Appearance(identities=person.identities(channel), source=channel, at=at))
        if channel in _PLATFORMS and dice.roll() < _SHARE_WITH_PHONE:
            user = IdentityIn(type="platform_user", value=getattr(person, _PLATFORMS[channel]))
            named = person.phone if dice.roll() >= _SHARE_SPOILED else _spoiled(person.phone)
            told.append(
                Appearance(
                    identities=[user, IdentityIn(type="phone", value=named)],
                    source=channel,
                    at=at,
                    name=person.name,
                    address=person.address,
                )
            )
    known = [one for one in person.all_identities() if one.type in {"member", "wechat_openid", "email"}]
    told.append(
        Appearance(
            identities=[phone, *known], source="wechat", at=at, name=person.name, address=person.address
        )
    )
    return told


def _truth(records: list[tuple[str, Appearance]], *, engine: Engine) -> dict[str, str]:
    """Who each key is: of a phone with a wrong digit, whoever's record it stood in."""
    truth: dict[str, str] = {}
    for person, record in records:
        for one in record.identities:
            identifier = read_identifier(one.type, one.value, source=record.source)
            if identifier is None:  # a number that thousands write when they want to give none
                continue
            (key,) = identifier_keys([identifier], vault=engine.vault)
            truth.setdefault(key, person)
    return truth


def _scores(truth: dict[str, str]) -> tuple[float, float]:
    """Precision and recall over pairs of identities."""

    def pairs(counts: Counter[object]) -> int:
        return sum(n * (n - 1) // 2 for n in counts.values())

    found = {key: str(customer) for key, customer in Identity.objects.values_list("key", "customer")}
    n_right = pairs(Counter((found[key], truth[key]) for key in found))
    n_found, n_true = pairs(Counter(found.values())), pairs(Counter(truth[key] for key in found))
    return n_right / n_found, n_right / n_true


@pytest.mark.slow
@pytest.mark.django_db
def test_the_samples_people_are_each_one_customer_by_rules_and_by_proposals(
    engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    dice = Dice(21, "records")
    records = [
        (person.code, record)
        for number, person in enumerate(_people(400))
        for record in _records(person, dice=dice, minutes=number)
    ]
    take_appearances([record for _, record in records], vault=engine.vault)
    truth = _truth(records, engine=engine)
    by_rules = _scores(truth)
    propose(home=engine.home)
    set_threshold(0.95, by=SYSTEM)
    precision, recall = _scores(truth)
    with capsys.disabled():
        sys.stdout.write(f"\nrules {by_rules}, with proposals {(precision, recall)}\n")
    assert precision >= 0.995
    assert recall >= 0.95
    assert recall >= by_rules[1]
