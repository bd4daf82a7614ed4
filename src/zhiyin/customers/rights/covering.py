"""What a proven identifier proves: itself, and what somebody vouched for to be the same person's."""

from __future__ import annotations

from collections.abc import Iterable

from zhiyin.customers.linking.judging import IdPair, Known, Seen, may_join
from zhiyin.customers.linking.regions import is_decided
from zhiyin.customers.linking.rules import get_rules
from zhiyin.customers.models import Identity, Link, LinkState, Sighting

_COLUMNS = ("id", "born", "type", "source", "is_verified", "is_shared")


def covered_keys(identity: Identity) -> list[str]:
    """The keys that whoever proved to hold `identity` may see and erase by themselves, its own first.

    From there along links in force that a source vouched for or a person decided. What was only claimed
    joins the customer, for staff, but proves nothing: anybody can type somebody else's member number.
    """
    keys = dict(Identity.objects.filter(customer=identity.customer).order_by("born").values_list("pk", "key"))
    partners: dict[int, set[int]] = {}
    for left, right in _proven_pairs(identity):
        partners.setdefault(left, set()).add(right)
        partners.setdefault(right, set()).add(left)
    reached, frontier = {identity.pk}, {identity.pk}
    while frontier:
        frontier = {other for one in frontier for other in partners.get(one, ())} - reached
        reached |= frontier
    others = [key for pk, key in keys.items() if pk in reached and pk != identity.pk]
    return [identity.key, *others]


def _proven_pairs(identity: Identity) -> Iterable[IdPair]:
    """Pairs of the customer that are one person for sure.

    Of pairs that were one already rules keep no link: a verified sighting that would join stands for it.
    """
    customer, rules = identity.customer, get_rules()
    links = {
        (link.left_id, link.right_id): link
        for link in Link.objects.filter(left__customer=customer, right__customer=customer)
    }
    known = {row[0]: Known(*row) for row in Identity.objects.filter(customer=customer).values_list(*_COLUMNS)}
    yield from (pair for pair, link in links.items() if is_decided(link))
    sightings = Sighting.objects.filter(
        left__customer=customer, right__customer=customer, is_verified=True
    ).values_list("left_id", "right_id", "source", "is_verified", "id")
    for seen in (Seen(*row) for row in sightings):
        link = links.get((seen.left, seen.right))
        if link is not None and link.state != LinkState.ACTIVE:
            continue
        if seen.left in known and seen.right in known and may_join(seen, known=known, rules=rules):
            yield seen.left, seen.right
