"""What people decide of links: these are one person, those are not, take it back."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec
from django.utils import timezone

from zhiyin.customers.linking.contract import Evidence, Proposal
from zhiyin.customers.linking.judging import order_pair
from zhiyin.customers.linking.regions import is_decided
from zhiyin.customers.linking.rejudging import rejudge
from zhiyin.customers.linking.rules import get_rules
from zhiyin.customers.linking.turns import linking_turn
from zhiyin.customers.models import Identity, Link, LinkChange, LinkState
from zhiyin.errors import Conflict, InvalidInput, NotFound
from zhiyin.people.actors import Actor
from zhiyin.people.services.audit import record_event

MAX_REASON = 300


def link_identities(
    left_id: int,
    right_id: int,
    *,
    by: Actor,
    reason: str,
    evidence: Sequence[Evidence] = (),
    origin: str = "staff",
    probability: float | None = None,
) -> Link:
    """The link by which two identities are one person from now on, whatever guards say.

    Raises:
        InvalidInput: it is one identity. NotFound: there is no such one. Conflict: they are one already.
    """
    if left_id == right_id:
        raise InvalidInput("An identity cannot be linked with itself.")
    left, right = order_pair(left_id, right_id)
    with linking_turn():
        customers = _customers_of(left, right)
        if customers[0] == customers[1]:
            raise Conflict("They are one customer already.")
        link = Link.objects.filter(left_id=left, right_id=right).first()
        if link is None:
            link = Link(left_id=left, right_id=right, origin=origin, made_at=timezone.now())
            link.evidence = msgspec.to_builtins(list(evidence))
            link.probability = probability
        return _decide(link, state=LinkState.ACTIVE, by=by, reason=reason, customers=customers)


def propose_links(proposals: Sequence[Proposal]) -> int:
    """Keep proposals for people to decide; returns how many are new.

    Those about one customer already, or about pairs that somebody decided, are passed over. One that
    was made before gets the new weights. What the rules' threshold decides is linked at once.
    """
    with linking_turn():
        rules = get_rules()
        n_new, seeds = 0, set[int]()
        for proposal in proposals:
            link, is_new = _propose(proposal)
            n_new += is_new
            if link is None or rules.match_from is None:
                continue
            # `link` tells the weight of before: one that falls below the threshold no longer joins.
            if max(proposal.probability, link.probability or 0.0) >= rules.match_from:
                seeds |= {link.left_id, link.right_id}
        if seeds:
            rejudge(seeds, rules=rules)
    return n_new


def accept_link(link_id: int, *, by: Actor, reason: str = "") -> Link:
    """The link, active from now on: a proposal, a quarantined one, or one that was refused or undone.

    Raises:
        NotFound: there is none. Conflict: it is active already.
    """
    with linking_turn():
        link = _get(link_id)
        if is_decided(link):
            raise Conflict("The link is in force already.")
        customers = _customers_of(link.left_id, link.right_id)
        return _decide(link, state=LinkState.ACTIVE, by=by, reason=reason, customers=customers)


def refuse_link(link_id: int, *, by: Actor, reason: str = "") -> Link:
    """The link, refused: these are two people, and no rule makes them one.

    Raises:
        NotFound: there is none. Conflict: it joins; undo it instead.
    """
    with linking_turn():
        link = _get(link_id)
        if link.state == LinkState.ACTIVE:
            raise Conflict("The link is in force.", next_step="Undo it instead.")
        return _decide(link, state=LinkState.REFUSED, by=by, reason=reason)


def undo_link(link_id: int, *, by: Actor, reason: str = "") -> Link:
    """The link, taken back: each identity, and with it every fact, is again whose it is without it.

    From now on no rule joins the two; what rules had joined through other records is held back too.

    Raises:
        NotFound: there is none. Conflict: it is not in force.
    """
    with linking_turn():
        link = _get(link_id)
        if link.state != LinkState.ACTIVE:
            raise Conflict("The link is not in force.")
        return _decide(link, state=LinkState.UNDONE, by=by, reason=reason)


def reopen_link(link_id: int, *, by: Actor, reason: str = "") -> Link:
    """The link as if nobody had decided: a refusal, a confirmation or an undoing taken back; rules judge.

    Raises:
        NotFound: there is none. Conflict: nobody has decided it, or only a colleague ever made it.
    """
    with linking_turn():
        link = _get(link_id)
        if link.decided_at is None:
            raise Conflict("Nobody has decided this link.")
        if link.origin == "staff":
            raise Conflict("No rule knows of this link.", next_step="Undo it instead.")
        was = link.state
        link.state = LinkState.PROPOSED if link.origin == "match" else LinkState.QUARANTINED
        link.decided_at = link.decided_by_id = None
        link.save()
        _remember(link, was=was, by=by, reason=reason)
        rejudge([link.left_id, link.right_id], rules=get_rules(), reason=reason[:MAX_REASON])
        link.refresh_from_db()
        return link


def _propose(proposal: Proposal) -> tuple[Link | None, bool]:
    if proposal.left_id == proposal.right_id or not 0 <= proposal.probability <= 1:
        raise InvalidInput("A proposal needs two identities and a probability of 0 to 1.")
    left, right = order_pair(proposal.left_id, proposal.right_id)
    link = Link.objects.filter(left_id=left, right_id=right).first()
    evidence = msgspec.to_builtins(list(proposal.evidence))
    if link is not None:
        if link.origin != "match" or link.decided_at is not None:
            return None, False
        Link.objects.filter(pk=link.pk).update(probability=proposal.probability, evidence=evidence)
        return link, False
    customers = dict(Identity.objects.filter(pk__in=(left, right)).values_list("pk", "customer"))
    if len(customers) != 2 or customers[left] == customers[right]:
        return None, False
    made = Link.objects.create(
        left_id=left,
        right_id=right,
        state=LinkState.PROPOSED,
        origin="match",
        probability=proposal.probability,
        evidence=evidence,
        made_at=timezone.now(),
    )
    return made, True


def _decide(link: Link, *, state: LinkState, by: Actor, reason: str, customers: Sequence[UUID] = ()) -> Link:
    was = link.state if link.pk else ""
    rules = get_rules()
    link.state, link.guard, link.rules = state, "", rules.version
    link.decided_at, link.decided_by_id = timezone.now(), _account(by)
    link.save()
    now = rejudge([link.left_id, link.right_id], rules=rules, reason=reason[:MAX_REASON])
    named = customers or (now[link.left_id], now[link.right_id])
    _remember(link, was=was, by=by, reason=reason, customers=named)
    return link


def _remember(link: Link, *, was: str, by: Actor, reason: str, customers: Sequence[UUID] = ()) -> None:
    """The change in the history, and in the trail."""
    LinkChange.objects.create(
        link=link,
        was=was,
        became=link.state,
        reason=reason[:MAX_REASON],
        customers=[*dict.fromkeys(str(one) for one in customers)],
        by_id=_account(by),
        at=timezone.now(),
    )
    record_event("link.decided", by=by, target=("link", link.pk), details={"was": was, "became": link.state})


def _customers_of(left: int, right: int) -> tuple[UUID, UUID]:
    found = dict(Identity.objects.filter(pk__in=(left, right)).values_list("pk", "customer"))
    if len(found) != 2:
        raise NotFound("There is no such identity.")
    return found[left], found[right]


def _get(link_id: int) -> Link:
    link = Link.objects.filter(pk=link_id).first()
    if link is None:
        raise NotFound("There is no such link.")
    return link


def _account(by: Actor) -> int | None:
    return int(by.id) if by.kind == "account" and by.id else None
