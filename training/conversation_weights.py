"""How common each pair of signs is: `python training/conversation_weights.py --data ../shared/data`."""

from __future__ import annotations

import argparse
import csv
import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from zhiyin.understand.conversation.content import tokens_of
from zhiyin.understand.text import fold_batch

_TARGET = Path(__file__).parents[1] / "src/zhiyin/understand/data/conversation/token_weights.tsv"
_SHORTEST, _LONGEST = 4, 60
_N_KEPT = 4_000
_SENTENCE_ENDS = re.compile(r"[。！？!?;；\n]")


def count_weights(sentences: Iterator[str], *, n_kept: int = _N_KEPT) -> dict[str, float]:
    """The inverse frequency (natural logarithm) of the most frequent tokens, by sentence."""
    counts: Counter[str] = Counter()
    n_sentences = 0
    for sentence in sentences:
        counts.update(set(tokens_of(fold_batch([sentence]).joined[:-1])))
        n_sentences += 1
    return {token: math.log(n_sentences / n) for token, n in counts.most_common(n_kept)}


def read_sentences(data: Path) -> Iterator[str]:
    """Sentences of appeals, takeaway and shopping reviews, and talk about phones."""
    for name, column in (
        ("complaints/hotline_12345.csv", "text"),
        ("sentiment/takeaway.csv", None),
        ("sentiment/shopping.csv", None),
    ):
        with (data / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield from _sentences(row[column] if column else max(row.values(), key=len))
    for line in (data / "dialogues/phone_talk_train.jsonl").read_text(encoding="utf-8").splitlines():
        for turn in json.loads(line)["sentences"]:
            yield from _sentences(turn.replace(" ", ""))


def _sentences(text: str) -> list[str]:
    return [part for part in _SENTENCE_ENDS.split(text) if _SHORTEST <= len(part) <= _LONGEST]


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    weights = count_weights(read_sentences(parser.parse_args().data))
    lines = [f"{token}\t{weight:.1f}" for token, weight in sorted(weights.items(), key=lambda one: one[1])]
    _TARGET.write_text(
        "# token\tweight: written by training/conversation_weights.py\n" + "\n".join(lines) + "\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
