"""Identifiers that too many people are named by: they join nobody any more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from zhiyin.customers.linking.judging import Seen, is_trusted
from zhiyin.customers.linking.rules import Rules
from zhiyin.customers.models import Identity, Sighting

_CHUNK = 450


def find_shared(candidates: Iterable[int], *, rules: Rules) -> set[int]:
    """Those of the identities that are named with more different people than their type may be.

    People are told apart by identifiers of one type of which a person has one: five members, or five
    accounts of one platform. What untrusted sources say does not count.
    """
    wanted = sorted(set(candidates))
    types = _types(wanted)
    found: set[int] = set()
    for identity_id, counts in _count_people(wanted, rules=rules).items():
        limit = rules.of(types[identity_id]).most_people if identity_id in types else 0
        if identity_id in types and max(counts.values(), default=0) > limit:
            found.add(identity_id)
    return found


def mark_shared(suspects: Iterable[int], *, rules: Rules) -> set[int]:
    """Marks those of them that are shared; their ids."""
    shared = find_shared(suspects, rules=rules)
    if shared:
        Identity.objects.filter(pk__in=shared).update(is_shared=True)
    return shared


def unmark_shared(candidates: Iterable[int], *, rules: Rules) -> set[int]:
    """Takes the mark from those that are shared no more; their ids."""
    marked: set[int] = set()
    wanted = sorted(set(candidates))
    for start in range(0, len(wanted), _CHUNK):
        rows = Identity.objects.filter(pk__in=wanted[start : start + _CHUNK], is_shared=True)
        marked.update(rows.values_list("pk", flat=True))
    freed = marked - find_shared(marked, rules=rules)
    if freed:
        Identity.objects.filter(pk__in=freed).update(is_shared=False)
    return freed


def _types(ids: Sequence[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for start in range(0, len(ids), _CHUNK):
        rows = Identity.objects.filter(pk__in=ids[start : start + _CHUNK])
        found.update(rows.values_list("pk", "type"))
    return found


def _count_people(ids: Sequence[int], *, rules: Rules) -> dict[int, dict[tuple[str, str], int]]:
    people: dict[int, dict[tuple[str, str], set[int]]] = {}
    for start in range(0, len(ids), _CHUNK):
        some = ids[start : start + _CHUNK]
        for own, other in (("left", "right"), ("right", "left")):
            columns = (
                *("left_id", "right_id", "source", "is_verified", "id"),
                *(f"{other}__type", f"{other}__source"),
            )
            for values in Sighting.objects.filter(**{f"{own}_id__in": some}).values_list(*columns):
                seen, type_, within = Seen(*values[:5]), values[5], values[6]
                if rules.of(type_).single and is_trusted(seen, rules=rules):
                    ends = (seen.left, seen.right) if own == "left" else (seen.right, seen.left)
                    people.setdefault(ends[0], {}).setdefault((type_, within), set()).add(ends[1])
    return {one: {place: len(others) for place, others in places.items()} for one, places in people.items()}
