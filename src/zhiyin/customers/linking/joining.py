"""Links what a batch saw for the first time: at once, or where a guard speaks by judging anew."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from zhiyin.customers.linking.bulk import allocate_ids, chunks, insert, put, run_many
from zhiyin.customers.linking.identities import Row, Taken
from zhiyin.customers.linking.judging import Group, IdPair, Known, Seen, find_guard, may_join
from zhiyin.customers.linking.regions import APART
from zhiyin.customers.linking.rejudging import rejudge
from zhiyin.customers.linking.rules import Rules
from zhiyin.customers.linking.sharing import mark_shared
from zhiyin.customers.linking.sightings import News
from zhiyin.customers.models import Identity, Link, LinkChange, LinkState

_FIXED = (LinkState.ACTIVE.value, "rule", "", json.dumps([{"code": "named_together"}]))
_LINK_COLUMNS = (*("id", "left_id", "right_id", "state", "origin", "guard", "evidence", "rules", "made_at"),)


def join_new(taken: Taken, news: News, *, rules: Rules) -> None:
    """Link what the batch saw; the rows of `taken` have their customers afterwards.

    The result is that of judging everything again, whatever the batches.
    """
    rows = taken.by_id()
    doubtful = {*taken.now_verified, *(end for pair in news.now_verified for end in pair)}
    shared = mark_shared(_suspects(news.seen, rows=rows, rules=rules), rules=rules)
    for one in shared:
        rows[one].is_shared = True
    known = {row.id: _known(row) for row in rows.values()}
    hopeful = [one for one in news.seen if may_join(one, known=known, rules=rules)]
    if not doubtful and not shared:
        hopeful = _Joiner(hopeful, rows=rows, rules=rules).join()
    seeds = {*doubtful, *shared, *(end for one in hopeful for end in (one.left, one.right))}
    if seeds:
        customers = rejudge(seeds, rules=rules)
        for row in rows.values():
            row.customer = customers.get(row.id, row.customer)


def _suspects(seen: Sequence[Seen], *, rows: dict[int, Row], rules: Rules) -> set[int]:
    """Those that may have come to be shared; of a fresh one the batch knows every partner."""
    n_partners = Counter(end for one in seen for end in (one.left, one.right))
    return {
        one
        for one, n in n_partners.items()
        if not rows[one].is_shared and (rows[one].was or n > rules.of(rows[one].type).most_people)
    }


def _known(row: Row) -> Known:
    return Known(row.id, row.born, row.type, row.within, row.is_verified, row.is_shared)


class _Joiner:
    """Joins people where no guard speaks; whatever meets one is left for judging."""

    def __init__(self, hopeful: Sequence[Seen], *, rows: dict[int, Row], rules: Rules) -> None:
        self._hopeful = hopeful
        self._rows = rows
        self._rules = rules
        self._became: dict[UUID, UUID] = {}
        self._groups: dict[UUID, Group] = {}
        self._made: list[IdPair] = []
        self._merged: list[tuple[IdPair, list[str]]] = []
        self._now = timezone.now()

    def join(self) -> list[Seen]:
        """The sightings that need judging, after all others are links."""
        if not self._hopeful:
            return []
        self._load_groups()
        old = self._old_links()
        left_over = [one for one in self._hopeful if (one.left, one.right) in old or not self._join(one)]
        self._write()
        return left_over

    def _load_groups(self) -> None:
        ends = {end for one in self._hopeful for end in (one.left, one.right)}
        for end in ends:
            row = self._rows[end]
            group = self._groups.setdefault(row.customer, Group(born=row.customer))
            if row.was is None:
                group.add(_known(row), rules=self._rules)
        known = [row.customer for end in ends if (row := self._rows[end]).was is not None]
        single = [type_ for type_, rule in self._rules.types.items() if not rule.single]
        columns = ("id", "born", "type", "source", "is_verified", "is_shared", "customer")
        for some in chunks(known):
            found = Identity.objects.filter(customer__in=some).exclude(type__in=single)
            for values in found.values_list(*columns):
                self._groups[values[6]].add(Known(*values[:6]), rules=self._rules)
        self._load_apart(known)

    def _load_apart(self, customers: Sequence[UUID]) -> None:
        if not customers or not Link.objects.filter(state__in=APART).exists():
            return
        for some in chunks(customers):
            links = Link.objects.filter(
                Q(left__customer__in=some) | Q(right__customer__in=some), state__in=APART
            )
            columns = ("left_id", "right_id", "left__customer", "right__customer")
            for left, right, of_left, of_right in links.values_list(*columns):
                for end, other, customer in ((left, right, of_left), (right, left, of_right)):
                    if customer in self._groups:
                        self._groups[customer].members.append(end)
                        self._groups[customer].apart.add(other)

    def _old_links(self) -> set[tuple[int, int]]:
        """Pairs that have a link already, whatever its state."""
        lefts = {one.left for one in self._hopeful if self._rows[one.left].was is not None}
        rights = {one.right for one in self._hopeful if self._rows[one.right].was is not None}
        found: set[tuple[int, int]] = set()
        for some in chunks(lefts):
            for pair in Link.objects.filter(left_id__in=some).values_list("left_id", "right_id"):
                if pair[1] in rights:
                    found.add(pair)
        return found

    def _customer(self, identity_id: int) -> UUID:
        customer = self._rows[identity_id].customer
        while customer in self._became:
            customer = self._became[customer]
        return customer

    def _join(self, one: Seen) -> bool:
        ends = (self._customer(one.left), self._customer(one.right))
        if ends[0] == ends[1]:
            return True
        if find_guard(self._groups[ends[0]], self._groups[ends[1]], rules=self._rules):
            return False
        stays, goes = sorted(ends)
        self._groups[stays].absorb(self._groups.pop(goes))
        self._became[goes] = stays
        self._made.append((one.left, one.right))
        if all(self._rows[end].was is not None for end in (one.left, one.right)):
            self._merged.append(((one.left, one.right), [str(stays), str(goes)]))
        return True

    def _write(self) -> None:
        now = put(self._now)
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
        final = {goes: self._last(goes) for goes in self._became}
        run_many(
            f"UPDATE {Identity._meta.db_table} SET customer = %s, changed_at = %s WHERE customer = %s",  # noqa: S608
            [(put(stays), now, put(goes)) for goes, stays in final.items()],
        )
        for row in self._rows.values():
            row.customer = final.get(row.customer, row.customer)

    def _last(self, customer: UUID) -> UUID:
        while customer in self._became:
            customer = self._became[customer]
        return customer
