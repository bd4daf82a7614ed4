"""What the customer had to say again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from zhiyin.understand.conversation.content import shared_of, weight_of
from zhiyin.understand.conversation.model import HeardTurn, Mark

Content = Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closeness:
    """From where on a turn says what another said: weight both say, and its share of the shorter of them."""

    weight: float
    share: float
    share_of_longer: float = 0.0


_PLAIN = Closeness(weight=5.0, share=0.45, share_of_longer=0.25)
_STRONG = Closeness(weight=8.0, share=0.35, share_of_longer=0.15)
_SAME = Closeness(weight=3.0, share=0.85, share_of_longer=0.3)
"""Short turns that agree almost wholly."""
_PROTESTED = Closeness(weight=3.0, share=0.3)
"""Where the customer adds that it was said before ("我说过了")."""
_ANSWER = Closeness(weight=1.5, share=0.8)
"""A short answer to what the company has just asked."""
_LONGEST_ANSWER = 9.0
_N_FIRST, _N_LATEST = 10, 100


def find_told_again(turns: Sequence[HeardTurn], *, contents: Sequence[Content]) -> list[Mark]:
    """Turns of the customer that say what an earlier one said, each with the closest of those.

    Between the two somebody of the company spoke. What the company has just put to the customer to confirm
    is no repetition, nor is asking for a person. A turn is compared with the first turns of the customer's
    and the latest before it, so that the cost stays linear.
    """
    marks = []
    n_before = list(accumulate((turn.is_company for turn in turns), initial=0))
    customers = [row for row, turn in enumerate(turns) if turn.speaker == "customer"]
    for place, row in enumerate(customers):
        turn = turns[row]
        if turn.has("person", "person_alone"):
            continue
        content = _own(turns, contents, row)
        near = customers[max(place - _N_LATEST, min(place, _N_FIRST)) : place]
        candidates = [*customers[: min(place, _N_FIRST)], *near]
        earlier = [one for one in candidates if n_before[one + 1] < n_before[row]]
        about = _closest(content, earlier, contents=contents, wanted=_wanted(turns, row))
        if about is not None:
            marks.append(Mark(kind="told_again", turn=row, start=0, end=len(turn.folded), about=about))
    return marks


def _own(turns: Sequence[HeardTurn], contents: Sequence[Content], row: int) -> Content:
    """What the turn says, without what it was asked to confirm."""
    before = row - 1
    if before < 0 or not turns[before].is_company or not turns[before].has("check"):
        return contents[row]
    return {token: weight for token, weight in contents[row].items() if token not in contents[before]}


def _wanted(turns: Sequence[HeardTurn], row: int) -> tuple[Closeness, ...]:
    wanted = [_PLAIN, _STRONG, _SAME]
    if turns[row].has("said_before", "protest"):
        wanted.append(_PROTESTED)
    if row and turns[row - 1].is_company and turns[row - 1].has("question", "request"):
        wanted.append(_ANSWER)
    return tuple(wanted)


def _closest(
    content: Content, earlier: Sequence[int], *, contents: Sequence[Content], wanted: Sequence[Closeness]
) -> int | None:
    weight = weight_of(content)
    best, best_share = None, 0.0
    for row in earlier:
        other = weight_of(contents[row])
        shorter, longer = min(weight, other), max(weight, other)
        if not shorter:
            continue
        shared = shared_of(content, contents[row])
        share = shared / shorter
        if share > best_share and any(
            _is_close(shared, share, shared / longer, weight=weight, one=one) for one in wanted
        ):
            best, best_share = row, share
    return best


def _is_close(shared: float, share: float, share_of_longer: float, *, weight: float, one: Closeness) -> bool:
    if one is _ANSWER and weight > _LONGEST_ANSWER:
        return False
    return shared >= one.weight and share >= one.share and share_of_longer >= one.share_of_longer
