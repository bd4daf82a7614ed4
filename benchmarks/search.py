"""Two hundred searches over five million voices: by the index of words, and by DuckDB reading every text.

`python -m benchmarks.search [--voices N] [--folder DIR] [--plain N]`; a folder is filled once and used
again. Every search is for all time: the first page with its rows, and the exact number of voices.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiyin.config.settings")

import django

django.setup()

from benchmarks.search_facts import each_day_said, list_clauses  # noqa: E402
from zhiyin.engine.lake import DeltaLake  # noqa: E402
from zhiyin.insight.queries.rows import PAGE_SIZE, TABLES, VoicePage, list_rows  # noqa: E402
from zhiyin.insight.search import read_search  # noqa: E402
from zhiyin.insight.search.index.asking import find_matches  # noqa: E402
from zhiyin.insight.search.index.catalogue import SearchIndex  # noqa: E402
from zhiyin.insight.search.index.keeping import IndexKeeper  # noqa: E402
from zhiyin.insight.selection import VoiceFilter  # noqa: E402
from zhiyin.listen.facts import FEEDBACK, OPINIONS, REPLIES  # noqa: E402
from zhiyin.people.scope import EVERYTHING  # noqa: E402

N_VOICES = 5_000_000
N_SEARCHES = 200
N_PLAIN = 8
N_THREADS = 2
DAYS_A_COMMIT = 20
FREQUENT = ["服务", "态度", "好吃", "味道", "价格", "环境", "老板", "客服", "不错", "满意"]
PINYIN = ["fuwu", "taidu", "weidao", "jiage", "huanjing", "haochi", "fw", "td", "xingjiabi", "kefu"]
TRADITIONAL = ["服務", "態度", "價格", "環境", "老闆", "客服電話", "滿意", "電話", "裡面", "質量"]


def fill(folder: Path, *, n_voices: int) -> tuple[DeltaLake, SearchIndex, float]:
    """The lake and its index, made unless they are there, and the seconds that the index took."""
    lake = DeltaLake(folder / "lake", n_threads=N_THREADS)
    for spec in (FEEDBACK, OPINIONS, REPLIES):
        lake.create(spec)
    if not lake.files("feedback"):
        generated = each_day_said(n_voices=n_voices)
        while some := list(islice(generated, DAYS_A_COMMIT)):
            lake.append("feedback", pa.concat_tables(voices for _, voices in some))
    started = time.perf_counter()
    keeper = IndexKeeper(folder / "search")
    keeper.update(lake.files("feedback"), should_stop=lambda: False, needs_rest=False)
    return lake, SearchIndex(folder / "search"), time.perf_counter() - started


def searches(n: int) -> list[tuple[str, str]]:
    """Kind and text of each search."""
    made = random.Random(3)
    clauses = [one for one in list_clauses() if len(one) > 3]
    return [(kind, text) for kind, text in islice(_endless(made, clauses), n)]


def _endless(made: random.Random, clauses: list[str]) -> Iterator[tuple[str, str]]:
    def cut(size: int) -> str:
        while True:
            clause = made.choice(clauses)
            place = made.randrange(max(1, len(clause) - size))
            if (found := clause[place : place + size]).isalnum():
                return found

    while True:
        yield "frequent", made.choice(FREQUENT)
        yield "two signs", cut(2)
        yield "one sign", cut(1)
        yield "phrase", f'"{cut(4)}"'
        yield "two words", f"{made.choice(FREQUENT)} {cut(2)}"
        yield "or", f"({made.choice(FREQUENT)} OR {cut(2)}) {cut(2)}"
        yield "not", f"{made.choice(FREQUENT)} -{cut(2)} -{cut(2)}"
        yield "pinyin", made.choice(PINYIN)
        yield "traditional", made.choice(TRADITIONAL)
        yield "long", cut(6)


def measure(*, n_voices: int, folder: Path | None, n_plain: int) -> dict[str, object]:
    """Milliseconds by kind (p50, p95), the ratio to reading every text, and sizes in bytes a voice."""
    with tempfile.TemporaryDirectory(prefix="search-") as made:
        place = folder or Path(made)
        lake, index, seconds = fill(place, n_voices=n_voices)
        taken: dict[str, list[float]] = {}
        processor: list[float] = []
        found_only: list[float] = []
        for kind, text in searches(N_SEARCHES):
            started = time.process_time()
            milliseconds, _ = _ask(lake, index, text)
            processor.append((time.process_time() - started) * 1000)
            taken.setdefault(kind, []).append(milliseconds)
            found_only.append(_find(lake, index, text))
        ratios = list(_compare(lake, index, n=n_plain))
        everything = np.array([one for times in taken.values() for one in times])
        return {
            "voices": n_voices,
            "p50_ms": round(float(np.median(everything)), 1),
            "p95_ms": round(float(np.quantile(everything, 0.95)), 1),
            "worst_ms": round(float(everything.max()), 1),
            "processor_ms": _figures(processor),
            "processor_found_only_ms": _figures(found_only),
            "kinds": {kind: _figures(times) for kind, times in taken.items()},
            "plain_p50_ms": round(float(np.median([plain for _, plain in ratios])), 1),
            "times_as_fast": round(float(np.median([plain / ours for ours, plain in ratios])), 1),
            "index_seconds": round(seconds, 1),
            "index_bytes_a_voice": round(_size(place / "search") / n_voices, 1),
            "lake_bytes_a_voice": round(_size(place / "lake") / n_voices, 1),
        }


def _ask(lake: DeltaLake, index: SearchIndex | None, text: str) -> tuple[float, VoicePage]:
    started = time.perf_counter()
    coverage = index.cover(lake.files("feedback")) if index else None
    with lake.connect(*TABLES) as connection:
        page = list_rows(connection, scope=EVERYTHING, filter=VoiceFilter(text=text), coverage=coverage)
    return (time.perf_counter() - started) * 1000, page


def _find(lake: DeltaLake, index: SearchIndex, text: str) -> float:
    """Processor milliseconds of finding the newest and counting all, without reading the rows."""
    started = time.process_time()
    coverage = index.cover(lake.files("feedback"))
    expression = read_search(text)
    if expression is not None:
        asked = {"scope": EVERYTHING, "filter": VoiceFilter(text=text), "most": PAGE_SIZE}
        find_matches(coverage.chunks, expression=expression, **asked)
    return (time.process_time() - started) * 1000


def _compare(lake: DeltaLake, index: SearchIndex, *, n: int) -> Iterator[tuple[float, float]]:
    """Milliseconds of both ways for some of the searches, which must give the same answer."""
    for _, text in searches(N_SEARCHES)[: n * 7 : 7]:
        ours, by_index = _ask(lake, index, text)
        plain, by_reading = _ask(lake, None, text)
        if by_index != by_reading:
            raise RuntimeError(f"The index says {by_index.n} of {text}, the texts say {by_reading.n}.")
        yield ours, plain


def _figures(times: list[float]) -> dict[str, float]:
    return {
        "p50_ms": round(float(np.median(times)), 1),
        "p95_ms": round(float(np.quantile(times, 0.95)), 1),
    }


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--voices", type=int, default=N_VOICES)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--plain", type=int, default=N_PLAIN)
    asked = parser.parse_args()
    figures = measure(n_voices=asked.voices, folder=asked.folder, n_plain=asked.plain)
    print(json.dumps(figures, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
