"""The pages of links: decide what was held back, take links back, try and use rules."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client

from zhiyin.customers.identifiers.pseudonyms import pseudonym
from zhiyin.customers.linking.job import KIND
from zhiyin.customers.linking.queries import find_by_identifier
from zhiyin.customers.linking.rules import get_rules
from zhiyin.customers.models import Link, LinkState
from zhiyin.listen.models import BackgroundJob
from zhiyin.people.models import OrgUnit
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role
from zhiyin.people.services.units import UnitReference, ensure_units

Take = Callable[..., UUID | None]


@pytest.fixture
def enter(engine: object) -> Callable[..., Client]:
    def make(role: Role = Role.OWNER, *, unit: OrgUnit | None = None) -> Client:
        account = create_account(role.value, password="correct horse battery staple", language="en")
        grant_role(account, role=role, unit=unit)
        client = Client()
        client.force_login(account)
        client.cookies["django_language"] = "en"
        return client

    return make


def _hold(take: Take) -> Link:
    take("member:M1!", "phone:13811112222!")
    take("member:M2!", "phone:13811112222!")
    return Link.objects.get(state=LinkState.QUARANTINED)


def test_what_was_held_back_is_decided_and_taken_back(take: Take, enter: Callable[..., Client]) -> None:
    held, client = _hold(take), enter()
    page = client.get("/customers/links/").content.decode()
    assert "Both have a verified identifier" in page
    assert "13811112222" not in page

    client.post("/customers/links/decide/", {"link": held.pk, "answer": "same"})
    assert find_by_identifier("member", "M1") == find_by_identifier("member", "M2")

    client.post(f"/customers/links/{held.pk}/take-back/")
    assert find_by_identifier("member", "M1") != find_by_identifier("member", "M2")
    assert "Both have a verified identifier" in client.get("/customers/links/").content.decode()


def test_a_link_is_taken_back_and_joined_again_on_the_customers_page(
    take: Take, enter: Callable[..., Client]
) -> None:
    customer, client = take("member:M1", "phone:13811112222"), enter()
    link = Link.objects.get()
    page = client.get(f"/customers/{customer}/links/").content.decode()
    assert "Named together in 1 record of shop" in page

    client.post(f"/customers/links/{link.pk}/undo/")
    assert find_by_identifier("member", "M1") != find_by_identifier("phone", "13811112222")

    client.post(f"/customers/links/{link.pk}/redo/")
    assert find_by_identifier("member", "M1") == find_by_identifier("phone", "13811112222") == customer


def test_staff_say_that_two_are_one_person_with_a_reason(take: Take, enter: Callable[..., Client]) -> None:
    one, other, client = take("member:M1"), take("phone:13811112222"), enter()
    url = f"/customers/{one}/links/new/"

    refused = client.post(url, {"other": pseudonym(other), "reason": ""})
    assert refused.status_code == 422
    assert pseudonym(other) in refused.content.decode()
    assert client.post(url, {"other": "C-0000-0000-0000", "reason": "x"}).status_code == 422

    client.post(url, {"other": pseudonym(other), "reason": "She called from this phone"})
    assert find_by_identifier("phone", "13811112222") == one
    assert client.post(url, {"other": pseudonym(one), "reason": "again"}).status_code == 422


def test_links_of_other_units_are_not_there(take: Take, enter: Callable[..., Client]) -> None:
    ids = ensure_units([UnitReference(code="S1"), UnitReference(code="S2")])
    theirs = take("member:M1", "phone:13811112222", unit_id=ids[1])
    link = Link.objects.get()
    client = enter(Role.AGENT, unit=OrgUnit.objects.get(pk=ids[0]))

    assert client.get(f"/customers/{theirs}/links/").status_code == 404
    assert client.post(f"/customers/links/{link.pk}/undo/").status_code == 404
    assert client.get("/customers/links/").status_code == 200


def test_rules_are_tried_before_they_are_used(take: Take, enter: Callable[..., Client]) -> None:
    take("member:M1", "phone:13811112222")
    client, rules = enter(), get_rules()
    form = {f"most-{type_}": str(rule.most_people) for type_, rule in rules.types.items()}
    form |= {f"joins-{type_}": "on" for type_ in rules.types if type_ != "phone"}
    form |= {"claimed": "on", "untrusted": "portal， forms"}

    page = client.post("/settings/linking/", form).content.decode()
    assert "<strong>1</strong> would fall apart" in page
    assert get_rules() == rules
    assert client.post("/settings/linking/", {**form, "most-phone": "0"}).status_code == 422
    assert client.post("/settings/linking/", {**form, "verified-phone": "0"}).status_code == 422

    client.post("/settings/linking/use/", {**form, "verified-phone": "3"})
    assert {
        type_: rule.most_verified for type_, rule in get_rules().types.items() if rule.most_verified > 1
    } == {"phone": 3}
    assert (get_rules().version, get_rules().untrusted_sources) == (2, ["portal", "forms"])
    assert BackgroundJob.objects.filter(kind=KIND).count() == 1
    assert "would change" in client.get("/settings/linking/?version=1").content.decode()
