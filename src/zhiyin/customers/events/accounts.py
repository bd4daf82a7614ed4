"""Companies that `group` names, and the customers that belong to them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from zhiyin.customers.events.items import Event
from zhiyin.customers.events.masking import mask_values
from zhiyin.customers.models import Identity, Relation, RelationKind, RelationMember
from zhiyin.engine.vault import Vault

ACCOUNT_PURPOSE = "company-account"
_MAX_NAME = 200
_decode = msgspec.json.Decoder(dict[str, object]).decode


def account_key(account: str, *, source: str, vault: Vault) -> str:
    """`Relation.account_key` of the company that the source gives this account number."""
    return vault.blind_index(f"{source}\0{account}", purpose=ACCOUNT_PURPOSE).hex()


def take_groups(events: Sequence[Event], *, keys: Sequence[str | None], vault: Vault) -> None:
    """Note the companies and their members; told again it changes nothing.

    `keys` are those of the events' people, whose identities must be known by now. Who was taken out by
    staff, or left, comes back only by an event after that.
    """
    groups = [(event, key) for event, key in zip(events, keys, strict=True) if event.type == "group"]
    if not groups:
        return
    identities = dict(
        Identity.objects.filter(key__in={key for _, key in groups if key}).values_list("key", "pk")
    )
    for event, key in sorted(groups, key=lambda one: one[0].occurred_at):
        relation = _ensure_company(event, vault=vault)
        if key in identities:
            _ensure_member(relation, identity_id=identities[key], event=event)


def _ensure_company(event: Event, *, vault: Vault) -> Relation:
    company, _ = Relation.objects.get_or_create(
        account_key=account_key(event.group_id, source=event.source, vault=vault),
        defaults={"kind": RelationKind.COMPANY, "made_at": event.occurred_at},
    )
    told = _decode(event.traits).get("name") if event.traits else None
    if isinstance(told, str) and told.strip():
        [name] = mask_values([" ".join(told.split())[:_MAX_NAME]])
        if name != company.name:
            company.name = name
            company.save(update_fields=["name"])
    return company


def _ensure_member(company: Relation, *, identity_id: int, event: Event) -> None:
    of_person = RelationMember.objects.filter(relation=company, identity_id=identity_id)
    if of_person.filter(left_at__isnull=True).exists():
        return
    if of_person.filter(left_at__gte=event.occurred_at).exists():
        return
    RelationMember.objects.get_or_create(
        relation=company,
        identity_id=identity_id,
        left_at=None,
        defaults={"added_at": event.occurred_at},
    )
