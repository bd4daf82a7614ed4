"""Which identities go and which stay when some are said to be somebody else, and which pairs that parts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from zhiyin.customers.linking.judging import IdPair, order_pair
from zhiyin.customers.models import Identity, Link, LinkState, Sighting
from zhiyin.errors import InvalidInput
from zhiyin.listen.identifiers import is_thing_type

_CHUNK = 450
MOST_PAIRS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """`going` are the chosen with what goes along, by id; `pairs` are to be two people each."""

    going: frozenset[int]
    pairs: Sequence[IdPair]


def is_thing(identity: Identity) -> bool:
    """Whether it is something that a person has, as an order: by itself it is nobody."""
    return is_thing_type(identity.type)


def find_sides(identities: Sequence[Identity], chosen: Collection[int]) -> Sides:
    """Orders, devices and the like go with the chosen where nothing else of the customer ties them.

    Raises:
        InvalidInput: none is chosen, or all; or there are too many.
    """
    picked, ids = set(chosen), {one.pk for one in identities}
    if not picked or picked >= ids:
        raise InvalidInput("Choose some of the identifiers, but not all.", field="identities")
    sighted, linked = _edges(ids)
    things = {one.pk for one in identities if is_thing(one)}
    going = picked | _followers(sighted, picked=picked, staying=ids - picked - things, things=things - picked)
    stays = ids - going
    pairs = {
        order_pair(one, other)
        for one, other in chain(
            ((one, other) for one in (going - things) | picked for other in (stays - things) or stays),
            (pair for pair in sighted | linked if len(going & set(pair)) == 1),
        )
    }
    if len(pairs) > MOST_PAIRS:
        raise InvalidInput(
            "These are too many identifiers for one split.", next_step="Choose fewer.", field="identities"
        )
    return Sides(going=frozenset(going), pairs=sorted(pairs))


def _followers(edges: set[IdPair], *, picked: set[int], staying: set[int], things: set[int]) -> set[int]:
    """Things that the chosen reach, and what stays does not."""
    if not staying:
        return set()
    near: dict[int, set[int]] = {}
    for left, right in edges:
        near.setdefault(left, set()).add(right)
        near.setdefault(right, set()).add(left)

    def reach(starts: Iterable[int]) -> set[int]:
        found, frontier = set[int](), set(starts)
        while frontier:
            frontier = {other for one in frontier for other in near.get(one, ())} & things - found
            found |= frontier
        return found

    return reach(picked) - reach(staying)


def _edges(ids: set[int]) -> tuple[set[IdPair], set[IdPair]]:
    """Pairs of these that tie them, and those that have any other link."""
    ties, others = set[IdPair](), set[IdPair]()
    wanted = sorted(ids)
    for start in range(0, len(wanted), _CHUNK):
        some = wanted[start : start + _CHUNK]
        ties |= set(Sighting.objects.filter(left_id__in=some).values_list("left_id", "right_id"))
        for left, right, state in Link.objects.filter(left_id__in=some).values_list(
            "left_id", "right_id", "state"
        ):
            (ties if state == LinkState.ACTIVE else others).add((left, right))
    return {pair for pair in ties if pair[1] in ids}, {pair for pair in others if pair[1] in ids}
