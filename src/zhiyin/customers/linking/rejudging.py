"""Judges a region anew and writes what became different."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from zhiyin.customers.linking.judging import RULES, SHARED, IdPair, Verdict
from zhiyin.customers.linking.regions import APART, Region, is_decided, load_region
from zhiyin.customers.linking.rules import Rules
from zhiyin.customers.models import Identity, Link, LinkChange, LinkState

_CHUNK = 450
_SIGHTED = [{"code": "named_together"}]


@dataclass(slots=True)
class _Changes:
    """What is to be written."""

    now: datetime
    reason: str
    made: list[Link] = field(default_factory=list)
    changed: list[Link] = field(default_factory=list)
    history: list[LinkChange] = field(default_factory=list)


def rejudge(seeds: Iterable[int], *, rules: Rules, reason: str = "") -> dict[int, UUID]:
    """Who everybody within reach of the seeds is now, by identity; the links follow.

    Within a turn of linking. `reason` stands in the history of the links that change.
    """
    region = load_region(seeds, rules=rules)
    verdict = region.judge(rules)
    changes = _Changes(now=timezone.now(), reason=reason)
    _write_links(region, verdict, rules=rules, changes=changes)
    move_identities(region.customers, verdict.customers, now=changes.now)
    return dict(verdict.customers)


def move_identities(old: Mapping[int, UUID], new: Mapping[int, UUID], *, now: datetime) -> None:
    """Give identities the customer that they are part of now."""
    moved: dict[UUID, list[int]] = {}
    for identity_id, customer in new.items():
        if old[identity_id] != customer:
            moved.setdefault(customer, []).append(identity_id)
    for customer, ids in moved.items():
        for start in range(0, len(ids), _CHUNK):
            some = ids[start : start + _CHUNK]
            Identity.objects.filter(pk__in=some).update(customer=customer, changed_at=now)


def _write_links(region: Region, verdict: Verdict, *, rules: Rules, changes: _Changes) -> None:
    active = {*verdict.joining, *verdict.agreeing}
    made: dict[IdPair, tuple[LinkState, str]] = dict.fromkeys(verdict.joining, (LinkState.ACTIVE, ""))
    made |= {pair: (LinkState.QUARANTINED, guard) for pair, guard in verdict.held.items()}
    for pair, (state, guard) in made.items():
        if pair not in region.links:
            changes.made.append(_link(pair, state=state, guard=guard, rules=rules, now=changes.now))
    for pair, link in region.links.items():
        if is_decided(link) or link.state in APART:
            continue
        state, guard = _state_of(pair, link, active=active, verdict=verdict, region=region)
        if (link.state, link.guard) != (state, guard):
            _change(link, state=state, guard=guard, region=region, verdict=verdict, changes=changes)
            link.rules = rules.version
    Link.objects.bulk_update(changes.changed, ["state", "guard", "rules"], batch_size=_CHUNK // 5)
    Link.objects.bulk_create(changes.made, batch_size=_CHUNK)
    for link in changes.made:
        pair = (link.left_id, link.right_id)
        if link.state == LinkState.ACTIVE:
            before = _customers(region.customers, pair)
            changes.history.append(_entry(link, was="", customers=before, changes=changes))
    LinkChange.objects.bulk_create(changes.history, batch_size=_CHUNK)


def _state_of(
    pair: IdPair, link: Link, *, active: set[IdPair], verdict: Verdict, region: Region
) -> tuple[LinkState, str]:
    if pair in active:
        return LinkState.ACTIVE, ""
    if pair in verdict.held:
        return LinkState.QUARANTINED, verdict.held[pair]
    if link.origin == "match":
        return LinkState.PROPOSED, ""
    is_shared = any(region.known[end].is_shared for end in pair)
    return LinkState.QUARANTINED, SHARED if is_shared else RULES


def _change(
    link: Link, *, state: LinkState, guard: str, region: Region, verdict: Verdict, changes: _Changes
) -> None:
    was = link.state
    link.state, link.guard = state, guard
    changes.changed.append(link)
    if was == state:
        return
    of = region.customers if state == LinkState.ACTIVE else verdict.customers
    customers = _customers(of, (link.left_id, link.right_id))
    changes.history.append(_entry(link, was=was, customers=customers, changes=changes))


def _link(pair: IdPair, *, state: LinkState, guard: str, rules: Rules, now: datetime) -> Link:
    return Link(
        left_id=pair[0],
        right_id=pair[1],
        state=state,
        origin="rule",
        guard=guard,
        evidence=_SIGHTED,
        rules=rules.version,
        made_at=now,
    )


def _entry(link: Link, *, was: str, customers: Sequence[str], changes: _Changes) -> LinkChange:
    return LinkChange(
        link=link, was=was, became=link.state, reason=changes.reason, customers=customers, at=changes.now
    )


def _customers(of: Mapping[int, UUID], pair: IdPair) -> list[str]:
    return [*dict.fromkeys(str(of[end]) for end in pair)]
