"""What other rules would change, without changing anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from zhiyin.customers.linking.bulk import chunks
from zhiyin.customers.linking.recomputing import list_tied
from zhiyin.customers.linking.regions import load_region
from zhiyin.customers.linking.rules import Rules, check_rules
from zhiyin.customers.linking.sharing import find_shared

MOST_TRIED = 20_000
_EXAMPLES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What would become of customers: `merging` each list becomes one, `splitting` each one falls apart.

    Numbers count customers as they are now; examples are the first few. `is_partial`: there are more
    than `n_tried` identities, of which only these were tried.
    """

    n_tried: int
    is_partial: bool
    n_merging: int
    n_splitting: int
    merging: list[list[UUID]]
    splitting: list[UUID]


def try_rules(rules: Rules) -> Trial:
    """Judges by the rules what is known now, and tells the difference. Nothing is written.

    Raises:
        InvalidInput: a number is out of range.
    """
    check_rules(rules)
    tied = list_tied(MOST_TRIED + 1)
    wanted = tied[:MOST_TRIED]
    shared = set[int]()
    for some in chunks(wanted):
        shared |= find_shared(some, rules=rules)
    before: dict[int, UUID] = {}
    after: dict[int, UUID] = {}
    for some in chunks(wanted):
        rest = [one for one in some if one not in after]
        if rest:
            region = load_region(rest, rules=rules, shared=shared)
            before |= region.customers
            after |= region.judge(rules).customers
    return _compare(before, after, n_tried=len(wanted), is_partial=len(tied) > MOST_TRIED)


def _compare(
    before: Mapping[int, UUID], after: Mapping[int, UUID], *, n_tried: int, is_partial: bool
) -> Trial:
    parts: dict[UUID, set[UUID]] = defaultdict(set)
    sources: dict[UUID, set[UUID]] = defaultdict(set)
    for one, customer in before.items():
        parts[customer].add(after[one])
        sources[after[one]].add(customer)
    merging = [sorted(some) for some in sources.values() if len(some) > 1]
    splitting = sorted(customer for customer, some in parts.items() if len(some) > 1)
    return Trial(
        n_tried=n_tried,
        is_partial=is_partial,
        n_merging=len({one for some in merging for one in some}),
        n_splitting=len(splitting),
        merging=merging[:_EXAMPLES],
        splitting=splitting[:_EXAMPLES],
    )
