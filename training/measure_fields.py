"""Prints precision, recall and F1 of the fields beside opinions, on the labelled sentences of the tests.

python training/measure_fields.py [--data ../shared/data] [--half open|blind] [--by label|field]
                                  [--errors emotions]

With `--data` it adds rows of public data, drawn by chance: real customers' words, of which the repository
holds labels only. Our own sentences were written and mended by one hand, so that even their blind half is
kinder than life; the unseen public rows, drawn and labelled after the last mending, say what to expect.

Lists and rules are mended with the open half in view; of the blind half only counts are looked at, so
`--errors` shows sentences of the open half alone.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from zhiyin.understand import Analyser

_LABELS = Path(__file__).parent / "sets"
PUBLIC = {"seen": _LABELS / "public_fields.tsv", "unseen": _LABELS / "public_fields_unseen.tsv"}
"""Public rows: `seen` while the lists were mended, and `unseen`, whose texts nobody read until then."""
SETS = Path(__file__).parents[1] / "src/zhiyin/understand/tests/cases/fields"
TAXONOMIES = {
    "restaurants": "restaurant",
    "takeaway": "restaurant",
    "hotels": "hotels_sights",
    "retail": "retail",
    "telecom": "telecom",
    "appliances": "appliances",
    "cars": "cars",
    "public": "public_services",
    "sentiment/takeaway.csv": "restaurant",
    "places/hotel_reviews.csv": "hotels_sights",
    "places/scenic_reviews.csv": "hotels_sights",
    "unlabelled/restaurant_reviews.csv": "restaurant",
    "complaints/government_votes.csv": "public_services",
    "aspects/car_posts.csv": "cars",
    "emotion/weibo.csv": "general",
    "complaints/government_replies.csv": "public_services",
    "complaints/hotline_12345.csv": "public_services",
}
"""Of the other files it is `general`."""
CODES = {
    "e": "emotions",
    "i": "intents",
    "c": "cause",
    "n": "needs",
    "u": "urgency",
    "s": "signals",
    "q": "quality",
}
FIELDS = (*CODES.values(), "values")
"""`values` are the numbers of signals: right where kind and number are."""
_ONLY = {"quality_only": frozenset({"quality"})}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One labelled text: `labels` by field; fields that are not in `labels` are not judged."""

    source: str
    text: str
    labels: dict[str, frozenset[str]]

    @property
    def is_blind(self) -> bool:
        """Whether the text belongs to the half that nothing is chosen with."""
        return hashlib.sha256(self.text.encode()).digest()[0] % 2 == 0


