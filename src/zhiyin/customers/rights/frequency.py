"""How often we contacted customers lately, whatever for: calls, questions, invitations together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from zhiyin.customers.models import Identity

_CHUNK = 500

Count = Callable[[Sequence[UUID], datetime, datetime], Iterable[tuple[UUID, int]]]
"""Customers and how often they were contacted after the first moment, until the second."""

_counts: list[Count] = []


def register(count: Count) -> None:
    """Adds a kind of contacts that begin with us. What customers asked for themselves is none.

    Registered in `AppConfig.ready`, once; again, it changes nothing.
    """
    if count not in _counts:
        _counts.append(count)


def count_contacts(customers: Iterable[UUID], *, after: datetime, until: datetime) -> Counter[UUID]:
    """How often each was contacted, also as what was joined with them since; 0 for nobody known.

    A query a kind and two besides, for every 500 customers.
    """
    wanted, found = list(dict.fromkeys(customers)), Counter[UUID]()
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        # What was joined into another since is that other; whatever was joined with it counts for both.
        heads = {one: one for one in part}
        heads.update(Identity.objects.filter(born__in=part).values_list("born", "customer"))
        head_of = {head: head for head in heads.values()}
        head_of.update(Identity.objects.filter(customer__in=list(head_of)).values_list("born", "customer"))
        n_of = _count_all(head_of, after=after, until=until)
        found.update({one: n_of[head] for one, head in heads.items()})
    return found


def _count_all(head_of: Mapping[UUID, UUID], *, after: datetime, until: datetime) -> Counter[UUID]:
    ids, found = list(head_of), Counter[UUID]()
    for start in range(0, len(ids), _CHUNK):
        for count in _counts:
            for customer, n in count(ids[start : start + _CHUNK], after, until):
                found[head_of[customer]] += n
    return found
