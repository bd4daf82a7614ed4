"""A customer is split in one step: looked at first, kept apart for good, taken back at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.test import Client

from zhiyin.customers.linking.recomputing import recompute
from zhiyin.customers.linking.services import accept_link, undo_link
from zhiyin.customers.linking.split_facts import count_facts
from zhiyin.customers.linking.splitting import preview_split, split_customer, splits_of, undo_split
from zhiyin.customers.models import Identity, Link, LinkChange, LinkSplit
from zhiyin.engine import Engine
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.listen.items import AuthorIn, IdentityIn
from zhiyin.listen.records.items import PurchaseIn
from zhiyin.listen.records.kinds import get_kind
from zhiyin.listen.records.taking import take_records
from zhiyin.people.actors import SYSTEM
from zhiyin.people.models import OrgUnit
from zhiyin.people.roles import Role
from zhiyin.people.scope import EVERYTHING, NOTHING
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.people.services.units import UnitReference, ensure_units

Take = Callable[..., UUID | None]
Find = Callable[..., Identity]


def _ids(identity: Find, *names: str) -> list[int]:
    return [identity(name).pk for name in names]


def _who() -> dict[int, UUID]:
    return dict(Identity.objects.values_list("pk", "customer"))


def _links() -> list[tuple[object, ...]]:
    columns = ("left_id", "right_id", "state", "guard", "origin", "rules", "decided_at", "decided_by_id")
    return list(Link.objects.order_by("left_id", "right_id").values_list(*columns))


@pytest.fixture
def customer(take: Take) -> UUID:
    """Whose member card and phone came first; a platform's account and an openid came by the phone."""
    take("member:M1", "phone:13811112222")
    take("platform_user:u1", "phone:13811112222", minutes=1)
    found = take("wechat_openid:o1", "platform_user:u1", minutes=2)
    assert found is not None
    return found


def test_the_chosen_are_somebody_else_whatever_records_come_and_rules_judge(
    customer: UUID, take: Take, identity: Find
) -> None:
    chosen = _ids(identity, "platform_user:u1", "wechat_openid:o1")
    split = split_customer(customer, chosen, by=SYSTEM, reason="his brother")
    parts: list[set[str]] = [set(), set()]
    for one in Identity.objects.all():
        parts[one.customer == customer].add(one.type)
    assert parts == [{"platform_user", "wechat_openid"}, {"member", "phone"}]
    assert identity("platform_user:u1").customer == split.other != split.customer == customer

    take("wechat_openid:o1", "member:M1", minutes=3)
    take("platform_user:u1", "phone:13811112222", minutes=4)
    take("device:d1", "platform_user:u1", minutes=5)
    take("device:d1", "member:M1", minutes=6)
    recompute()
    assert identity("wechat_openid:o1").customer != identity("member:M1").customer
    assert identity("device:d1").customer == split.other


def test_one_undo_gives_exactly_what_was_before(customer: UUID, identity: Find) -> None:
    decided = Link.objects.order_by("pk")[0]
    undo_link(decided.pk, by=SYSTEM)
    accept_link(decided.pk, by=SYSTEM, reason="she said so")
    before, links, n_changes = _who(), _links(), LinkChange.objects.count()
    split = split_customer(customer, _ids(identity, "phone:13811112222"), by=SYSTEM, reason="a shared phone")
    assert _who() != before
    assert splits_of(customer) == [split]
    undo_split(split.pk, by=SYSTEM)
    assert _who() == before
    assert _links() == links
    assert splits_of(customer) == []
    assert LinkChange.objects.count() > n_changes  # what was done stays told
    with pytest.raises(Conflict):
        undo_split(split.pk, by=SYSTEM)


def test_orders_go_with_the_account_that_alone_names_them(customer: UUID, take: Take, identity: Find) -> None:
    take("order:A-1", "platform_user:u1", minutes=3)
    take("order:A-2", "member:M1", minutes=4)
    take("order:A-3", "platform_user:u1", minutes=5)
    take("order:A-3", "member:M1", minutes=6)
    before, links = _who(), _links()
    split = split_customer(customer, _ids(identity, "platform_user:u1", "wechat_openid:o1"), by=SYSTEM)
    assert identity("order:A-1").customer == split.other
    assert {identity(name).customer for name in ("order:A-2", "order:A-3")} == {customer}
    take("order:A-1", "device:d1", minutes=7)
    take("device:d1", "member:M1", minutes=8)
    assert identity("order:A-1").customer != identity("member:M1").customer
    undo_split(split.pk, by=SYSTEM)
    assert set(_who().values()) == {customer}
    assert {pair[:3] for pair in links} <= {pair[:3] for pair in _links()}
    assert before.keys() <= _who().keys()


