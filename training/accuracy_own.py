"""Figures on sentences of our own and on private data, which hold what public data hardly do."""

from __future__ import annotations

import csv
import importlib.util
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType

import numpy as np
import pyarrow as pa
from sklearn.metrics import f1_score

import phenomena
from accuracy_tables import Cell, Table
from measure_fields import (
    FIELDS,
    PUBLIC,
    Count,
    Figures,
    measure,
    measure_copies,
    read_public,
    read_sentences,
)
from zhiyin.understand import Analyser
from zhiyin.understand.privacy import find_private
from zhiyin.understand.text import fold_batch
from zhiyin.understand.written import WrittenClause, is_kept_back, read_written, taxonomy_of

_TESTS = Path(__file__).parents[1] / "src/zhiyin/understand/tests"
_REVIEWS = (("shopping", "review"), ("takeaway", "review"), ("electronics", "sentence"))


def phenomena_table(data: Path) -> Table:
    """The suite by phenomenon; the last column is of cases whose failures nobody reads."""
    cases = phenomena.read_cases()
    shares = phenomena.shares(cases, wrong=phenomena.failures(cases))
    return Table(
        title="Our suite of phenomena",
        about="Sentences and minimal pairs of our own, each with what must be understood of it. A third, "
        "by hash, is blind: its failures are never read while rules are mended. Floor 0.90, goal "
        "0.97.",
        header=("phenomenon", "n", "right", "n blind", "right of these"),
        rows=[
            [name, one.n, one.n_right / one.n, one.n_blind, one.n_blind_right / max(one.n_blind, 1)]
            for name, one in shares.items()
        ],
    )


def fields_table(data: Path) -> Table:
    """Precision, recall and F1 of every field beside opinions, on three sets."""
    sentences = read_sentences()
    blind = [one for one in sentences if one.is_blind]
    public = {name: read_public(data, labels=labels) for name, labels in PUBLIC.items()}
    sets = {"our blind half": blind, **{f"public rows, {name}": some for name, some in public.items()}}
    found = {name: measure(some) for name, some in sets.items()}
    rows: list[list[Cell]] = [
        [f"{field}, {name}", *_scores(figures.whole(field))]
        for field in FIELDS
        for name, figures in found.items()
    ]
    rows += [[f"near copies, {name}", *_scores(measure_copies(some))] for name, some in sets.items()]
    return Table(
        title="Emotions, intents, cause, needs, urgency, signals, quality",
        about=f"{len(sentences)} labelled sentences of our own, of which lists and rules were mended with "
        "the open half in view, and of the blind half only counts were looked at; and rows of public "
        "data, drawn by chance and labelled by us: *seen* while the lists were mended, and *unseen*, "
        "whose texts nobody had read until then. The unseen rows say what to expect; our own "
        "sentences are kinder than life. `values` are the numbers of signals; near copies were made "
        "of the texts by changing marks, beginning or a word.",
        header=("field, set", "to find", "precision", "recall", "F1"),
        rows=rows,
        notes=(f"Texts: {', '.join(f'{name} {len(some)}' for name, some in sets.items())}.",),
    )


def labels_table(data: Path) -> Table:
    """The same by label, on everything unseen."""
    sentences = [one for one in read_sentences() if one.is_blind]
    every = measure([*sentences, *read_public(data, labels=PUBLIC["unseen"])])
    return Table(
        title="The same by label",
        about="Of the blind half and the unseen public rows together. With fewer than 20 to find, a figure "
        "says little.",
        header=("label", "to find", "precision", "recall", "F1"),
        rows=list(_by_label(every)),
    )


def _by_label(figures: Figures) -> Iterator[list[Cell]]:
    for field in FIELDS:
        for label, count in sorted(figures.labels[field].items()):
            yield [f"{field}: {label}", *_scores(count)]


def _scores(count: Count) -> list[Cell]:
    return [count.n, float(count.precision), float(count.recall), float(count.f1)]


