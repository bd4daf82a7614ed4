"""Parts what a batch saw: people whom nothing doubtful touches are joined at once, the others judged anew."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from zhiyin.customers.linking.identities import Row
from zhiyin.customers.linking.judging import Seen


def part_sure(
    hopeful: Sequence[Seen], *, rows: Mapping[int, Row], doubtful: Collection[int]
) -> tuple[list[Seen], list[Seen]]:
    """Pairs whose people meet none of the `doubtful` within the batch, and the others; both in order.

    Of people outside the batch nobody knows whom they meet: then every pair is of the others.
    """
    if not doubtful:
        return [*hopeful], []
    if not rows.keys() >= set(doubtful):
        return [], [*hopeful]
    roots: dict[str, str] = {}

    def root(one: str) -> str:
        while (above := roots.get(one, one)) != one:
            roots[one] = roots.get(above, above)
            one = above
        return one

    for one in hopeful:
        roots[root(rows[one.left].customer)] = root(rows[one.right].customer)
    touched = {root(rows[one].customer) for one in doubtful}
    sure: list[Seen] = []
    unsure: list[Seen] = []
    for one in hopeful:
        (unsure if root(rows[one.left].customer) in touched else sure).append(one)
    return sure, unsure
