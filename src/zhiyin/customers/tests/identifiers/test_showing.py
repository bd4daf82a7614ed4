"""Who sees how much of an identifier, and what the trail keeps of it."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client

from zhiyin.customers.identifiers.pseudonyms import pseudonym, read_pseudonym
from zhiyin.customers.identifiers.queries import find_identities_by_tail
from zhiyin.customers.identifiers.sealing import mask_identity, open_identity, open_traits
from zhiyin.customers.identifiers.services import reveal_identity
from zhiyin.customers.models import Identity
from zhiyin.engine import open_engine
from zhiyin.engine.vault import TokenUnreadable
from zhiyin.errors import InvalidInput, NotFound
from zhiyin.people.actors import Actor
from zhiyin.people.models import AuditEvent
from zhiyin.people.permissions import Permission
from zhiyin.people.queries import get_scope
from zhiyin.people.roles import Role
from zhiyin.people.scope import EVERYTHING, Scope

pytestmark = pytest.mark.django_db
PHONE = "+8613912345678"


def _vault():
    return open_engine(settings.HOME).vault


def test_what_is_sealed_opens_only_for_its_own_identity(make_identity):
    mine, other = make_identity(PHONE, name="王小丽"), make_identity("+8613700000001")
    assert open_identity(mine, vault=_vault()) == PHONE
    assert open_traits(mine, vault=_vault()) == {"name": "王小丽"}
    assert open_traits(other, vault=_vault()) == {}
    assert mask_identity(mine, vault=_vault()) == "139****5678"
    assert PHONE.encode() not in bytes(mine.sealed)
    assert "王小丽".encode() not in bytes(mine.traits_sealed)
    other.sealed = mine.sealed
    with pytest.raises(TokenUnreadable):
        open_identity(other, vault=_vault())


def test_a_reveal_is_in_the_trail_with_its_reason_and_without_the_value(make_identity, make_account):
    identity, owner = make_identity(PHONE), make_account("owner", role=Role.OWNER)
    reason = "Call back, the customer left 13912345678"
    shown = reveal_identity(identity.pk, by=Actor.of(owner), reason=reason, scope=EVERYTHING)
    assert shown == PHONE
    event = AuditEvent.objects.get(action="identifier.revealed")
    assert event.actor_id == str(owner.pk)
    assert "Call back" in event.details
    assert "13912345678" not in event.details


def test_nothing_is_opened_without_a_reason_or_outside_the_scope(make_identity, store, far_store):
    identity = make_identity(PHONE, unit=store)
    with pytest.raises(InvalidInput):
        reveal_identity(identity.pk, by=Actor(kind="system"), reason="  x ", scope=EVERYTHING)
    elsewhere = Scope(unit_ids=frozenset({far_store.pk}))
    with pytest.raises(NotFound):
        reveal_identity(identity.pk, by=Actor(kind="system"), reason="call back", scope=elsewhere)
    assert not AuditEvent.objects.filter(action="identifier.revealed").exists()


def test_four_digits_find_who_the_asker_may_see(make_identity, store, far_store):
    near, far = make_identity(PHONE, unit=store), make_identity("+8613600005678", unit=far_store)
    company = make_identity("M-0000-5678", type="member")
    make_identity("+8613912340000", unit=store)
    assert set(find_identities_by_tail("5678", scope=EVERYTHING)) == {near, far, company}
    assert find_identities_by_tail(" 5678 ", scope=Scope(unit_ids=frozenset({store.pk}))) == [near]
    assert find_identities_by_tail("678", scope=EVERYTHING) == []
    assert find_identities_by_tail("", scope=EVERYTHING) == []


def test_a_pseudonym_stays_and_is_read_as_people_type_it():
    one, two = UUID(int=1), UUID(int=2)
    assert pseudonym(one) == pseudonym(one) != pseudonym(two)
    assert read_pseudonym(pseudonym(one)) == pseudonym(one)
    assert read_pseudonym(pseudonym(one).lower().replace("-", " ")) == pseudonym(one)
    assert read_pseudonym(pseudonym(one)[2:]) == pseudonym(one)
    assert read_pseudonym("13912345678") is None
    assert read_pseudonym("") is None


def _drawn(identity: Identity, *may: str) -> str:
    return render_to_string("customers/identifiers/_masked.html", {"identity": identity, "may": may})


def test_who_may_not_uncover_sees_a_stand_in_without_a_digit_of_the_number(make_identity):
    identity = make_identity(PHONE)
    assert "139****5678" in _drawn(identity, "customers:reveal")
    for_analyst = _drawn(identity)
    assert "5678" not in for_analyst
    assert "<form" not in for_analyst


def test_the_page_shows_the_number_once_and_only_for_a_reason(
    client: Client, make_identity, make_account, store
):
    identity = make_identity(PHONE, unit=store)
    client.force_login(make_account("agent", role=Role.AGENT, unit=store))
    url = f"/customers/identifiers/{identity.pk}/"
    assert PHONE not in client.get(url).content.decode()
    refused = client.post(url, {"reason": ""})
    assert refused.status_code == 422
    assert PHONE not in refused.content.decode()
    shown = client.post(
        url, {"reason": "回电确认"}, headers={"HX-Request": "true", "HX-Target": f"identifier-{identity.pk}"}
    )
    assert PHONE in shown.content.decode()
    assert "<html" not in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    assert PHONE in client.post(url, {"reason": "回电确认"}).content.decode()


@pytest.mark.parametrize("role", [Role.AGENT, Role.ANALYST, Role.AUDITOR])
def test_others_are_kept_out(client: Client, make_identity, make_account, store, far_store, role):
    account = make_account("other", role=role, unit=far_store if role is Role.AGENT else None)
    client.force_login(account)
    answer = client.post(
        f"/customers/identifiers/{make_identity(PHONE, unit=store).pk}/", {"reason": "curious"}
    )
    assert answer.status_code == (404 if role is Role.AGENT else 403)
    assert get_scope(account, permission=Permission.CUSTOMERS_REVEAL).unit_ids is not None
