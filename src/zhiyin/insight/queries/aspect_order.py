"""The order of the list of aspects: as a tree, or flat."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from zhiyin.insight.queries.aspect_list import AspectScore, AspectScores

_ORDERS: Mapping[str, Callable[[AspectScore], float | None]] = {
    "n": lambda score: score.n_voices,
    "unhappy": lambda score: score.n_unhappy,
    "net": lambda score: score.net_sentiment.value,
    "change": lambda score: score.net_sentiment.change.value if score.net_sentiment.change else None,
    "stars": lambda score: score.stars.value,
    "harm": lambda score: score.harm,
}


def sort_scores(
    found: AspectScores, *, by: str, is_descending: bool, is_flat: bool = False
) -> list[AspectScore]:
    """The aspects in the order of a figure: `name`, or a key of the table above; unknown figures last.

    Each parent is followed by what stands below it, sorted alike; `is_flat` leaves the parents out.
    """

    def key(score: AspectScore) -> tuple[bool, float, str]:
        value = _ORDERS[by](score) if by in _ORDERS else None
        return value is None, -(value or 0) if is_descending else (value or 0), score.node.name

    ordered = sorted(found.scores, key=key)
    if by == "name":
        ordered = sorted(found.scores, key=lambda score: score.node.name, reverse=is_descending)
    if is_flat:
        return [score for score in ordered if not score.node.is_parent]
    ids = {score.node.id for score in ordered}
    below: dict[str | None, list[AspectScore]] = {}
    for score in ordered:
        below.setdefault(score.node.parent if score.node.parent in ids else None, []).append(score)
    return _walk(below, parent=None)


def _walk(below: Mapping[str | None, list[AspectScore]], *, parent: str | None) -> list[AspectScore]:
    return [one for score in below.get(parent, ()) for one in (score, *_walk(below, parent=score.node.id))]
