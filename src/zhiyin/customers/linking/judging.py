"""Which identities are one person: a pure function of what was seen, decided, and the rules in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from zhiyin.customers.linking.rules import Rules
from zhiyin.listen.authors import ORDER
from zhiyin.listen.identifiers import is_thing_type

TWO_VERIFIED = "two_verified"
TOO_MANY = "too_many"
KEPT_APART = "kept_apart"
CLAIMED_ORDER = "claimed_order"
SHARED = "shared"
RULES = "rules"

IdPair = tuple[int, int]


class Known(NamedTuple):
    """An identity as judging needs it; `within` is the source or app in which its type is single."""

    id: int
    born: UUID
    type: str
    within: str
    is_verified: bool
    is_shared: bool


class Seen(NamedTuple):
    """A pair that records named together; `first_id` orders pairs as they became known."""

    left: int
    right: int
    source: str
    is_verified: bool
    first_id: int


def order_pair(one: int, other: int) -> IdPair:
    """The pair with the smaller id first, as links and sightings keep it."""
    return (one, other) if one < other else (other, one)


def is_trusted(seen: Seen, *, rules: Rules) -> bool:
    """Whether the rules let what this source said join at all."""
    return seen.is_verified or (rules.claimed_join and seen.source not in rules.untrusted_sources)


def may_join(seen: Seen, *, known: Mapping[int, Known], rules: Rules) -> bool:
    """Whether the pair joins but for what else belongs to the two people."""
    ends = (known[seen.left], known[seen.right])
    return is_trusted(seen, rules=rules) and all(
        not end.is_shared and rules.of(end.type).joins for end in ends
    )


@dataclass(slots=True)
class Group:
    """Identities that are one person: what guards look at.

    `counts` is how many identifiers of each single type there are, `verified` how many of them are
    verified, `apart` the identities that were said to be somebody else.
    """

    born: UUID
    members: list[int] = field(default_factory=list)
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    verified: dict[tuple[str, str], int] = field(default_factory=dict)
    apart: set[int] = field(default_factory=set)

    def add(self, one: Known, *, rules: Rules) -> None:
        """Takes an identity in."""
        self.members.append(one.id)
        self.born = min(self.born, one.born)
        if rules.of(one.type).single:
            place = (one.type, one.within)
            self.counts[place] = self.counts.get(place, 0) + 1
            if one.is_verified:
                self.verified[place] = self.verified.get(place, 0) + 1

    def absorb(self, other: Group) -> None:
        """Takes the other group in."""
        self.members += other.members
        self.born = min(self.born, other.born)
        for mine, others in ((self.counts, other.counts), (self.verified, other.verified)):
            for place, n in others.items():
                mine[place] = mine.get(place, 0) + n
        self.apart |= other.apart


class Tie(NamedTuple):
    """What ties two people: a thing, which a household shares; an order; or that they are alike."""

    is_by_thing: bool = False
    is_by_order: bool = False
    is_alike: bool = False


_OF_PLATFORM = "platform_user"


@lru_cache(maxsize=1_000)
def tie_of(left: str, right: str) -> Tie:
    """The tie of two types of identifiers that a record named together."""
    return Tie(is_thing_type(left) or is_thing_type(right), ORDER in (left, right))


def find_guard(left: Group, right: Group, *, rules: Rules, tie: Tie) -> str:
    """What forbids that two people become one by themselves; empty if nothing does.

    Verified ones of a type are one person's as far as the rules let a person have several; across a thing,
    never. By an order: who tells of one did not always place it: a friend's card is shown, one pays for
    all. So it does not join two who each have a number or an account of one type, vouched for or not. Who is
    only alike is not, where both have an account of one platform: two of them are as alike to a third.
    """
    if left.apart and any(member in left.apart for member in right.members):
        return KEPT_APART
    for place in left.verified.keys() & right.verified.keys():
        n_verified = left.verified[place] + right.verified[place]
        if tie.is_by_thing or n_verified > rules.of(place[0]).most_verified:
            return TWO_VERIFIED
    if tie.is_by_order and left.counts.keys() & right.counts.keys():
        return CLAIMED_ORDER
    if tie.is_alike and any(place[0] == _OF_PLATFORM for place in left.counts.keys() & right.counts.keys()):
        return TOO_MANY
    for place, n in left.counts.items():
        other = right.counts.get(place, 0)
        if other and n + other > rules.of(place[0]).most_people:
            return TOO_MANY
    return ""


class Groups:
    """People in the making: every identity by itself at first."""

    def __init__(self, known: Iterable[Known], *, rules: Rules, apart: Iterable[IdPair] = ()) -> None:
        self._rules = rules
        self._of: dict[int, Group] = {}
        for one in known:
            group = Group(born=one.born)
            group.add(one, rules=rules)
            self._of[one.id] = group
        for left, right in apart:
            if left in self._of and right in self._of:
                self._of[left].apart.add(right)
                self._of[right].apart.add(left)

    def of(self, identity_id: int) -> Group:
        """The group of an identity."""
        return self._of[identity_id]

    def join(self, left: int, right: int) -> bool:
        """Makes two people one, whatever the guards say; False where they are one already."""
        one, other = self._of[left], self._of[right]
        if one is other:
            return False
        if len(one.members) < len(other.members):
            one, other = other, one
        one.absorb(other)
        for member in other.members:
            self._of[member] = one
        return True

    def join_if_free(self, left: int, right: int, *, tie: Tie) -> str | None:
        """Joins two people unless a guard forbids it; its name, empty after joining, None if they are one."""
        one, other = self._of[left], self._of[right]
        if one is other:
            return None
        guard = find_guard(one, other, rules=self._rules, tie=tie)
        if not guard:
            self.join(left, right)
        return guard

    def customers(self) -> dict[int, UUID]:
        """The customer of each identity: the oldest one's first id."""
        return {identity_id: group.born for identity_id, group in self._of.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The customer of each identity, and what became of each pair that had a chance.

    `joining` are pairs that made two people one; `held` those that a guard kept back, with its name;
    `agreeing` those whose identities were one already.
    """

    customers: Mapping[int, UUID]
    joining: Sequence[IdPair]
    agreeing: Sequence[IdPair]
    held: Mapping[IdPair, str]


def judge(
    known: Mapping[int, Known],
    *,
    decided: Sequence[IdPair],
    apart: Sequence[IdPair],
    seen: Sequence[Seen],
    matched: Sequence[IdPair],
    rules: Rules,
) -> Verdict:
    """Who is who: by sightings as they became known, then by matches, as far as guards let them.

    `apart` pairs are two people to all of these. On top, `decided` pairs make one of whole people whatever
    guards say; so that one taken back gives exactly what there would be without it.
    """
    groups = Groups(known.values(), rules=rules, apart=apart)
    joining: list[IdPair] = []
    agreeing: list[IdPair] = []
    held: dict[IdPair, str] = {}
    kept = frozenset(apart)
    open_pairs = [
        (one.left, one.right)
        for one in sorted(seen, key=lambda one: one.first_id)
        if may_join(one, known=known, rules=rules)
    ]
    named = dict.fromkeys(open_pairs)
    for pair in [*named, *(pair for pair in matched if pair not in named)]:
        if pair in kept:
            continue
        tie = tie_of(known[pair[0]].type, known[pair[1]].type)
        guard = groups.join_if_free(*pair, tie=tie if pair in named else tie._replace(is_alike=True))
        if guard is None:
            agreeing.append(pair)
        elif guard:
            held[pair] = guard
        else:
            joining.append(pair)
    for left, right in decided:
        groups.join(left, right)
    return Verdict(customers=groups.customers(), joining=joining, agreeing=agreeing, held=held)
