"""Scores the analyser on our own sentences, phenomenon by phenomenon.

python training/phenomena.py [--failures contrast]
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from zhiyin.understand import Analyser

CASES = Path(__file__).parents[1] / "src/zhiyin/understand/tests/cases/phenomena"
_SIGNS = {"+": "positive", "-": "negative", "0": "neutral"}
_TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One sentence of a file and what must be understood of it.

    `expected` are words such as `dish_taste+` (an opinion of this side and none of the other),
    `!dish_taste+` (no such opinion), `text-` (score below 0) and `!text+` (label not positive).
    """

    phenomenon: str
    sentence: str
    taxonomy: str
    expected: tuple[str, ...]

    @property
    def is_blind(self) -> bool:
        """A third of the cases, by hash, whose failures nobody reads while mending rules."""
        return int(hashlib.sha256(self.sentence.encode()).hexdigest()[:8], 16) % 3 == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many cases of a phenomenon are right, of all and of the blind ones."""

    n: int
    n_right: int
    n_blind: int
    n_blind_right: int


def read_cases() -> list[Case]:
    """Return every case of every file, in the order of the files."""
    return [case for path in sorted(CASES.glob("*.tsv")) for case in _read(path)]


def failures(cases: list[Case]) -> list[tuple[Case, str]]:
    """Return the cases that come out wrong, each with what was understood instead."""
    wrong = []
    for taxonomy in dict.fromkeys(case.taxonomy for case in cases):
        chosen = [case for case in cases if case.taxonomy == taxonomy]
        batch = pa.RecordBatch.from_pydict({"text": [case.sentence for case in chosen]})
        rows = Analyser(taxonomy=taxonomy).analyse_batch(batch).to_pylist()
        wrong += [
            (case, _shown(row)) for case, row in zip(chosen, rows, strict=True) if not _is_right(case, row)
        ]
    return wrong


def shares(cases: list[Case], *, wrong: list[tuple[Case, str]]) -> dict[str, Share]:
    """Return the share right of each phenomenon, and of all under `overall`."""
    bad = {case for case, _ in wrong}
    groups = {name: [case for case in cases if case.phenomenon == name] for name in _names(cases)}
    return {name: _share(group, bad=bad) for name, group in {**groups, "overall": cases}.items()}


def _share(cases: list[Case], *, bad: set[Case]) -> Share:
    blind = [case for case in cases if case.is_blind]
    return Share(
        n=len(cases),
        n_right=sum(case not in bad for case in cases),
        n_blind=len(blind),
        n_blind_right=sum(case not in bad for case in blind),
    )


def _names(cases: list[Case]) -> list[str]:
    return list(dict.fromkeys(case.phenomenon for case in cases))


def _read(path: Path) -> Iterator[Case]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield Case(
                phenomenon=path.stem,
                sentence=row["sentence"],
                taxonomy=row["taxonomy"],
                expected=tuple(row["expected"].split()),
            )


def _is_right(case: Case, row: Mapping) -> bool:
    found = {(one["aspect"], one["polarity"]) for one in row["opinions"]}
    return all(_holds(word, case=case, found=found, sentiment=row["sentiment"]) for word in case.expected)


def _holds(word: str, *, case: Case, found: set[tuple[str, str]], sentiment: Mapping | None) -> bool:
    is_forbidden, name, side = word.startswith("!"), word.lstrip("!")[:-1], _SIGNS[word[-1]]
    if name == _TEXT:
        label, score = (sentiment["label"], sentiment["score"]) if sentiment else (None, 0.0)
        return label != side if is_forbidden else (score > 0) == (side == "positive") and score != 0
    if is_forbidden:
        return (name, side) not in found
    contrary = {"+": "-", "-": "+"}.get(word[-1])
    is_mixed = contrary is None or f"{name}{contrary}" in case.expected
    return (name, side) in found and (is_mixed or (name, _SIGNS[contrary]) not in found)


def _shown(row: Mapping) -> str:
    found = [
        f"{one['aspect']}:{one['polarity'][:3]}({one['term']}|{one['opinion']})" for one in row["opinions"]
    ]
    sentiment = row["sentiment"] or {"label": None, "score": 0.0}
    return f"{sentiment['label']} {sentiment['score']:+.2f} {' '.join(found)}"


def main() -> None:
    """Print the share right of each phenomenon; of those in --failures also the cases, but for blind ones."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--failures", nargs="*", default=[])
    options = parser.parse_args()
    cases = read_cases()
    wrong = failures(cases)
    for name, share in shares(cases, wrong=wrong).items():
        sys.stdout.write(
            f"{name}: n={share.n} right={share.n_right / share.n:.3f}"
            f"  blind n={share.n_blind} right={share.n_blind_right / max(share.n_blind, 1):.3f}\n"
        )
    for case, shown in wrong:
        if case.phenomenon in options.failures and not case.is_blind:
            sys.stdout.write(f"{case.phenomenon}\t{case.sentence}\t{' '.join(case.expected)}\t=> {shown}\n")


if __name__ == "__main__":
    main()
