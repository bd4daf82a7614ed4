"""How good similar voices are on public texts with labels, and how long they take over a million voices.

`python -m benchmarks.similar --data ../shared/data [--folder DIR]`. Good: of the ten nearest, how much they
agree with the asked text in what people labelled. Beside it plain TF-IDF cosine over the same texts.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import numpy as np
import pyarrow as pa
from sklearn.feature_extraction.text import TfidfVectorizer

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiyin.config.settings")

import django

django.setup()

from zhiyin.engine.lake import DeltaLake  # noqa: E402
from zhiyin.insight.search.index.catalogue import SearchIndex  # noqa: E402
from zhiyin.insight.search.index.making import COLUMNS, make_chunks  # noqa: E402
from zhiyin.insight.selection import VoiceFilter  # noqa: E402
from zhiyin.insight.similar.finding import find_near  # noqa: E402
from zhiyin.insight.similar.ranking import rank_by  # noqa: E402
from zhiyin.listen.facts import FEEDBACK  # noqa: E402
from zhiyin.people.scope import EVERYTHING  # noqa: E402
from zhiyin.understand.analyser import Analyser  # noqa: E402

N_NEAREST = 10
_RANKED = 60
_POLARITIES = {1: "positive", 0: "neutral", -1: "negative"}

Labels = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A text with what people labelled and what the analyser understood."""

    text: str
    labels: Labels
    judged: Labels


def read_restaurants(data: Path) -> list[Said]:
    """Long reviews of restaurants with twenty aspects."""
    with (data / "aspects" / "restaurant_reviews.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    labels = [
        frozenset(
            (name, _POLARITIES[int(float(value))])
            for name, value in row.items()
            if name not in {"id", "content"} and value and float(value) > -2
        )
        for row in rows
    ]
    return _understand([row["content"] for row in rows], labels, taxonomy="restaurant")


def read_cars(data: Path) -> list[Said]:
    """Posts on cars with their subjects and polarities."""
    found: dict[str, set[tuple[str, str]]] = {}
    with (data / "aspects" / "car_posts.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            label = (row["subject"], _POLARITIES[int(row["sentiment_value"])])
            found.setdefault(row["content"], set()).add(label)
    return _understand(list(found), [frozenset(some) for some in found.values()], taxonomy="cars")


def _understand(texts: Sequence[str], labels: Sequence[Labels], *, taxonomy: str) -> list[Said]:
    batch = pa.RecordBatch.from_arrays([pa.array(texts)], names=["text"])
    opinions = Analyser(taxonomy=taxonomy).analyse_batch(batch).column("opinions").to_pylist()
    return [
        Said(text=text, labels=label, judged=frozenset((o["aspect"], o["polarity"]) for o in some))
        for text, label, some in zip(texts, labels, opinions, strict=True)
    ]


def agreement(one: Labels, other: Labels) -> float:
    """Labels in common of all that either has."""
    return len(one & other) / len(one | other) if one | other else 0.0


def measure(said: Sequence[Said], *, is_asked: Callable[[str], bool]) -> dict[str, float]:
    """Mean agreement of the ten nearest by each way, over the texts that `is_asked` chooses."""
    ids = [str(UUID(int=(number + 1) << 80 | 7 << 76 | 2 << 62)) for number in range(len(said))]
    place_of = {id_: place for place, id_ in enumerate(ids)}
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    rows = pa.Table.from_pylist(
        [
            {"feedback_id": id_, "is_current": True, "occurred_at": moment, "text": one.text}
            for id_, one in zip(ids, said, strict=True)
        ],
        schema=pa.schema([FEEDBACK.schema.field(name) for name in COLUMNS]),
    )
    chunks = list(make_chunks(rows))
    matrix = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True).fit_transform(
        [one.text for one in said]
    )
    scores: dict[str, list[float]] = {"plain": [], "words": [], "words_and_meaning": [], "chance": []}
    everything = np.arange(len(said))
    for place in everything:
        asked = said[place]
        if not asked.labels or not is_asked(asked.text):
            continue

        def add(way: str, places: Sequence[int], *, asked: Said = asked) -> None:
            scores[way].append(float(np.mean([agreement(asked.labels, said[p].labels) for p in places])))

        similarity = (matrix @ matrix[place].T).toarray().ravel()
        similarity[place] = -1
        similarity[similarity > 0.98] = -1  # the very same is no finding
        add("plain", np.argsort(-similarity)[:N_NEAREST].tolist())
        near = [
            (place_of[one.feedback_id], one.nearness)
            for one in find_near(
                chunks, text=asked.text, scope=EVERYTHING, filter=VoiceFilter(), most=_RANKED
            )
            if one.feedback_id != ids[place]
        ]
        if len(near) < N_NEAREST:
            scores["plain"].pop()
            continue
        add("words", [p for p, _ in near[:N_NEAREST]])
        ranked = sorted(
            near[:30], key=lambda one: -rank_by(one[1], said=said[one[0]].judged, asked=asked.judged)
        )
        add("words_and_meaning", [p for p, _ in ranked[:N_NEAREST]])
        add("chance", np.random.default_rng(place).choice(everything, N_NEAREST).tolist())
    return {way: round(float(np.mean(some)), 4) for way, some in scores.items()} | {"n": len(scores["plain"])}


def time_million(folder: Path, *, n: int = 60) -> dict[str, float]:
    """Milliseconds to find the nearest in words over the lake of the benchmark of searches."""
    lake, index = DeltaLake(folder / "lake", n_threads=2), SearchIndex(folder / "search")
    coverage = index.cover(lake.files("feedback"))
    with lake.connect("feedback") as connection:
        sql = "SELECT text FROM feedback WHERE day = DATE '2026-06-29' LIMIT $1"
        texts = [text for (text,) in connection.execute(sql, [n]).fetchall()]
    n_million, chunks = 0, []
    for chunk in reversed(coverage.chunks):
        if n_million < 1_000_000:
            chunks.append(chunk)
            n_million += len(chunk)
    taken = []
    for text in texts:
        started = time.perf_counter()
        find_near(chunks, text=text, scope=EVERYTHING, filter=VoiceFilter(), most=30)
        taken.append((time.perf_counter() - started) * 1000)
    return {
        "voices": n_million,
        "p50_ms": round(float(np.median(taken)), 1),
        "p95_ms": round(float(np.quantile(taken, 0.95)), 1),
    }


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--half", choices=("choose", "report"), default="report")
    asked = parser.parse_args()
    odd = 1 if asked.half == "report" else 0

    def is_asked(text: str) -> bool:
        return hashlib.blake2b(text.encode()).digest()[0] % 2 == odd

    if asked.data:
        print(json.dumps({"restaurants": measure(read_restaurants(asked.data), is_asked=is_asked)}))
        cars = read_cars(asked.data)
        print(
            json.dumps(
                {"cars": measure(cars[:6000], is_asked=lambda text: is_asked(text) and hash_two(text))}
            )
        )
    if asked.folder:
        print(json.dumps(time_million(asked.folder)))


def hash_two(text: str) -> bool:
    """One text in six."""
    return hashlib.blake2b(text.encode()).digest()[1] % 6 == 0


if __name__ == "__main__":
    main()
