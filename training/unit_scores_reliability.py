"""Measures how far unit scores agree between random halves of the reviews.

`python -m training.unit_scores_reliability FILE …`. Each half of a file's voices scores the units by
itself. Printed for each column: reliability (Spearman-Brown), and how well one half's score foretells
the plain mean of what the other half's mentions say, beside what the plain mean of the own half does.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zhiyin.insight.unit_scores import GROUPS, FileOptions, Voices, read_all
from zhiyin.insight.unit_scores.scale import scale
from zhiyin.measure.unit_scores import Said, UnitScores, score_units

N_HALVINGS = 30


def main() -> None:
    """Print the table of each file given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    arguments = parser.parse_args()
    for path in arguments.files:
        voices = read_all(path, options=FileOptions(n_workers=2))
        _tell(f"{path.name}: {len(voices.units)} units, {len(voices.unit)} voices")
        for trust in (0.0, scale().trust, 1.0):
            _print_reliability(voices, trust=trust)


def _print_reliability(voices: Voices, *, trust: float) -> None:
    rng = np.random.default_rng(20211)
    same, foretold, plain = [], [], []
    for _ in range(N_HALVINGS):
        is_first = rng.random(len(voices.unit)) < 0.5
        one, other = (_score(voices, mask=mask, trust=trust) for mask in (is_first, ~is_first))
        own, far = (_plain(voices, mask=mask) for mask in (is_first, ~is_first))
        same.append(_spearman_brown(_columns(one), _columns(other)))
        foretold.append(_correlation(one.groups, far))
        plain.append(_correlation(own, far))
    _tell(f"  trust {trust}: reliability " + _row(same, ("overall", *GROUPS)))
    _tell("    foretells the other half " + _row(foretold, GROUPS))
    _tell("    the plain mean does      " + _row(plain, GROUPS))


def _score(voices: Voices, *, mask: NDArray[np.bool_], trust: float) -> UnitScores:
    said, place = voices.said, np.cumsum(mask) - 1
    of_half = mask[said.voice]
    half = Said(voice=place[said.voice[of_half]], group=said.group[of_half], score=said.score[of_half])
    return score_units(
        voices.unit[mask],
        voices.score[mask],
        voices.weight[mask],
        said=half,
        n_units=len(voices.units),
        n_groups=len(GROUPS),
        trust=trust,
    )


def _plain(voices: Voices, *, mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    said, n_units = voices.said, len(voices.units)
    of_half = mask[said.voice]
    cell = voices.unit[said.voice[of_half]] * len(GROUPS) + said.group[of_half]
    n = np.bincount(cell, minlength=n_units * len(GROUPS))
    total = np.bincount(cell, said.score[of_half], minlength=n_units * len(GROUPS))
    with np.errstate(invalid="ignore"):
        return (total / n).reshape(n_units, len(GROUPS))


def _columns(scores: UnitScores) -> NDArray[np.float64]:
    return np.column_stack([scores.overall, scores.groups])


def _correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> list[float]:
    found = []
    for left, right in zip(one.T, other.T, strict=True):
        known = ~(np.isnan(left) | np.isnan(right))
        found.append(float(np.corrcoef(left[known], right[known])[0, 1]))
    return found


def _spearman_brown(one: NDArray[np.float64], other: NDArray[np.float64]) -> list[float]:
    return [2 * r / (1 + r) for r in _correlation(one, other)]


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")


def _row(found: list[list[float]], names: tuple[str, ...]) -> str:
    means = np.mean(found, axis=0)
    return "  ".join(f"{name} {mean:.2f}" for name, mean in zip(names, means, strict=True))


if __name__ == "__main__":
    main()
