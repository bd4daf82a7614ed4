"""A customer of which some identities are somebody else: looked at, split in one step, taken back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from django.db.models import Q
from django.utils import timezone

from zhiyin.customers.linking.judging import IdPair
from zhiyin.customers.linking.regions import APART, load_region
from zhiyin.customers.linking.rejudging import rejudge
from zhiyin.customers.linking.rules import Rules, get_rules
from zhiyin.customers.linking.split_sides import Sides, find_sides
from zhiyin.customers.linking.turns import linking_turn
from zhiyin.customers.models import Identity, Link, LinkChange, LinkSplit, LinkState
from zhiyin.errors import Conflict, NotFound
from zhiyin.people.actors import Actor
from zhiyin.people.services.audit import record_event

MAX_REASON = 300
_CHUNK = 450
_A_BATCH = 90
_ORIGIN = "split"
_FIELDS = ("state", "guard", "rules", "decided_at", "decided_by_id")


class _Before(msgspec.Struct, frozen=True, kw_only=True):
    """A link as it was before a split changed it; of one that the split made there is only `id`."""

    id: int
    was_made: bool = False
    state: str = ""
    guard: str = ""
    rules: int = 0
    decided_at: datetime | None = None
    decided_by_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of the customers that there would be; `is_chosen`: of those said to be somebody else.

    `customer` is its id then, `keys` those of its facts, beside identities of others that go with it.
    """

    customer: UUID
    is_chosen: bool
    identities: Sequence[Identity]

    @property
    def keys(self) -> list[str]:
        """The keys by which facts name it."""
        return [identity.key for identity in self.identities]


def preview_split(customer: UUID, chosen: Collection[int]) -> list[Part]:
    """Who there would be if the chosen identities were somebody else; what stays comes first.

    Nothing is written. There may be more than two: who was tied only by the other side stands alone.
    Raises as `split_customer`.
    """
    identities, sides = _look(customer, chosen)
    rules = get_rules()
    region = load_region([one.pk for one in identities], rules=rules)
    return _parts(identities, sides.going, region.judge(rules, apart=sides.pairs).customers)


def split_customer(customer: UUID, chosen: Collection[int], *, by: Actor, reason: str = "") -> LinkSplit:
    """Keep the chosen identities (by id), and with them their facts, apart from the customer's others.

    The orders and devices of the chosen alone go along. Pairs across are said to be two people, so that
    no rule or match joins them again, whatever records come. `undo_split` takes all of it back at once.

    Raises:
        InvalidInput: none is chosen, or all; or there are too many. NotFound: one is not the customer's.
    """
    with linking_turn():
        identities, sides = _look(customer, chosen)
        rules, now = get_rules(), timezone.now()
        split = LinkSplit(customer=customer, other=customer, at=now, reason=reason[:MAX_REASON])
        split.by_id = _account(by)
        before = _keep_apart(sides.pairs, split=split, rules=rules)
        split.before = msgspec.to_builtins(before)
        became = rejudge([one.pk for one in identities], rules=rules, reason=split.reason)
        parts = _parts(identities, sides.going, became)
        split.other = next(part.customer for part in parts if part.is_chosen is not _keeps(parts))
        split.save()
        _remember(split, before, customers=[part.customer for part in parts])
    details = {"identifiers": len(identities), "somebody_else": len(sides.going)}
    record_event("customer.split", by=by, target=("customer", customer), details=details)
    return split


def undo_split(split_id: int, *, by: Actor, reason: str = "") -> LinkSplit:
    """The split, taken back: every link is as it was before, but for those that somebody decided since.

    Raises:
        NotFound: there is none. Conflict: it was taken back already.
    """
    with linking_turn():
        split = LinkSplit.objects.filter(pk=split_id).first()
        if split is None:
            raise NotFound("There is no such split.")
        if split.undone_at is not None:
            raise Conflict("The split was taken back already.")
        before = msgspec.convert(split.before, list[_Before])
        ends = _put_back(before, split=split, by=by, reason=reason)
        split.undone_at = timezone.now()
        split.save(update_fields=["undone_at"])
        if ends:
            rejudge(sorted(ends), rules=get_rules(), reason=reason[:MAX_REASON])
    record_event("customer.split_undone", by=by, target=("customer", split.customer))
    return split


def splits_of(customer: UUID) -> list[LinkSplit]:
    """The splits in force that the customer came out of, the newest first."""
    born = Identity.objects.filter(customer=customer).values("born")
    found = LinkSplit.objects.filter(Q(customer__in=born) | Q(other__in=born), undone_at__isnull=True)
    return list(found.select_related("by").order_by("-at", "-pk")[:20])


def _look(customer: UUID, chosen: Collection[int]) -> tuple[list[Identity], Sides]:
    """The customer's identities, and which of them go."""
    identities = list(Identity.objects.filter(customer=customer).order_by("first_seen_at", "pk"))
    if not identities or not {*chosen} <= {one.pk for one in identities}:
        raise NotFound("An identifier is not the customer's, or not any more.")
    return identities, find_sides(identities, chosen)


