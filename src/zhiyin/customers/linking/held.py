"""Reads links for pages: those held back, and those that make up a customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from zhiyin.customers.linking.judging import (
    CLAIMED_ORDER,
    KEPT_APART,
    RULES,
    SHARED,
    TOO_MANY,
    TWO_VERIFIED,
)
from zhiyin.customers.models import Identity, IdentityUnit, Link, LinkState, Sighting
from zhiyin.people.scope import Scope

PAGE_SIZE = 20
_COMPANY = 0

GUARDS: Mapping[str, object] = {
    TWO_VERIFIED: _("Both have a verified identifier of the same type, and they differ."),
    TOO_MANY: _("Together they would have more accounts than one person has."),
    CLAIMED_ORDER: _("Only an order ties them, and each has an account or number of the same type."),
    KEPT_APART: _("A colleague said that the two are different people."),
    SHARED: _("The identifier that ties them is given by too many people."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What ties two identities: how many records of which sources name both, and when."""

    n_records: int
    sources: Sequence[str]
    last_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLink:
    """A link with its two identities, why it was held back, and what ties them."""

    link: Link
    evidence: Evidence

    @property
    def why(self) -> object:
        """What the guard says, in the page's language."""
        return GUARDS.get(self.link.guard, "")


def held_links(*, scope: Scope) -> QuerySet[Link]:
    """Links that a guard keeps from joining and nobody decided yet, the newest first."""
    held = Link.objects.filter(state=LinkState.QUARANTINED).exclude(guard__in=(RULES, ""))
    apart = held.exclude(left__customer=F("right__customer"))
    return links_in_scope(apart, scope=scope).select_related("left", "right").order_by("-made_at", "-pk")


def links_in_scope(links: QuerySet[Link], *, scope: Scope) -> QuerySet[Link]:
    """Those of which both customers were seen in a unit of the scope."""
    if scope.unit_ids is None:
        return links
    seen = IdentityUnit.objects.filter(unit_id__in=scope.unit_ids - {_COMPANY}).values("identity__customer")
    return links.filter(left__customer__in=seen, right__customer__in=seen)


def links_of(customer: UUID) -> list[ShownLink]:
    """The active links among the customer's identities, the newest first."""
    rows = Link.objects.filter(
        left__customer=customer, right__customer=customer, state=LinkState.ACTIVE
    ).select_related("left", "right", "decided_by")
    return show_links(list(rows.order_by("-made_at", "-pk")[:200]))


def apart_of(customer: UUID) -> list[ShownLink]:
    """Links of the customer's identities that somebody undid or refused, the newest first.

    Not the pairs that only a split keeps apart: it is taken back as a whole.
    """
    rows = (
        Link.objects.filter(
            Q(left__customer=customer) | Q(right__customer=customer),
            state__in=(LinkState.UNDONE, LinkState.REFUSED),
        )
        .exclude(origin="split")
        .select_related("left", "right", "decided_by")
    )
    return show_links(list(rows.order_by("-decided_at", "-pk")[:50]))


def show_links(links: Sequence[Link]) -> list[ShownLink]:
    """The links with what ties their identities."""
    return [ShownLink(link=link, evidence=_evidence(link)) for link in links]


def anchor_of(customer: UUID) -> Identity | None:
    """The customer's oldest identity, by which staff link it as a whole."""
    return Identity.objects.filter(customer=customer).order_by("first_seen_at", "pk").first()


def _evidence(link: Link) -> Evidence:
    rows = Sighting.objects.filter(left_id=link.left_id, right_id=link.right_id)
    total = rows.aggregate(n=Sum("n_records"))["n"] or 0
    last = rows.order_by("-last_at").values_list("last_at", flat=True).first()
    sources = list(rows.order_by("-n_records").values_list("source", flat=True)[:3])
    return Evidence(n_records=total, sources=sources, last_at=last)
