"""Whatever is linked, merged, undone, erased, in whatever order: every fact belongs to one person."""

from __future__ import annotations

import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from django.test import override_settings
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from zhiyin.customers.linking.bare import name_by_key
from zhiyin.customers.linking.contract import Appearance, Proposal
from zhiyin.customers.linking.queries import find_customer
from zhiyin.customers.linking.reading import Reading
from zhiyin.customers.linking.recomputing import recompute, use_rules
from zhiyin.customers.linking.rules import get_rules
from zhiyin.customers.linking.services import (
    accept_link,
    erase_customer,
    link_identities,
    propose_links,
    refuse_link,
    take_appearances,
    undo_link,
)
from zhiyin.customers.linking.split_sides import is_thing
from zhiyin.customers.linking.splitting import split_customer, undo_split
from zhiyin.customers.linking.taking import take_readings
from zhiyin.customers.models import (
    Identity,
    IdentityUnit,
    Link,
    LinkChange,
    LinkRules,
    LinkSplit,
    LinkState,
    Sighting,
)
from zhiyin.engine import open_engine
from zhiyin.engine.home import Home
from zhiyin.errors import Conflict
from zhiyin.listen.authors import identifier_keys
from zhiyin.listen.identifiers import read_identifier
from zhiyin.listen.items import IdentityIn
from zhiyin.people.actors import SYSTEM

NAMES = [
    *(("member", f"M{number}") for number in range(3)),
    *(("phone", f"1381111000{number}") for number in range(3)),
    *(("platform_user", f"u{number}") for number in range(4)),
    *(("order", f"A{number}") for number in range(2)),
]
named = st.lists(st.tuples(st.sampled_from(NAMES), st.booleans()), min_size=1, max_size=3)


