"""What a person was given and what was decided about them, as they may see and take it; and its erasing."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhiyin.customers.rights.holders import Holder, Part, Person, Value, register_holder
from zhiyin.respond.models import Compensation, Decision
from zhiyin.respond.policies.erasing import erase_from_policies
from zhiyin.respond.policies.reasons import texts_of


def register() -> None:
    """Called once, when the apps are ready."""
    register_holder(
        Holder(
            name="compensations", title=gettext_lazy("Compensations"), read=read_of, erase=_erase, order=51
        )
    )


def read_of(person: Person) -> list[Part]:
    """What the person was given, and what was decided on the cases that began with their voices."""
    parts: list[Part] = []
    given = Compensation.objects.filter(_of(person)).select_related("case").order_by("at")
    if rows := [_given(one) for one in given]:
        columns = ["case", "kind", "amount", "points", "granted_at", "taken_back_at"]
        parts.append(Part(name="compensations", title=_("Compensations"), columns=columns, rows=rows))
    decided = Decision.objects.filter(case__feedback_id__in=person.feedback_ids)
    decided = decided.select_related("case__unit", "version__policy")
    decided = decided.prefetch_related("approvals", "compensations")
    rows = [_decided(one) for one in decided.order_by("pk")]
    if rows:
        columns = ["case", "policy", "answer", "reason", "figures", "decided_at"]
        parts.append(Part(name="decisions", title=_("Decisions"), columns=columns, rows=rows))
    return parts


def _given(one: Compensation) -> list[Value]:
    undone = one.undone_at.isoformat() if one.undone_at else None
    return [one.case.number, one.kind, one.amount_cents / 100, one.points, one.at.isoformat(), undone]


def _decided(one: Decision) -> list[Value]:
    figures = [f"{field}={value}" for field, value in one.input.items() if value is not None]
    said = texts_of(one, also_past=True)[0]
    return [one.case.number, one.version.policy.name, one.answer, said, figures, one.at.isoformat()]


def _erase(person: Person) -> int:
    with transaction.atomic():
        n_given = Compensation.objects.filter(_of(person)).update(customer=None, order_key="")
        erase_from_policies(person.feedback_ids)
    return n_given + Decision.objects.filter(case__feedback_id__in=person.feedback_ids).count()


def _of(person: Person) -> Q:
    return Q(customer__in=person.customers) | Q(case__feedback_id__in=person.feedback_ids)