def test_undo_leaves_what_somebody_decided_since(customer: UUID, identity: Find) -> None:
    split = split_customer(customer, _ids(identity, "wechat_openid:o1"), by=SYSTEM)
    link = Link.objects.get(left=identity("platform_user:u1"), right=identity("wechat_openid:o1"))
    accept_link(link.pk, by=SYSTEM)
    decided = Link.objects.get(pk=link.pk).decided_at
    undo_split(split.pk, by=SYSTEM)
    assert Link.objects.get(pk=link.pk).decided_at == decided
    assert set(_who().values()) == {customer}


def test_the_preview_says_who_there_would_be_and_writes_nothing(customer: UUID, identity: Find) -> None:
    before, links = _who(), _links()
    chosen = _ids(identity, "phone:13811112222")
    parts = preview_split(customer, chosen)
    assert (_who(), _links(), LinkSplit.objects.count()) == (before, links, 0)
    split_customer(customer, chosen, by=SYSTEM)
    assert {part.customer for part in parts} == set(_who().values())
    # The phone alone tied the member to the two accounts, which hang together without it.
    assert [(part.is_chosen, len(part.identities)) for part in parts] == [(False, 2), (False, 1), (True, 1)]


@pytest.mark.parametrize(
    "names", [[], ["member:M1", "phone:13811112222", "platform_user:u1", "wechat_openid:o1"]]
)
def test_none_and_all_are_refused(customer: UUID, identity: Find, names: Iterable[str]) -> None:
    with pytest.raises(InvalidInput):
        split_customer(customer, _ids(identity, *names), by=SYSTEM)


def test_somebody_elses_identifier_is_not_found(customer: UUID, take: Take, identity: Find) -> None:
    take("member:M9")
    with pytest.raises(NotFound):
        split_customer(customer, _ids(identity, "phone:13811112222", "member:M9"), by=SYSTEM)


def test_the_preview_counts_what_goes_with_whom(customer: UUID, engine: Engine, identity: Find) -> None:
    purchases = [
        PurchaseIn(
            external_id=f"P{n}",
            ordered_at=datetime(2026, 3, 1, 8, n, tzinfo=UTC),
            customer=AuthorIn(identities=[IdentityIn(type=type_, value=value)]),
            amount=9.0,
        )
        for n, (type_, value) in enumerate(
            [("member", "M1"), ("platform_user", "u1"), ("platform_user", "u1")]
        )
    ]
    take_records(purchases, kind=get_kind("purchases"), source="shop", engine=engine)
    chosen = _ids(identity, "platform_user:u1", "wechat_openid:o1")
    parts = [part.keys for part in preview_split(customer, chosen)]
    told = count_facts(parts, scope=EVERYTHING)
    assert [list(one.counts) for one in told] == [[1, 2]]
    assert count_facts(parts, scope=NOTHING) == []


def _enter(role: Role, *, unit: OrgUnit | None = None) -> Client:
    account = create_account(role.value, password="correct horse battery staple", language="en")
    grant_role(account, role=role, unit=unit)
    client = Client()
    client.force_login(account)
    client.cookies["django_language"] = "en"
    return client


def test_staff_choose_look_split_and_undo(customer: UUID, identity: Find) -> None:
    client, chosen = _enter(Role.OWNER), _ids(identity, "platform_user:u1", "wechat_openid:o1")
    page = client.get(f"/customers/{customer}/links/").content.decode()
    assert all(f'value="{one}"' in page for one in chosen)

    url = f"/customers/{customer}/split/"
    preview = client.get(url, {"identity": chosen})
    assert "Nothing has been changed yet" in preview.content.decode()
    assert len(set(_who().values())) == 1

    assert client.post(url, {"identity": []}).status_code == 302
    assert not LinkSplit.objects.exists()
    client.post(url, {"identity": chosen, "reason": "two brothers"})
    split = LinkSplit.objects.get()
    assert len(set(_who().values())) == 2
    assert "two brothers" in client.get(f"/customers/{split.other}/links/").content.decode()

    client.post(f"/customers/splits/{split.pk}/undo/")
    assert len(set(_who().values())) == 1


def test_customers_of_other_units_cannot_be_split(take: Take, identity: Find) -> None:
    ids = ensure_units([UnitReference(code="S1"), UnitReference(code="S2")])
    theirs = take("member:M1", "phone:13811112222", unit_id=ids[1])
    assert theirs is not None
    chosen = _ids(identity, "phone:13811112222")
    agent = _enter(Role.AGENT, unit=OrgUnit.objects.get(pk=ids[0]))
    assert agent.post(f"/customers/{theirs}/split/", {"identity": chosen}).status_code == 404
    split = split_customer(theirs, chosen, by=SYSTEM)
    assert agent.post(f"/customers/splits/{split.pk}/undo/").status_code == 404
