"""The pairs that are one person, each with its probability and its evidence in words."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path

from zhiyin.customers.matching.kinds import Kind
from zhiyin.customers.matching.link import Found, Source
from zhiyin.customers.matching.model import Scored
from zhiyin.customers.matching.wording import Language, by_way_of, reason

HEADINGS = ("left_id", "right_id", "probability", "evidence")
_LEAST_BITS = 0.05
_LEAST_ODDS = 1e-6


class Pair(NamedTuple):
    """Two records that are one person; ids as the file has them, or row numbers from 1."""

    left_id: str
    right_id: str
    probability: float
    evidence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Index:
    """Where in `scored` the pairs of a person stand: `order` sorted by person, `bounds` by its number."""

    order: npt.NDArray[np.int64]
    persons: npt.NDArray[np.int64]

    def of(self, person: int) -> npt.NDArray[np.int64]:
        """The places of the pairs within a person."""
        start, end = np.searchsorted(self.persons, (person, person + 1))
        return self.order[start:end]


def ids_of(sources: Sequence[Source]) -> list[str]:
    """What each row is called: by its column of ids, else by its number in its file, from 1."""
    ids: list[str] = []
    for source in sources:
        name = next((c.name for c in source.columns if c.kind is Kind.ID), None)
        rows = range(1, source.table.num_rows + 1)
        ids += [str(v) for v in (source.table.column(name).to_pylist() if name else rows)]
    return ids


def list_pairs(found: Found, *, ids: Sequence[str], language: Language) -> Iterator[Pair]:
    """Every pair of rows of one person; of two files, those that lie across."""
    scored = found.scored
    inside = np.flatnonzero(found.person[scored.left] == found.person[scored.right])
    of = found.person[scored.left[inside]]
    order = np.argsort(of, kind="stable")
    index = _Index(order=inside[order], persons=of[order])
    by_person = np.argsort(found.person, kind="stable")
    bounds = np.flatnonzero(np.diff(found.person[by_person])) + 1
    for members in np.split(by_person, bounds):
        if len(members) > 1:
            yield from _within(
                members,
                found=found,
                places=index.of(int(found.person[members[0]])),
                ids=ids,
                language=language,
            )


def _within(
    members: npt.NDArray[np.int64],
    *,
    found: Found,
    places: npt.NDArray[np.int64],
    ids: Sequence[str],
    language: Language,
) -> Iterator[Pair]:
    scored = found.scored
    probability = 1.0 / (1.0 + np.exp2(-scored.weight[places]))
    known = {
        (int(left), int(right)): (int(place), float(p))
        for left, right, place, p in zip(
            scored.left[places], scored.right[places], places, probability, strict=True
        )
    }
    ways = _Ways(members, known) if len(known) < len(members) * (len(members) - 1) // 2 else None
    first_side = found.n_rows[0] if len(found.n_rows) > 1 else None
    for i, left in enumerate(members.tolist()):
        for j, right in enumerate(members[i + 1 :].tolist(), start=i + 1):
            if first_side is not None and not left < first_side <= right:
                continue
            if (left, right) in known:
                place, p = known[left, right]
                yield Pair(ids[left], ids[right], p, _evidence(scored, place, language=language))
            elif ways is not None:
                p, between = ways.between(i, j)
                names = ", ".join(ids[row] for row in between)
                yield Pair(ids[left], ids[right], p, by_way_of(names, language=language))


class _Ways:
    """The likeliest way through other records of a person between two that were not compared."""

    def __init__(
        self, members: npt.NDArray[np.int64], known: dict[tuple[int, int], tuple[int, float]]
    ) -> None:
        self._members = members
        place = {int(row): i for i, row in enumerate(members)}
        rows = [place[left] for left, _ in known]
        columns = [place[right] for _, right in known]
        length = [-np.log(max(p, _LEAST_ODDS)) + 1e-9 for _, p in known.values()]
        graph = csr_array((length, (rows, columns)), shape=(len(members), len(members)))
        self._length, self._before = shortest_path(graph, directed=False, return_predecessors=True)

    def between(self, i: int, j: int) -> tuple[float, list[int]]:
        """Its probability and the rows between."""
        way: list[int] = []
        at = int(self._before[i, j])
        while at >= 0 and at != i:
            way.append(int(self._members[at]))
            at = int(self._before[i, at])
        return float(np.exp(-self._length[i, j])), way[::-1]


def _evidence(scored: Scored, place: int, *, language: Language) -> str:
    told = []
    for code, met in scored.agreements.items():
        bits = round(float(scored.parts[code][place]), 1)
        if met[place] >= 0 and abs(bits) > _LEAST_BITS:
            told.append((abs(bits), reason(code, scored.levels[code][met[place]], bits, language)))
    return ("; " if language == "en" else "；").join(text for _, text in sorted(told, reverse=True))


def write_pairs(pairs: Iterator[Pair], path: Path) -> int:
    """Write the pairs as CSV; how many they are."""
    n = 0
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADINGS)
        for n, pair in enumerate(pairs, start=1):  # noqa: B007 - the count is what is answered
            writer.writerow((pair.left_id, pair.right_id, f"{pair.probability:.6f}", pair.evidence))
    return n