@dataclass(slots=True, kw_only=True)
class Count:
    """How often a label was right, found wrongly, and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def n(self) -> int:
        """How many there were to find."""
        return self.right + self.missed

    @property
    def precision(self) -> float:
        """Share right of those found; 1 where none was."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Share found of those to find; 1 where there were none."""
        return self.right / self.n if self.n else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        total = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / total if total else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Counts by field and label, and the sentences that were judged wrongly."""

    labels: dict[str, dict[str, Count]] = field(default_factory=lambda: {name: {} for name in FIELDS})
    errors: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in FIELDS})

    def whole(self, name: str) -> Count:
        """Return the count of a field over all its labels (micro)."""
        counts = self.labels[name].values()
        return Count(
            right=sum(one.right for one in counts),
            wrong=sum(one.wrong for one in counts),
            missed=sum(one.missed for one in counts),
        )

    def add(self, sentence: Sentence, *, found: dict[str, frozenset[str]]) -> None:
        """Count one sentence."""
        for name, truth in sentence.labels.items():
            for label in truth | found[name]:
                count = self.labels[name].setdefault(label.split("=")[0], Count())
                count.right += label in truth and label in found[name]
                count.wrong += label not in truth
                count.missed += label not in found[name]
            if truth != found[name]:
                lost, extra = ",".join(sorted(truth - found[name])), ",".join(sorted(found[name] - truth))
                self.errors[name].append(f"missed [{lost}] wrong [{extra}] {sentence.text}")


def read_sentences() -> list[Sentence]:
    """Return all labelled sentences, in the order of the files."""
    return [one for path in sorted(SETS.glob("*.tsv")) for one in _read(path)]


def _read(path: Path) -> Iterator[Sentence]:
    for line in path.read_text(encoding="utf-8").splitlines():
        codes, text = line.split("\t")
        yield Sentence(source=path.stem, text=text, labels=_labels(codes, source=path.stem))


def read_public(data: Path, *, labels: Path) -> list[Sentence]:
    """Return the public rows that `labels` names; what a file no longer holds is left out."""
    wanted: dict[tuple[str, str], dict[str, str]] = {}
    for line in labels.read_text(encoding="utf-8").splitlines()[1:]:
        file, column, digest, codes = line.split("\t")
        wanted.setdefault((file, column), {})[digest] = codes
    found: list[Sentence] = []
    for (file, column), by_digest in wanted.items():
        with (data / file).open(encoding="utf-8-sig", newline="") as rows:
            texts = sorted(
                {row[column].strip().replace("\n", " ") for row in csv.DictReader(rows) if row[column]}
            )
        for text in texts:
            codes = by_digest.get(hashlib.sha256(text.encode()).hexdigest()[:16])
            if codes is not None:
                found.append(Sentence(source=file, text=text, labels=_labels(codes, source=file)))
    return found


def _labels(codes: str, *, source: str) -> dict[str, frozenset[str]]:
    found = dict(part.split(":", 1) for part in codes.split() if ":" in part)
    if unknown := found.keys() - CODES.keys():
        raise ValueError(f"{source} holds the unknown codes {sorted(unknown)}.")
    labels = {
        name: frozenset(found[code].split(",")) if code in found else frozenset[str]()
        for code, name in CODES.items()
    }
    labels["values"] = frozenset(one for one in labels["signals"] if "=" in one)
    labels["signals"] = frozenset(one.split("=")[0] for one in labels["signals"])
    judged = _ONLY.get(source, frozenset(FIELDS))
    return {name: values for name, values in labels.items() if name in judged}


def measure(sentences: Sequence[Sentence]) -> Figures:
    """Return the figures of the shipped analyser on these sentences."""
    figures = Figures()
    for source in sorted({one.source for one in sentences}):
        mine = [one for one in sentences if one.source == source]
        analyser = Analyser(taxonomy=TAXONOMIES.get(source, "general"))
        batch = pa.RecordBatch.from_pydict({"text": [one.text for one in mine]})
        for sentence, row in zip(mine, analyser.analyse_batch(batch).to_pylist(), strict=True):
            figures.add(sentence, found=_labels_of(row))
    return figures


def _labels_of(row: dict) -> dict[str, frozenset[str]]:
    quality = row["quality"]
    return {
        "emotions": frozenset(one["name"] for one in row["emotions"]),
        "intents": frozenset(one["name"] for one in row["intents"]),
        "cause": frozenset([row["cause"]] if row["cause"] else []),
        "needs": frozenset("-+"[one["met"]] + one["name"] for one in row["needs"]),
        "urgency": frozenset(row["urgency"]["reasons"]),
        "signals": frozenset(one["kind"] for one in row["signals"]),
        "quality": frozenset(
            name for name in ("spam", "solicited", "off_subject") if quality.get(name, False)
        ),
        "values": frozenset(
            f"{one['kind']}={one['value']:g}" if one["value"] % 1 else f"{one['kind']}={one['value']:.0f}"
            for one in row["signals"]
            if one["value"] is not None
        ),
    }


def measure_copies(sentences: Sequence[Sentence]) -> Count:
    """Return how well near copies are told: each sentence beside copies with other marks, words and ends.

    Texts under 24 letters and digits are nobody's near copies and are left out.
    """
    texts = [one.text for one in sentences if sum(sign.isalnum() for sign in one.text) >= _LONG_ENOUGH]
    made = [(change(text), number) for number, text in enumerate(texts) for change in _COPYING]
    batch = pa.RecordBatch.from_pydict({"text": [*texts, *(copy for copy, _ in made)]})
    quality = Analyser().analyse_batch(batch).column("quality").to_pylist()
    found = [one["duplicate_of"] for one in quality]
    n_right = sum(of == number for of, (_, number) in zip(found[len(texts) :], made, strict=True))
    return Count(
        right=n_right,
        missed=sum(of is None for of in found[len(texts) :]),
        wrong=sum(of is not None for of in found[: len(texts)]),
    )


_LONG_ENOUGH = 24
_COPYING: tuple[Callable[[str], str], ...] = (
    lambda text: text.replace("，", " ").replace("。", "!!") + "😀",
    lambda text: "亲们，" + text,
    lambda text: text[: len(text) // 2] + "真的" + text[len(text) // 2 :],
)
"""What copyists change: marks and emoji, the beginning, a word."""


def _table(figures: Figures, *, by: str) -> Iterator[str]:
    yield f"{'':28}{'n':>5}{'precision':>11}{'recall':>8}{'F1':>7}"
    for name in FIELDS:
        yield _line(name, figures.whole(name))
        if by == "label":
            for label, count in sorted(figures.labels[name].items()):
                yield _line("    " + label, count)


def _line(title: str, count: Count) -> str:
    return f"{title:28}{count.n:5}{count.precision:11.3f}{count.recall:8.3f}{count.f1:7.3f}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=("open", "blind", "both"), default="both")
    parser.add_argument("--by", choices=("label", "field"), default="label")
    parser.add_argument("--errors", choices=FIELDS, action="append", default=[])
    parser.add_argument("--data", type=Path)
    options = parser.parse_args()
    sentences = read_sentences()
    for half in ("open", "blind"):
        if options.half not in (half, "both"):
            continue
        figures = measure([one for one in sentences if one.is_blind == (half == "blind")])
        sys.stdout.write(f"\n{half} half\n" + "\n".join(_table(figures, by=options.by)) + "\n")
        if half == "open":
            for name in options.errors:
                sys.stdout.write(f"\n{name}\n" + "\n".join(figures.errors[name]) + "\n")
    sys.stdout.write("\n" + _line("near copies", measure_copies(sentences)) + "\n")
    if options.data:
        for name, labels in PUBLIC.items():
            figures = measure(read_public(options.data, labels=labels))
            sys.stdout.write(f"\npublic rows, {name}\n" + "\n".join(_table(figures, by=options.by)) + "\n")


if __name__ == "__main__":
    main()
