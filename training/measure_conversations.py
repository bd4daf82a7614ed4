"""How right the reading of conversations is: `python training/measure_conversations.py [--dev | --blind]`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from training.conversation_cases import CASES, KINDS, SECOND, UNSEEN, Case, Label, read_cases

from zhiyin.understand import Analyser
from zhiyin.understand.conversation import ConversationMeaning, Mark, analyse_conversations

FIGURES = (*KINDS.values(), "outcome")


@dataclass(slots=True, kw_only=True)
class Score:
    """Counts of one kind of mark, turn by turn.

    `n_about` of `n_right` also name the right other turn, or the right moment.
    """

    n_right: int = 0
    n_false: int = 0
    n_missed: int = 0
    n_about: int = 0

    @property
    def precision(self) -> float:
        """Share of what was found that is right; 0 where nothing was found."""
        return self.n_right / max(self.n_right + self.n_false, 1)

    @property
    def recall(self) -> float:
        """Share of what is there that was found."""
        return self.n_right / max(self.n_right + self.n_missed, 1)

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def measure(cases: Sequence[Case], *, analyser: Analyser, is_telling: bool = False) -> dict[str, Score]:
    """The scores by kind of mark, and of `outcome`; `is_telling` prints each error."""
    found = analyse_conversations([case.conversation for case in cases], analyser=analyser)
    scores = {kind: Score() for kind in FIGURES}
    for case, meaning in zip(cases, found, strict=True):
        for kind in KINDS.values():
            _compare(case, meaning, kind=kind, score=scores[kind], is_telling=is_telling)
        _compare_outcome(case, meaning, score=scores["outcome"], is_telling=is_telling)
    return scores


def _compare(case: Case, meaning: ConversationMeaning, *, kind: str, score: Score, is_telling: bool) -> None:
    wanted = {label.turn: label for label in case.labels if label.kind == kind}
    marks = {mark.turn: mark for mark in meaning.of(kind)}
    for turn in sorted({*wanted, *marks}):
        text = case.conversation.turns[turn].text
        if turn not in marks:
            score.n_missed += 1
            error = "missed"
        elif turn not in wanted:
            score.n_false += 1
            error = f"false ({marks[turn].about}) {text[marks[turn].start : marks[turn].end]!r}"
        else:
            score.n_right += 1
            error = _other(kind, mark=marks[turn], label=wanted[turn])
            score.n_about += not error
        if error and is_telling:
            _tell(f"{kind:17} {case.name} {turn + 1}: {text}  -- {error}")


def _other(kind: str, *, mark: Mark, label: Label) -> str:
    """What is wrong about a mark at the right turn; empty for nothing."""
    found, wanted = (mark.due, label.due) if kind == "promise" else (mark.about, label.about)
    is_same = found == wanted or (kind != "promise" and wanted is None)
    return "" if is_same else f"other: {found} for {wanted}"


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")


def _compare_outcome(case: Case, meaning: ConversationMeaning, *, score: Score, is_telling: bool) -> None:
    if meaning.outcome == case.outcome:
        score.n_right += case.outcome is not None
        score.n_about += case.outcome is not None
        return
    score.n_false += meaning.outcome is not None
    score.n_missed += case.outcome is not None
    if is_telling:
        _tell(f"outcome           {case.name}: {meaning.outcome} for {case.outcome}")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=("dev", "blind", "both"), default="both")
    parser.add_argument("--tell", action="store_true")
    parser.add_argument("--cases", type=Path, help="another file of labelled conversations")
    options = parser.parse_args()
    analyser = Analyser()
    cases = read_cases(options.cases or CASES)
    for half in ("dev", "blind") if options.half == "both" else (options.half,):
        some = [case for case in cases if case.is_blind == (half == "blind")]
        _report(
            half, some, scores=measure(some, analyser=analyser, is_telling=options.tell and half == "dev")
        )
    others = {} if options.cases else {"second": SECOND, "unseen": UNSEEN}
    for name, path in others.items():
        some = read_cases(path)
        _report(name, some, scores=measure(some, analyser=analyser))


def _report(name: str, cases: Sequence[Case], *, scores: dict[str, Score]) -> None:
    n_turns = sum(len(case.conversation.turns) for case in cases)
    _tell(f"{name}: {len(cases)} conversations, {n_turns} turns")
    for kind, score in scores.items():
        n = score.n_right + score.n_missed
        _tell(
            f"  {kind:17} n {n:3}  precision {score.precision:.2f}  recall {score.recall:.2f}"
            f"  F1 {score.f1:.2f}  about {score.n_about / max(score.n_right, 1):.2f}"
        )


if __name__ == "__main__":
    main()
