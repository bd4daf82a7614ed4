"""Decides proposals, one or many, takes decisions back, and sets what is decided by itself."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from zhiyin.customers.linking.rejudging import rejudge
from zhiyin.customers.linking.rules import get_rules, save_rules
from zhiyin.customers.linking.services import accept_link, refuse_link, reopen_link, undo_link
from zhiyin.customers.linking.turns import linking_turn
from zhiyin.customers.matching.proposals import in_scope, open_proposals
from zhiyin.customers.models import Link, LinkState
from zhiyin.errors import Conflict, NotFound
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event

MOST = 200


def decide_proposals(ids: Sequence[int], *, is_same: bool, by: Actor, scope: Scope) -> list[int]:
    """Accept or refuse the proposals; those decided, in order. What somebody else decided is passed over.

    Raises NotFound where one of them is not in the scope.
    """
    known = set(open_proposals(scope=scope).filter(pk__in=ids[:MOST]).values_list("pk", flat=True))
    if not known:
        raise NotFound("There is no such proposal.")
    decided = []
    for link_id in [one for one in ids[:MOST] if one in known]:
        try:
            (accept_link if is_same else refuse_link)(link_id, by=by, reason="")
        except (Conflict, NotFound):
            continue
        decided.append(link_id)
    return decided


def take_back(ids: Sequence[int], *, by: Actor, scope: Scope) -> int:
    """Make decided proposals wait again; how many. Facts are whose they were before."""
    n = 0
    decided = Link.objects.filter(pk__in=ids[:MOST], origin="match", decided_at__isnull=False)
    for link in in_scope(decided, scope=scope):
        if link.state == LinkState.ACTIVE:
            undo_link(link.pk, by=by)
        reopen_link(link.pk, by=by)
        n += 1
    return n


def set_threshold(threshold: float | None, *, by: Actor) -> None:
    """Proposals of at least `threshold` are links without anybody's word from now on; None: never.

    Proposals that wait, and those that an older threshold had joined, are judged again at once.
    Raises InvalidInput for one outside 0.5 to 1.
    """
    account = Account.objects.filter(pk=by.id).first() if by.kind == "account" else None
    with linking_turn():
        rules = save_rules(msgspec.structs.replace(get_rules(), match_from=threshold), by=account)
        undecided = (LinkState.ACTIVE, LinkState.PROPOSED, LinkState.QUARANTINED)
        pairs = Link.objects.filter(origin="match", decided_at__isnull=True, state__in=undecided).values_list(
            "left_id", "right_id"
        )
        seeds = {one for pair in pairs for one in pair}
        if seeds:
            rejudge(sorted(seeds), rules=rules)
    record_event("matching.threshold_set", by=by, details={"threshold": threshold or 0})
