"""Everything judged again: after a change of rules, in parts, in the background."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from django.db.models import Q

from zhiyin.customers.linking.bulk import chunks
from zhiyin.customers.linking.rejudging import rejudge
from zhiyin.customers.linking.rules import Rules, get_rules, save_rules
from zhiyin.customers.linking.sharing import find_shared
from zhiyin.customers.linking.turns import linking_turn
from zhiyin.customers.models import Identity, Link, Sighting
from zhiyin.people.models import Account

_PART = 2_000
OnProgress = Callable[[int, int], bool]


def use_rules(rules: Rules, *, by: Account | None) -> Rules:
    """Puts rules in force as the next version; what is linked from now on goes by them.

    What was linked before goes by them after `recompute`.

    Raises:
        InvalidInput: a number is out of range.
    """
    with linking_turn():
        return save_rules(rules, by=by)


def recompute(*, on_progress: OnProgress = lambda done, total: True) -> int:
    """Judges every identity that was seen with another by the rules in force; returns how many.

    In parts, each a turn of its own, so that records go on being linked between them; run again after
    an interruption, it finishes. `on_progress` may answer False to stop.
    """
    last = Identity.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    n_judged = 0
    for step in _mark_all, _judge_all:
        for done, n in step(last):
            n_judged += n
            if not on_progress(done + (last if step is _judge_all else 0), 2 * last):
                return n_judged
    return n_judged


def _mark_all(last: int) -> Iterator[tuple[int, int]]:
    """Which identifiers are shared, by the limits in force."""
    for start in range(0, last + 1, _PART):
        with linking_turn():
            ids = list(
                Identity.objects.filter(pk__gt=start, pk__lte=start + _PART).values_list("pk", flat=True)
            )
            shared = find_shared(ids, rules=get_rules())
            marked = set(
                Identity.objects.filter(pk__gt=start, pk__lte=start + _PART, is_shared=True).values_list(
                    "pk", flat=True
                )
            )
            _mark(shared - marked, is_shared=True)
            _mark(marked - shared, is_shared=False)
        yield min(start + _PART, last), 0


def _judge_all(last: int) -> Iterator[tuple[int, int]]:
    done: set[int] = set()
    for start in range(0, last + 1, _PART):
        with linking_turn():
            wanted = _tied(range(start + 1, start + _PART + 1)) - done
            rules = get_rules()
            judged = rejudge(wanted, rules=rules, reason=f"rules {rules.version}") if wanted else {}
        # Only those that later parts would meet again need remembering.
        done = {one for one in done | judged.keys() if one > start + _PART}
        yield min(start + _PART, last), len(wanted)


def _tied(ids: Sequence[int]) -> set[int]:
    """Those of the ids (a range) that anything ties to another identity."""
    found: set[int] = set()
    for model in (Sighting, Link):
        rows = model._default_manager.filter(
            Q(left_id__gte=ids[0], left_id__lte=ids[-1]) | Q(right_id__gte=ids[0], right_id__lte=ids[-1])
        )
        for pair in rows.values_list("left_id", "right_id"):
            found.update(end for end in pair if ids[0] <= end <= ids[-1])
    return found


def _mark(ids: set[int], *, is_shared: bool) -> None:
    for some in chunks(ids):
        Identity.objects.filter(pk__in=some).update(is_shared=is_shared)


def list_tied(limit: int) -> list[int]:
    """The first identities that anything ties to another, in order."""
    found: set[int] = set()
    for model in (Sighting, Link):
        for side in ("left_id", "right_id"):
            ids = model._default_manager.order_by(side).values_list(side, flat=True).distinct()
            found.update(ids[:limit])
    return sorted(found)[:limit]
