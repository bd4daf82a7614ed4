"""Reads proposals: side by side, covered, with the reasons; and the curve of what people decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q, QuerySet

from zhiyin.customers.identifiers.masking import mask_identifier
from zhiyin.customers.identifiers.pseudonyms import identifier_pseudonym, pseudonyms
from zhiyin.customers.identifiers.sealing import mask_identity, open_traits
from zhiyin.customers.matching.proposing import read_code
from zhiyin.customers.matching.reviewed import Judged, MeasuredPoint, measured_curve
from zhiyin.customers.matching.wording import Language, field_name, level_name
from zhiyin.customers.models import Identity, IdentityUnit, Link, LinkState
from zhiyin.engine import open_engine
from zhiyin.engine.vault import Vault
from zhiyin.errors import ZhiyinError
from zhiyin.people.scope import Scope

PAGE_SIZE = 20
STEPS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)
FEWEST_JUDGED = 30
_COMPANY = 0
_SUREST = 0.999
_SHOWN = ("name", "birthday", "address")


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """One of two customers: `name` stands for it, `identities` and `traits` are covered."""

    customer: UUID
    name: str
    identities: list[tuple[str, str]]
    traits: list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One thing that was compared; `bits` above 0 speak for one person."""

    field: str
    level: str
    bits: float

    @property
    def speaks_for(self) -> bool:
        """Whether it makes one person likelier."""
        return self.bits > 0


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownProposal:
    """Two customers that may be one person."""

    link_id: int
    probability: float
    left: Side
    right: Side
    reasons: list[Reason]

    @property
    def shown(self) -> float:
        """The probability as people should read it: a model is never quite sure."""
        return min(self.probability, _SUREST)


def open_proposals(*, scope: Scope) -> QuerySet[Link]:
    """What waits for a decision, the surest first; both customers seen in a unit of the scope."""
    waiting = Link.objects.filter(origin="match", state=LinkState.PROPOSED)
    apart = waiting.exclude(left__customer=F("right__customer"))
    return in_scope(apart, scope=scope).order_by("-probability", "pk")


def in_scope(links: QuerySet[Link], *, scope: Scope) -> QuerySet[Link]:
    """Those of which both customers were seen in a unit of the scope."""
    if scope.unit_ids is None:
        return links
    seen = IdentityUnit.objects.filter(unit_id__in=scope.unit_ids - {_COMPANY}).values("identity__customer")
    return links.filter(left__customer__in=seen, right__customer__in=seen)


def show_proposals(links: Sequence[Link], *, language: Language, may_see: bool) -> list[ShownProposal]:
    """Proposals as a page shows them; `may_see` covered identifiers, else only what stands for them."""
    customers = [one for link in links for one in (link.left.customer, link.right.customer)]
    names = dict(zip(customers, pseudonyms(customers), strict=True))
    of: dict[UUID, list[Identity]] = {}
    for identity in Identity.objects.filter(customer__in=set(customers)).order_by("-last_seen_at", "pk"):
        of.setdefault(identity.customer, []).append(identity)
    vault = open_engine(settings.HOME).vault
    sides = {
        customer: _side(customer, name=names[customer], identities=of[customer], vault=vault, may_see=may_see)
        for customer in names
    }
    return [
        ShownProposal(
            link_id=link.pk,
            probability=link.probability or 0.0,
            left=sides[link.left.customer],
            right=sides[link.right.customer],
            reasons=_reasons(link, language=language),
        )
        for link in links
    ]


def _side(customer: UUID, *, name: str, identities: Sequence[Identity], vault: Vault, may_see: bool) -> Side:
    return Side(
        customer=customer,
        name=name,
        identities=[
            (one.type, _covered(one, vault=vault) if may_see else identifier_pseudonym(one.key))
            for one in identities[:6]
        ],
        traits=_traits(identities, vault=vault) if may_see else [],
    )


def _covered(identity: Identity, *, vault: Vault) -> str:
    try:
        return mask_identity(identity, vault=vault)
    except ZhiyinError:
        return "****"


def _traits(identities: Sequence[Identity], *, vault: Vault) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for identity in identities:
        try:
            told = open_traits(identity, vault=vault)
        except ZhiyinError:
            continue
        for name in _SHOWN:
            if told.get(name):
                found.setdefault(name, mask_identifier(name, told[name]))
    return [(name, found[name]) for name in _SHOWN if name in found]


def _reasons(link: Link, *, language: Language) -> list[Reason]:
    reasons = []
    for one in link.evidence:
        read = read_code(str(one.get("code", "")))
        if read:
            reasons.append(
                Reason(
                    field=field_name(read[0], language=language),
                    level=level_name(read[1], language=language),
                    bits=float(one.get("weight", 0.0)),
                )
            )
    return reasons


def judged_pairs() -> list[Judged]:
    """What people decided of proposals: accepted is one person, refused or undone are two."""
    rows = Link.objects.filter(
        Q(state=LinkState.ACTIVE) | Q(state=LinkState.REFUSED) | Q(state=LinkState.UNDONE),
        origin="match",
        decided_at__isnull=False,
        probability__isnull=False,
    )
    return [
        Judged(probability=float(probability or 0.0), is_same=state == LinkState.ACTIVE)
        for probability, state in rows.values_list("probability", "state")
    ]


def decided_curve(judged: Sequence[Judged]) -> list[MeasuredPoint]:
    """Precision and recall among the decided proposals over the threshold."""
    return measured_curve(judged, steps=STEPS)
