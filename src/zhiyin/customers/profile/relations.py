"""Households and companies: who belongs together, added and taken back by staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhiyin.customers.linking.queries import visible_customers
from zhiyin.customers.models import Relation, RelationKind, RelationMember
from zhiyin.customers.profile.person import Person
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.listen.pipeline.masking import mask_texts
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event

_MAX_NAME, _MAX_ROLE = 200, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLine:
    """A customer in a relation; `is_self` is the one whose page it is."""

    member_id: int
    customer: UUID
    role: str
    is_self: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationLine:
    """A relation as the page shows it; `n_hidden` members lie outside the asker's scope."""

    relation: Relation
    members: Sequence[MemberLine]
    n_hidden: int


def list_relations(person: Person, *, scope: Scope) -> list[RelationLine]:
    """The relations that the customer belongs to, with the members that the asker may see."""
    own = RelationMember.objects.filter(identity__in=person.identities, left_at__isnull=True)
    relations = Relation.objects.filter(pk__in=own.values("relation_id")).order_by("kind", "pk")
    return [_line(relation, person=person, scope=scope) for relation in relations]


def relate(
    person: Person,
    other: Person,
    *,
    kind: RelationKind,
    name: str = "",
    role: str = "",
    by: Account | None,
    actor: Actor,
    at: datetime,
) -> RelationMember:
    """Make the other one a member of the customer's household or company; the relation is made if needed.

    Raises:
        InvalidInput: a customer with themselves. Conflict: they belong together already.
    """
    if person.customer == other.customer:
        raise InvalidInput("These two are the same customer already.", field="other")
    with transaction.atomic():
        relation = _find_relation(person, kind=kind) or _find_relation(other, kind=kind)
        if relation is None:
            kept = _plain(name, limit=_MAX_NAME) if kind == RelationKind.COMPANY else ""
            relation = Relation.objects.create(kind=kind, name=kept, made_at=at)
        joined = [_join(relation, one, role=role, by=by, at=at) for one in (person, other)]
        added = [member for member in joined if member is not None]
        if not added:
            raise Conflict("These two belong together already.")
        record_event(
            "customer.related", by=actor, target=("customer", person.customer), details={"kind": str(kind)}
        )
    return added[-1]


def leave(person: Person, *, relation_id: int, member_id: int, actor: Actor, at: datetime) -> None:
    """The member no longer belongs to the relation; nothing is forgotten, so that it can be undone.

    Raises:
        NotFound: no such member of a relation of this customer.
    """
    member = _find_member(person, relation_id=relation_id, member_id=member_id)
    same = RelationMember.objects.filter(
        relation_id=relation_id, identity__customer=member.identity.customer, left_at__isnull=True
    )
    same.update(left_at=at)
    record_event("customer.unrelated", by=actor, target=("customer", person.customer))


def rejoin(*, relation_id: int, member_id: int, scope: Scope, actor: Actor) -> None:
    """Take back that a member left.

    Raises:
        NotFound: no such member within the scope. Conflict: it belongs again already.
    """
    member = (
        RelationMember.objects.select_related("identity")
        .filter(pk=member_id, relation_id=relation_id, left_at__isnull=False)
        .first()
    )
    if member is None or not visible_customers([member.identity.customer], scope=scope):
        raise NotFound("There is nothing to take back.")
    again = RelationMember.objects.filter(
        relation_id=relation_id, identity_id=member.identity_id, left_at__isnull=True
    )
    if again.exists():
        raise Conflict("They belong together again already.")
    member.left_at = None
    member.save(update_fields=["left_at"])
    record_event("customer.related", by=actor, target=("customer", member.identity.customer))


def _find_member(person: Person, *, relation_id: int, member_id: int) -> RelationMember:
    own = RelationMember.objects.filter(
        relation_id=relation_id, identity__in=person.identities, left_at__isnull=True
    )
    member = (
        RelationMember.objects.select_related("identity")
        .filter(pk=member_id, relation_id=relation_id, left_at__isnull=True)
        .first()
    )
    if member is None or not own.exists():
        raise NotFound("There is no such member.")
    return member


def _find_relation(person: Person, *, kind: RelationKind) -> Relation | None:
    members = RelationMember.objects.select_related("relation").filter(
        identity__in=person.identities, left_at__isnull=True, relation__kind=kind
    )
    found = members.order_by("pk").first()
    return found.relation if found else None


def _join(
    relation: Relation, person: Person, *, role: str, by: Account | None, at: datetime
) -> RelationMember | None:
    """None where the customer is a member already."""
    known = RelationMember.objects.filter(
        relation=relation, identity__in=person.identities, left_at__isnull=True
    )
    if known.exists():
        return None
    return RelationMember.objects.create(
        relation=relation,
        identity=min(person.identities, key=lambda identity: identity.born.int),
        role=_plain(role, limit=_MAX_ROLE),
        added_at=at,
        added_by=by,
    )


def _line(relation: Relation, *, person: Person, scope: Scope) -> RelationLine:
    members = relation.members.filter(left_at__isnull=True).select_related("identity")
    found = {member.identity.customer: member for member in members.order_by("-added_at", "-pk")}
    visible = visible_customers(found, scope=scope) | {person.customer}
    lines = [
        MemberLine(
            member_id=member.pk,
            customer=customer,
            role=member.role,
            is_self=customer == person.customer,
        )
        for customer, member in reversed(found.items())
        if customer in visible
    ]
    return RelationLine(relation=relation, members=lines, n_hidden=len(found) - len(lines))


def _plain(text: str, *, limit: int) -> str:
    # Whoever names a company or a role may write a number or a name in it.
    return mask_texts([" ".join(text.split())[:limit]])[0]