class Linking(RuleBasedStateMachine):
    """Records come in, people decide, rules change, customers are erased."""

    home: Home

    def __init__(self) -> None:
        super().__init__()
        for model in (LinkSplit, LinkChange, Link, Sighting, IdentityUnit, Identity, LinkRules):
            model._default_manager.all().delete()
        self.vault = open_engine(self.home).vault
        self.keys: set[str] = set()
        self.erased: set[UUID] = set()
        self.n = 0

    @rule(records=st.lists(st.tuples(named, st.booleans()), min_size=1, max_size=3))
    def records_come_in(self, records: list) -> None:
        batch = []
        for names, is_open in records:
            self.n += 1
            identities = [
                IdentityIn(type=type_, value=value, verified=is_verified)
                for (type_, value), is_verified in names
            ]
            at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=self.n)
            source = "portal" if is_open else "shop"
            batch.append(Appearance(identities=identities, source=source, at=at))
        take_appearances(batch, vault=self.vault)
        self.keys |= set(Identity.objects.values_list("key", flat=True))

    @rule(place=st.integers(0, len(NAMES) - 1), order=st.sampled_from([None, "A0", "A1"]))
    def a_fact_names_a_key_alone(self, place: int, order: str | None) -> None:
        told = [NAMES[place], ("order", order)] if order else [NAMES[place]]
        found = [read_identifier(type_, value, source="shop") for type_, value in told]
        keys = identifier_keys([one for one in found if one], vault=self.vault)
        named = [
            name_by_key(key, is_order=type_ == "order")
            for key, (type_, _value) in zip(dict.fromkeys(keys), told, strict=False)
        ]
        at = datetime(2026, 1, 1, tzinfo=UTC)
        take_readings([Reading(named=named, source="shop", at=at, unit_id=0)], vault=self.vault)
        self.keys |= set(Identity.objects.values_list("key", flat=True))

    @precondition(lambda self: Identity.objects.count() >= 2)
    @rule(data=st.data())
    def staff_link_and_undo(self, data: st.DataObject) -> None:
        left, right = self._two(data)
        before = self._partition()
        try:
            link = link_identities(left, right, by=SYSTEM, reason="they said so")
        except Conflict:
            return
        after = self._partition()
        assert after[left] == after[right]
        undo_link(link.pk, by=SYSTEM, reason="a mistake")
        assert self._partition() == before

    @precondition(lambda self: Identity.objects.count() >= 2)
    @rule(data=st.data())
    def staff_link(self, data: st.DataObject) -> None:
        left, right = self._two(data)
        try:
            link_identities(left, right, by=SYSTEM, reason="they said so")
        except Conflict:
            return
        assert len({self._partition()[one] for one in (left, right)}) == 1

    @precondition(lambda self: self._with_several())
    @rule(data=st.data(), is_undone=st.booleans())
    def staff_split(self, data: st.DataObject, is_undone: bool) -> None:
        customer = data.draw(st.sampled_from(self._with_several()))
        ids = list(Identity.objects.filter(customer=customer).order_by("pk").values_list("pk", flat=True))
        chosen = data.draw(st.sets(st.sampled_from(ids), min_size=1, max_size=len(ids) - 1))
        before = self._partition()
        split = split_customer(customer, chosen, by=SYSTEM)
        after = self._partition()
        people = [one for one in ids if one in chosen and not is_thing(Identity.objects.get(pk=one))]
        others = {one for one in ids if one not in chosen and not is_thing(Identity.objects.get(pk=one))}
        assert not {after[one] for one in people} & {after[one] for one in others}
        if is_undone:
            undo_split(split.pk, by=SYSTEM)
            assert self._partition() == before

    @precondition(lambda self: Link.objects.filter(state=LinkState.ACTIVE).exists())
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        link = self._link(data, LinkState.ACTIVE)
        undo_link(link.pk, by=SYSTEM, reason="two people")

    @precondition(lambda self: Link.objects.exclude(state=LinkState.ACTIVE).exists())
    @rule(data=st.data())
    def accept(self, data: st.DataObject) -> None:
        states = [state for state in LinkState if state != LinkState.ACTIVE]
        link = self._link(data, *states)
        accept_link(link.pk, by=SYSTEM)
        partition = self._partition()
        assert partition[link.left_id] == partition[link.right_id]

    @precondition(lambda self: Identity.objects.count() >= 2)
    @rule(data=st.data(), probability=st.sampled_from([0.3, 0.8, 0.99]))
    def propose(self, data: st.DataObject, probability: float) -> None:
        left, right = self._two(data)
        propose_links([Proposal(left_id=left, right_id=right, probability=probability)])

    @precondition(lambda self: Link.objects.filter(state=LinkState.PROPOSED).exists())
    @rule(data=st.data())
    def refuse(self, data: st.DataObject) -> None:
        refuse_link(self._link(data, LinkState.PROPOSED).pk, by=SYSTEM)

    @rule(
        type_=st.sampled_from(["phone", "member", "order"]),
        joins=st.booleans(),
        most=st.integers(1, 4),
        claimed=st.booleans(),
        match_from=st.sampled_from([None, 0.9, 0.7]),
    )
    def rules_change(
        self, type_: str, joins: bool, most: int, claimed: bool, match_from: float | None
    ) -> None:
        rules = get_rules()
        changed = msgspec.structs.replace(rules.of(type_), joins=joins, most_people=most)
        use_rules(
            msgspec.structs.replace(
                rules,
                types={**rules.types, type_: changed},
                claimed_join=claimed,
                match_from=match_from,
            ),
            by=None,
        )
        recompute()

    @precondition(lambda self: Identity.objects.exists())
    @rule(data=st.data())
    def erase(self, data: st.DataObject) -> None:
        customers = sorted(set(Identity.objects.values_list("customer", flat=True)))
        customer = data.draw(st.sampled_from(customers))
        born = set(Identity.objects.filter(customer=customer).values_list("born", flat=True))
        keys = erase_customer(customer)
        self.keys -= set(keys)
        self.erased |= born
        assert not Identity.objects.filter(key__in=keys).exists()

    @invariant()
    def every_fact_belongs_to_one_person(self) -> None:
        assert set(Identity.objects.values_list("key", flat=True)) == self.keys
        people: dict[UUID, list[UUID]] = {}
        for born, customer in Identity.objects.values_list("born", "customer"):
            people.setdefault(customer, []).append(born)
        for customer, births in people.items():
            assert customer == min(births)
            assert all(find_customer(born) == customer for born in births)

    @invariant()
    def nothing_erased_returns(self) -> None:
        assert not Identity.objects.filter(born__in=self.erased).exists()
        assert all(find_customer(one) is None for one in self.erased)

    @invariant()
    def step_by_step_is_what_all_at_once_gives(self) -> None:
        before = self._partition()
        recompute()
        assert self._partition() == before

    def _partition(self) -> dict[int, UUID]:
        return dict(Identity.objects.values_list("pk", "customer"))

    def _with_several(self) -> list[UUID]:
        counted = Counter(Identity.objects.values_list("customer", flat=True))
        return sorted(customer for customer, n in counted.items() if n > 1)

    def _two(self, data: st.DataObject) -> tuple[int, int]:
        ids = list(Identity.objects.order_by("pk").values_list("pk", flat=True))
        left = data.draw(st.sampled_from(ids))
        return left, data.draw(st.sampled_from([one for one in ids if one != left]))

    def _link(self, data: st.DataObject, *states: LinkState) -> Link:
        ids = list(Link.objects.filter(state__in=states).order_by("pk").values_list("pk", flat=True))
        return Link.objects.get(pk=data.draw(st.sampled_from(ids)))


def _run(tmp_path: Path, *, n_sequences: int, n_steps: int) -> None:
    Linking.home = Home(tmp_path / "home")
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    machine = Linking.TestCase()
    machine.settings = settings(
        max_examples=n_sequences,
        stateful_step_count=n_steps,
        deadline=None,
        suppress_health_check=checks,
        derandomize=n_sequences < 100,
        database=None,
    )
    with override_settings(HOME=Linking.home):
        machine.runTest()


@pytest.mark.django_db
def test_some_sequences_keep_every_promise(tmp_path: Path) -> None:
    _run(tmp_path, n_sequences=12, n_steps=20)


@pytest.mark.slow
@pytest.mark.django_db
def test_more_sequences_keep_every_promise(tmp_path: Path) -> None:
    # Ten thousand take hours: whoever changes how people are linked draws them once.
    _run(tmp_path, n_sequences=int(os.environ.get("ZHIYIN_LINK_SEQUENCES", "60")), n_steps=20)
