"""New subjects in a million short texts, against scikit-learn's CountVectorizer over the same words.

python -m benchmarks.topics [--voices 1000000]
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import rjieba
from sklearn.feature_extraction.text import CountVectorizer

from benchmarks.file_import import peak_memory
from benchmarks.understanding import make_texts
from zhiyin.engine.lake import DeltaLake

N_VOICES = 1_000_000
N_TEXTS = 200_000
N_DAYS = 90
N_BASELINE = 50_000
CHUNK = 100_000
PLANTED = "吸管糊味"
_NOON = datetime(2026, 5, 20, 4, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def measure(*, n_voices: int = N_VOICES) -> dict[str, float]:
    """Texts a second of the first look over everything, of one more look, and the ratio to the baseline."""
    with tempfile.TemporaryDirectory(prefix="topics-") as folder:
        lake = DeltaLake(Path(folder, "lake"))
        texts = make_texts(N_TEXTS)
        _fill(lake, texts=texts, n_voices=n_voices)
        with peak_memory() as peak:
            first = _look(lake, Path(folder, "phrases"))
            _append(lake, [texts[row] for row in range(1_000)], start=n_voices, n_days=1)
            again = _look(lake, Path(folder, "phrases"))
        baseline = N_BASELINE / _count_alone(texts[:N_BASELINE])
        return {
            "voices": n_voices,
            "seconds": first,
            "voices_a_second": n_voices / first,
            "seconds_after_1000_more": again,
            "count_vectorizer_texts_a_second": baseline,
            "ratio_to_count_vectorizer": n_voices / first / baseline,
            "peak_mb": peak[0] / 1e6,
        }


def _fill(lake: DeltaLake, *, texts: list[str], n_voices: int) -> None:
    """Everyday voices of 90 days, and a new phrase in 200 of each 100,000 voices of the last three days."""
    from zhiyin.listen.facts import FEEDBACK, OPINIONS

    lake.create(FEEDBACK)
    lake.create(OPINIONS)
    for start in range(0, n_voices, CHUNK):
        n = min(CHUNK, n_voices - start)
        _append(lake, [texts[(start + row) % N_TEXTS] for row in range(n)], start=start, n_days=N_DAYS)
    _append(lake, [f"{text}，有股{PLANTED}" for text in texts[-200:]], start=2 * n_voices, n_days=3)


def _append(lake: DeltaLake, texts: list[str], *, start: int, n_days: int) -> None:
    from zhiyin.listen.facts import FEEDBACK

    n = len(texts)
    times = [_NOON - timedelta(days=row % n_days, milliseconds=row) for row in range(n)]
    columns = {
        "feedback_id": [_make_id(moment, number=start + row) for row, moment in enumerate(times)],
        "is_current": [True] * n,
        "sequence": list(range(start, start + n)),
        "unit_id": [row % 300 for row in range(n)],
        "occurred_at": times,
        "text": texts,
        "sentiment": ["neutral"] * n,
        "useful": [0.7] * n,
        "day": [moment.date() for moment in times],
    }
    schema = FEEDBACK.schema
    lake.append(
        "feedback",
        pa.table(
            {name: pa.array(columns.get(name, [None] * n), schema.field(name).type) for name in schema.names}
        ),
    )


def _make_id(moment: datetime, *, number: int) -> str:
    """A UUIDv7 of that time."""
    milliseconds = (moment - _EPOCH) // timedelta(milliseconds=1)
    return str(uuid.UUID(int=milliseconds << 80 | 7 << 76 | 2 << 62 | number))


def _look(lake: DeltaLake, folder: Path) -> float:
    """Seconds of bringing the counts up to date and looking for what is new; the planted must be first."""
    from zhiyin.insight.selection import VoiceFilter
    from zhiyin.insight.topics.facts import VoiceFacts
    from zhiyin.insight.topics.finding import find_by_store, update_store
    from zhiyin.insight.topics.report import number_of
    from zhiyin.insight.topics.store import PhraseStore
    from zhiyin.people.scope import EVERYTHING

    started = time.perf_counter()
    with lake.connect("feedback", "opinions") as connection:
        facts = VoiceFacts(
            connection=connection, scope=EVERYTHING, filter=VoiceFilter(), zone=ZoneInfo("Asia/Shanghai")
        )
        store = PhraseStore(folder)
        update_store(store, facts=facts)
        report = find_by_store(store, facts=facts, today=number_of(date(2026, 5, 20)))
    seconds = time.perf_counter() - started
    if [one.name for one in report.subjects][:1] != [PLANTED]:
        raise SystemExit(f"{PLANTED} was planted, found {[one.name for one in report.subjects]}")
    return seconds


def _count_alone(texts: list[str]) -> float:
    """Seconds of CountVectorizer for the same runs of one to four words, in memory, nothing compared."""
    vectorizer = CountVectorizer(
        tokenizer=rjieba.cut, token_pattern=None, ngram_range=(1, 4), lowercase=True, binary=True
    )
    started = time.perf_counter()
    vectorizer.fit_transform(texts)
    return time.perf_counter() - started


def _set_up(home: Path) -> None:
    os.environ.update({"ZHIYIN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "zhiyin.config.settings"})
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--voices", type=int, default=N_VOICES)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="topics-home-") as home:
        _set_up(Path(home))
        print(json.dumps(measure(n_voices=given.voices), indent=2))
