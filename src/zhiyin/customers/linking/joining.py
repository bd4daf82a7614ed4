"""Links what a batch saw for the first time: at once, or where a guard speaks by judging anew."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from zhiyin.customers.linking.bare import partners_of
from zhiyin.customers.linking.bulk import (
    allocate_ids,
    chunks,
    fetch,
    fetch_pairs,
    get_hex,
    insert,
    marks,
    put,
    run_many,
)
from zhiyin.customers.linking.identities import Row, Taken
from zhiyin.customers.linking.judging import Group, IdPair, Known, Seen, find_guard, is_trusted, tie_of
from zhiyin.customers.linking.parting import part_sure
from zhiyin.customers.linking.regions import APART
from zhiyin.customers.linking.rejudging import rejudge
from zhiyin.customers.linking.rules import Rules
from zhiyin.customers.linking.sharing import mark_shared, unmark_shared
from zhiyin.customers.linking.sightings import News, count_sightings
from zhiyin.customers.models import Identity, Link, LinkChange, LinkState

_FIXED = (LinkState.ACTIVE.value, "rule", "", json.dumps([{"code": "named_together"}]))
_LINK_COLUMNS = (*("id", "left_id", "right_id", "state", "origin", "guard", "evidence", "rules", "made_at"),)
_IDENTITIES = Identity._meta.db_table
_SELECT_LINKS = (
    "SELECT k.left_id, k.right_id"  # noqa: S608
    f" FROM wanted CROSS JOIN {Link._meta.db_table} k WHERE k.left_id = wanted.l AND k.right_id = wanted.r"
)
# Guards do not ask who is the oldest.
_ANY = UUID(int=0)
_FEW = 9


def join_new(taken: Taken, news: News, *, rules: Rules) -> None:
    """Link what the batch saw, and write its new identities; its rows have their customers afterwards.

    The result is that of judging everything again, whatever the batches.
    """
    rows = taken.by_id()
    vouched = {end for pair in news.now_verified for end in pair}
    doubtful = {*taken.now_verified, *taken.completed, *vouched}
    # A pair that is vouched for counts now, though it was seen before.
    suspects = _suspects(news.seen, rows=rows, rules=rules) | vouched
    if taken.completed:
        # By its type it may tell people apart, or be told apart by fewer or more.
        known = {*taken.completed, *partners_of(taken.completed)}
        doubtful |= unmark_shared(known, rules=rules)
        suspects |= known
    shared: set[int] = set()
    if suspects:
        taken.write()
        shared = mark_shared(suspects, rules=rules)
        for one in shared & rows.keys():
            rows[one].is_shared = True
    hopeful = _hopeful(news.seen, rows=rows, rules=rules)
    sure, unsure = part_sure(hopeful, rows=rows, doubtful=doubtful | shared)
    hopeful = [*unsure, *_Joiner(sure, taken=taken, rows=rows, rules=rules).join()]
    taken.write()
    seeds = {*doubtful, *shared, *(end for one in hopeful for end in (one.left, one.right))}
    if seeds:
        customers = rejudge(seeds, rules=rules)
        for row in rows.values():
            if row.id in customers:
                row.customer = customers[row.id].hex


def _suspects(seen: Sequence[Seen], *, rows: dict[int, Row], rules: Rules) -> set[int]:
    """Those that may have come to be shared: seen with more than the limit, whoever that was.

    Of a fresh one the batch knows every partner.
    """
    n_here = Counter(end for one in seen for end in (one.left, one.right))
    n_partners = count_sightings([one for one in n_here if not rows[one].is_new]) | {
        one: n for one, n in n_here.items() if rows[one].is_new
    }
    return {
        one
        for one, n in n_partners.items()
        if n > 1 and not rows[one].is_shared and n > rules.of(rows[one].type).most_people
    }


def _hopeful(seen: Sequence[Seen], *, rows: dict[int, Row], rules: Rules) -> list[Seen]:
    """What `may_join` says of each, asked once for a type and not for each pair."""
    joining = {type_ for type_ in {row.type for row in rows.values()} if rules.of(type_).joins}
    open_ = {row.id for row in rows.values() if row.type in joining and not row.is_shared}
    return [one for one in seen if one.left in open_ and one.right in open_ and is_trusted(one, rules=rules)]


def _are_of_other_types(some: Sequence[Row], others: Sequence[Row]) -> bool:
    """Whether no type of identifier is on both sides; of many, only counting tells."""
    return len(some) * len(others) <= _FEW and all(one.type != other.type for one in some for other in others)


def _known(row: Row) -> Known:
    return Known(row.id, _ANY, row.type, row.within, row.is_verified, row.is_shared)


class _Joiner:
    """Joins people where no guard speaks; whatever meets one is left for judging.

    `groups` holds only those at whom a guard would look: with an identifier of a single type, or once
    kept apart from somebody; `fresh` those of them that are a few new identities, of whom most never meet
    anybody else. Whose they are is told by 32 signs, for hashing a UUID costs ten times that.
    """

    def __init__(self, hopeful: Sequence[Seen], *, taken: Taken, rows: dict[int, Row], rules: Rules) -> None:
        self._hopeful = hopeful
        self._taken = taken
        self._rows = rows
        self._rules = rules
        self._became: dict[str, str] = {}
        self._groups: dict[str, Group] = {}
        self._fresh: dict[str, tuple[Row, ...]] = {}
        self._made: list[IdPair] = []
        self._merged: list[tuple[IdPair, list[str]]] = []
        self._known: set[str] = set()

    def join(self) -> list[Seen]:
        """The sightings that need judging, after all others are links."""
        if not self._hopeful:
            return []
        ends = [self._rows[end] for end in {end for one in self._hopeful for end in (one.left, one.right)}]
        self._known = {row.customer for row in ends if not row.is_new}
        self._load_groups(ends)
        old = self._old_links()
        left_over = [one for one in self._hopeful if (one.left, one.right) in old or not self._join(one)]
        self._write()
        return left_over

    def _load_groups(self, ends: Sequence[Row]) -> None:
        single = [type_ for type_, rule in self._rules.types.items() if rule.single]
        wanted = {*single} if not self._rules.other.single else None
        guarded = {type_ for type_ in {row.type for row in ends} if self._rules.of(type_).single}
        self._fresh = {row.customer: (row,) for row in ends if row.is_new and row.type in guarded}
        columns = "customer, id, type, source, is_verified, is_shared"
        for some in chunks(self._known):
            sql = f"SELECT {columns} FROM {_IDENTITIES} WHERE customer IN ({marks(len(some))})"  # noqa: S608
            for customer, id_, type_, *rest in fetch(sql, some):
                if wanted is None or type_ in wanted:
                    self._add(get_hex(customer), Known(id_, _ANY, type_, *rest))
        self._load_apart(ends)

    def _add(self, customer: str, one: Known) -> None:
        group = self._groups.get(customer)
        if group is None:
            group = self._groups[customer] = Group(born=_ANY)
        group.add(one, rules=self._rules)

    def _group(self, customer: str) -> Group | None:
        """What guards look at, made only once it is asked for."""
        for row in self._fresh.pop(customer, ()):
            self._add(customer, _known(row))
        return self._groups.get(customer)

    def _is_guarded(self, customer: str) -> bool:
        return customer in self._fresh or customer in self._groups

    def _load_apart(self, ends: Sequence[Row]) -> None:
        if not self._known or not Link.objects.filter(state__in=APART).exists():
            return
        # Whoever meets somebody kept apart is asked for: then everybody is a group.
        for row in ends:
            if self._group(row.customer) is None:
                self._groups[row.customer] = Group(born=_ANY)
        for some in chunks(self._known):
            links = Link.objects.filter(
                Q(left__customer__in=some) | Q(right__customer__in=some), state__in=APART
            )
            columns = ("left_id", "right_id", "left__customer", "right__customer")
            for left, right, of_left, of_right in links.values_list(*columns):
                for end, other, customer in ((left, right, of_left.hex), (right, left, of_right.hex)):
                    if customer in self._groups:
                        self._groups[customer].members.append(end)
                        self._groups[customer].apart.add(other)

    def _old_links(self) -> set[IdPair]:
        """Pairs that have a link already, whatever its state."""
        pairs = [
            (one.left, one.right)
            for one in self._hopeful
            if not self._rows[one.left].is_new and not self._rows[one.right].is_new
        ]
        return {(left, right) for left, right in fetch_pairs(_SELECT_LINKS, pairs)}

    def _customer(self, identity_id: int) -> str:
        return self._last(self._rows[identity_id].customer)

    def _last(self, customer: str) -> str:
        while customer in self._became:
            customer = self._became[customer]
        return customer

    def _join(self, one: Seen) -> bool:
        ends = (self._customer(one.left), self._customer(one.right))
        if ends[0] == ends[1]:
            return True
        if self._is_guarded(ends[0]) and self._is_guarded(ends[1]) and self._meets_guard(*ends, seen=one):
            return False
        stays, goes = sorted(ends)
        self._absorb(stays, goes)
        self._became[goes] = stays
        self._made.append((one.left, one.right))
        if not self._rows[one.left].is_new and not self._rows[one.right].is_new:
            self._merged.append(((one.left, one.right), [str(UUID(stays)), str(UUID(goes))]))
        return True

    def _meets_guard(self, one: str, other: str, *, seen: Seen) -> bool:
        few, fewer = self._fresh.get(one), self._fresh.get(other)
        if few and fewer and _are_of_other_types(few, fewer):
            return False
        groups = (self._group(one), self._group(other))
        if not groups[0] or not groups[1]:
            return False
        # What was joined for being alike comes after what records say, so that its guard is asked, too.
        tie = tie_of(self._rows[seen.left].type, self._rows[seen.right].type)._replace(is_alike=True)
        return bool(find_guard(groups[0], groups[1], rules=self._rules, tie=tie))

    def _absorb(self, stays: str, goes: str) -> None:
        if not self._is_guarded(goes):
            return
        if goes in self._fresh and stays not in self._groups:
            both = self._fresh.pop(stays, ()) + self._fresh.pop(goes)
            self._fresh[stays] = both
            return
        gone, kept = self._group(goes), self._group(stays)
        self._groups.pop(goes, None)
        if gone and kept:
            kept.absorb(gone)
        elif gone:
            self._groups[stays] = gone

    def _write(self) -> None:
        now = put(timezone.now())
        ids = allocate_ids(Link, len(self._made))
        written = [
            (link_id, *pair, *_FIXED, self._rules.version, now)
            for link_id, pair in zip(ids, self._made, strict=True)
        ]
        insert(Link, _LINK_COLUMNS, written)
        of_pair = dict(zip(self._made, ids, strict=True))
        history = [
            (of_pair[pair], "", LinkState.ACTIVE.value, "", put(customers), now)
            for pair, customers in self._merged
        ]
        insert(LinkChange, ("link_id", "was", "became", "reason", "customers", "at"), history)
        is_kept = self._known.__contains__ if self._taken.unwritten else bool
        run_many(
            f"UPDATE {_IDENTITIES} SET customer = %s, changed_at = %s WHERE customer = %s",  # noqa: S608
            [(self._last(goes), now, goes) for goes in self._became if is_kept(goes)],
        )
        for row in self._rows.values():
            row.customer = self._last(row.customer)