def private_table(data: Path) -> Table:
    """Recall by kind on generated cases, and how many texts of real customers are marked."""
    tests = _load(_TESTS / "test_privacy_recall.py")
    rows: list[list[Cell]] = []
    n_all = n_found = 0
    for kind in tests.MAKERS:
        random = tests.Random(20261122)
        cases = [tests.make(kind, random) for _ in range(tests.N_EACH)]
        missed = _missed(cases, covered=tests.covered)
        n_all, n_found = n_all + len(cases), n_found + len(cases) - missed
        rows.append([kind, len(cases), 1 - missed / len(cases), None])
    rows.append(["all generated", n_all, n_found / n_all, None])
    texts = list(_reviews(data))
    n_marked = len(np.unique(find_private(fold_batch(texts)).text_index))
    rows.append(["texts of `sentiment/` with any mark", len(texts), None, n_marked / len(texts)])
    return Table(
        title="Private data",
        about="Recall: share of generated cases, in spellings that people choose, that are covered to the "
        "last sign (goal ≥ 0.99). Marked: share of real reviews in which anything is marked (goal ≤ "
        "0.005), an upper bound of false alarms, since many of these marks are right.",
        header=("kind", "n", "recall", "marked"),
        rows=rows,
    )


def _missed(cases: Sequence[tuple[str, int, int]], *, covered: Callable[[list[str]], list[set[int]]]) -> int:
    found = covered([text for text, _, _ in cases])
    return sum(
        any(text[place].isalnum() for place in set(range(start, end)) - places)
        for (text, start, end), places in zip(cases, found, strict=True)
    )


def _reviews(data: Path) -> Iterator[str]:
    for name, column in _REVIEWS:
        with (data / "sentiment" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                yield row[column] or ""


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def written_table(data: Path) -> Table:
    """Clauses of many industries, written by us; of the fifth that is never learned from."""
    kept = [one for one in read_written() if is_kept_back(one.text)]
    industries = sorted({one.industry for one in kept})
    rows = [_written_row(name, [one for one in kept if one.industry == name]) for name in industries]
    rows.append(_written_row("all", kept))
    return Table(
        title="Written clauses by industry",
        about="Clauses and short voices that we wrote and labelled, a fifth of which is kept back by hash. "
        "Whole: share whose `sentiment.label` (four labels) is right, and macro-F1 of positive and "
        "negative by the sign of the score. Opinions: F1 over pairs of aspect and polarity, where "
        "the writer named an aspect.",
        header=(
            "industry",
            "n",
            "label right",
            "sides, macro-F1",
            "opinions to find",
            "opinions, F1",
        ),
        rows=rows,
    )


def _written_row(name: str, clauses: Sequence[WrittenClause]) -> list[Cell]:
    truth, found = [], []
    n_right = n_wanted = n_found = n_both = 0
    for industry in sorted({one.industry for one in clauses}):
        mine = [one for one in clauses if one.industry == industry]
        batch = pa.RecordBatch.from_pydict({"text": [one.text for one in mine]})
        result = Analyser(taxonomy=taxonomy_of(industry)).analyse_batch(batch).to_pylist()
        for clause, row in zip(mine, result, strict=True):
            label, score = (row["sentiment"][key] if row["sentiment"] else None for key in ("label", "score"))
            n_right += label == clause.polarity
            if clause.polarity in ("positive", "negative"):
                truth.append(clause.polarity == "positive")
                found.append((score or 0.0) > 0)
            wanted = {(one.aspect, one.polarity) for one in clause.opinions if one.aspect}
            seen = {(one["aspect"], one["polarity"]) for one in row["opinions"]}
            n_wanted, n_found = n_wanted + len(wanted), n_found + len(seen)
            n_both += len(wanted & seen)
    macro = float(f1_score(truth, found, average="macro"))
    opinions_f1 = 2 * n_both / max(n_wanted + n_found, 1)
    return [name, len(clauses), n_right / len(clauses), macro, n_wanted, opinions_f1]


def conversations_table(data: Path) -> Table:
    """What happens in conversations, turn by turn."""
    # These import each other as parts of `training`.
    sys.path.append(str(Path(__file__).parents[1]))
    from training.conversation_cases import read_cases
    from training.measure_conversations import measure as measure_conversations

    cases = [case for case in read_cases() if case.is_blind]
    scores = measure_conversations(cases, analyser=Analyser())
    n_turns = sum(len(case.conversation.turns) for case in cases)
    return Table(
        title="Conversations",
        about=f"The blind half of conversations written and labelled by us: {len(cases)} with {n_turns} "
        "turns. A mark is right at the right turn; the last column says how many of these also name "
        "the right other turn, or moment.",
        header=("mark", "to find", "precision", "recall", "F1", "right in full"),
        rows=[
            [
                *(kind, one.n_right + one.n_missed, float(one.precision), float(one.recall), float(one.f1)),
                one.n_about / max(one.n_right, 1),
            ]
            for kind, one in scores.items()
        ],
    )