def _keep_apart(pairs: Sequence[IdPair], *, split: LinkSplit, rules: Rules) -> list[_Before]:
    """Every pair becomes two people; what the links were before."""
    known = _links_among(pairs)
    links = [link for link in known.values() if link.state not in APART]
    before = [_Before(id=link.pk, **{name: getattr(link, name) for name in _FIELDS}) for link in links]
    for link in links:
        joined = link.state == LinkState.ACTIVE
        link.state, link.guard = LinkState.UNDONE if joined else LinkState.REFUSED, ""
        link.rules, link.decided_at, link.decided_by_id = rules.version, split.at, split.by_id
    Link.objects.bulk_update(links, [*_FIELDS[:4], "decided_by"], batch_size=_A_BATCH)
    made = [
        Link(
            left_id=left,
            right_id=right,
            state=LinkState.REFUSED,
            origin=_ORIGIN,
            rules=rules.version,
            made_at=split.at,
            decided_at=split.at,
            decided_by_id=split.by_id,
        )
        for left, right in pairs
        if (left, right) not in known
    ]
    Link.objects.bulk_create(made, batch_size=_A_BATCH)
    ids = {pair: link.pk for pair, link in _links_among(pairs).items()}
    return before + [_Before(id=ids[one.left_id, one.right_id], was_made=True) for one in made]


def _links_among(pairs: Sequence[IdPair]) -> dict[IdPair, Link]:
    wanted = set(pairs)
    lefts = sorted({left for left, _ in pairs})
    found: dict[IdPair, Link] = {}
    for start in range(0, len(lefts), _CHUNK):
        for link in Link.objects.filter(left_id__in=lefts[start : start + _CHUNK]):
            if (link.left_id, link.right_id) in wanted:
                found[link.left_id, link.right_id] = link
    return found


def _put_back(before: Sequence[_Before], *, split: LinkSplit, by: Actor, reason: str) -> set[int]:
    """Links as they were before; the identities at their ends."""
    of = {one.id: one for one in before}
    links = [link for link in Link.objects.filter(pk__in=of, decided_at=split.at) if link.state in APART]
    ends = {end for link in links for end in (link.left_id, link.right_id)}
    made = [link.pk for link in links if of[link.pk].was_made]
    Link.objects.filter(pk__in=made).delete()
    changed = [link for link in links if not of[link.pk].was_made]
    now, history = timezone.now(), []
    for link in changed:
        was, old = link.state, of[link.pk]
        for name in _FIELDS:
            setattr(link, name, getattr(old, name))
        customers = _ids_of(link)
        history.append(_change(link, was=was, by=_account(by), reason=reason, customers=customers, at=now))
    Link.objects.bulk_update(changed, [*_FIELDS[:4], "decided_by"], batch_size=_A_BATCH)
    LinkChange.objects.bulk_create(history)
    return ends


def _remember(split: LinkSplit, before: Sequence[_Before], *, customers: Sequence[UUID]) -> None:
    """What was done to links that there were, in their history."""
    old = {one.id: one for one in before if not one.was_made}
    links = Link.objects.filter(pk__in=old)
    LinkChange.objects.bulk_create(
        _change(
            link,
            was=old[link.pk].state,
            by=split.by_id,
            reason=split.reason,
            customers=[str(one) for one in customers],
            at=split.at,
        )
        for link in links
    )


def _change(
    link: Link, *, was: str, by: int | None, reason: str, customers: Sequence[str], at: datetime
) -> LinkChange:
    return LinkChange(
        link=link,
        was=was,
        became=link.state,
        reason=reason[:MAX_REASON],
        customers=list(customers),
        by_id=by,
        at=at,
    )


def _ids_of(link: Link) -> list[str]:
    found = Identity.objects.filter(pk__in=(link.left_id, link.right_id)).values_list("customer", flat=True)
    return sorted({str(one) for one in found})


def _parts(identities: Sequence[Identity], chosen: Collection[int], became: Mapping[int, UUID]) -> list[Part]:
    """Who is who afterwards: what stays first, each side from its most identities to its fewest."""
    wanted, parts = set(chosen), dict[tuple[bool, UUID], list[Identity]]()
    for one in identities:
        parts.setdefault((one.pk in wanted, became[one.pk]), []).append(one)
    ordered = sorted(parts.items(), key=lambda item: (item[0][0], -len(item[1]), item[0][1]))
    return [
        Part(customer=customer, is_chosen=is_chosen, identities=some)
        for (is_chosen, customer), some in ordered
    ]


def _keeps(parts: Sequence[Part]) -> bool:
    """Whether the chosen ones hold the oldest identity, and so go on under the customer's id."""
    return min(parts, key=lambda part: min(one.born for one in part.identities)).is_chosen


def _account(by: Actor) -> int | None:
    return int(by.id) if by.kind == "account" and by.id else None
