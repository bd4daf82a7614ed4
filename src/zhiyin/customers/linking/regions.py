"""A region: identities that may hang together, with all that was seen and decided of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from zhiyin.customers.linking.judging import IdPair, Known, Seen, Verdict, judge, may_join
from zhiyin.customers.linking.rules import Rules
from zhiyin.customers.models import Identity, Link, LinkState, Sighting

_CHUNK = 450
APART = (LinkState.UNDONE, LinkState.REFUSED)


def is_decided(link: Link) -> bool:
    """Whether a person said that it joins: no rule changes that."""
    return link.state == LinkState.ACTIVE and (link.origin == "staff" or link.decided_at is not None)


def is_matched(link: Link, *, rules: Rules) -> bool:
    """Whether it is a proposal that the threshold alone decides."""
    return (
        link.origin == "match"
        and link.decided_at is None
        and link.state not in APART
        and rules.match_from is not None
        and (link.probability or 0.0) >= rules.match_from
    )


@dataclass(slots=True)
class Region:
    """What judging needs; `customers` is who each identity belongs to as stored."""

    known: dict[int, Known] = field(default_factory=dict)
    customers: dict[int, UUID] = field(default_factory=dict)
    seen: dict[int, Seen] = field(default_factory=dict)
    links: dict[IdPair, Link] = field(default_factory=dict)
    shared: Set[int] | None = None

    def judge(self, rules: Rules, *, apart: Sequence[IdPair] = ()) -> Verdict:
        """Who is who by these rules; as if the pairs `apart` were said to be two people, too."""
        kept = frozenset(apart)
        links = sorted(
            (link for pair, link in self.links.items() if pair not in kept), key=lambda link: link.pk
        )
        matched = [link for link in links if is_matched(link, rules=rules)]
        return judge(
            self.known,
            decided=[_pair(link) for link in links if is_decided(link)],
            apart=[*(_pair(link) for link in links if link.state in APART), *apart],
            seen=[one for one in self.seen.values() if one.left in self.known and one.right in self.known],
            matched=[_pair(link) for link in sorted(matched, key=lambda link: -(link.probability or 0.0))],
            rules=rules,
        )


def load_region(seeds: Iterable[int], *, rules: Rules, shared: Set[int] | None = None) -> Region:
    """Everything that what happens to these identities can reach.

    Along whatever joins now or may join by the rules; not through identifiers that join nobody.
    `shared` are the ids of those where rules are only tried; as marked without it.
    """
    region = Region(shared=shared)
    frontier = set(seeds)
    _load_identities(region, frontier)
    frontier &= region.known.keys()
    while frontier:
        seen = _load_seen(region, frontier)
        links = _load_links(region, frontier)
        ends = {end for one in seen for end in (one.left, one.right)}
        ends |= {end for link in links for end in _pair(link)}
        strangers = ends - region.known.keys()
        beyond = Region(shared=shared)
        _load_identities(beyond, strangers)
        everyone = region.known | beyond.known
        reached = {
            end for one in seen if may_join(one, known=everyone, rules=rules) for end in (one.left, one.right)
        }
        reached |= {
            end
            for link in links
            if link.state == LinkState.ACTIVE or is_matched(link, rules=rules)
            for end in _pair(link)
        }
        frontier = reached - region.known.keys()
        region.known |= {one: beyond.known[one] for one in frontier}
        region.customers |= {one: beyond.customers[one] for one in frontier}
    inside = region.known.keys()
    region.links = {
        pair: link for pair, link in region.links.items() if pair[0] in inside and pair[1] in inside
    }
    return region


def _load_identities(region: Region, ids: Iterable[int]) -> None:
    columns = ("id", "born", "type", "source", "is_verified", "is_shared", "customer")
    for some in _chunks(ids):
        for values in Identity.objects.filter(pk__in=some).values_list(*columns):
            one = Known(*values[:6])
            if region.shared is not None:
                one = one._replace(is_shared=one.id in region.shared)
            region.known[one.id] = one
            region.customers[one.id] = values[6]


def _load_seen(region: Region, ids: Iterable[int]) -> list[Seen]:
    found: list[Seen] = []
    columns = ("left_id", "right_id", "source", "is_verified", "id")
    for some in _chunks(ids):
        for side in ("left_id__in", "right_id__in"):
            rows = Sighting.objects.filter(**{side: some}).values_list(*columns)
            found += [Seen(*values) for values in rows]
    region.seen |= {one.first_id: one for one in found}
    return found


def _load_links(region: Region, ids: Iterable[int]) -> list[Link]:
    found: list[Link] = []
    for some in _chunks(ids):
        found += Link.objects.filter(Q(left_id__in=some))
        found += Link.objects.filter(Q(right_id__in=some))
    region.links |= {_pair(link): link for link in found}
    return found


def _pair(link: Link) -> IdPair:
    return (link.left_id, link.right_id)


def _chunks(ids: Iterable[int]) -> Iterable[Sequence[int]]:
    wanted = sorted(ids)
    return (wanted[start : start + _CHUNK] for start in range(0, len(wanted), _CHUNK))
