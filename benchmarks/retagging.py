"""Stored voices re-tagged by another taxonomy, against the analyser alone over the same texts in this run.

python -m benchmarks.retagging [--voices 1000000]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.file_import import peak_memory
from benchmarks.understanding import batches_of, make_texts

N_VOICES = 1_000_000
N_TEXTS = 20_000
N_DAYS = 30
CHUNK = 100_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def measure(*, n_voices: int = N_VOICES, n_processes: int = 2) -> dict[str, float]:
    """Voices a second by the clock, of re-tagging and of one core's analysis alone, and their ratio."""
    with tempfile.TemporaryDirectory(prefix="retagging-") as folder:
        home = _open_home(Path(folder, "home"))
        _fill(home, n_voices=n_voices)
        alone = _alone()
        with peak_memory() as peak:
            before = _processor_seconds()
            seconds, longest_turn = _retag(home, n_voices=n_voices, n_processes=n_processes)
            processor_seconds = _processor_seconds() - before
        alone = max(alone, _alone())
        return {
            "voices": n_voices,
            "processes": n_processes,
            "seconds": seconds,
            "processor_seconds": processor_seconds,
            "voices_a_second": n_voices / seconds,
            "analysis_alone_voices_a_second": alone,
            "ratio_to_analysis_alone": n_voices / seconds / alone,
            "pipeline_waits_seconds": longest_turn,
            "peak_mb": peak[0] / 1e6,
        }


def _open_home(path: Path) -> Path:
    os.environ.update({"ZHIYIN_HOME": str(path), "DJANGO_SETTINGS_MODULE": "zhiyin.config.settings"})
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    return path


def _fill(path: Path, *, n_voices: int) -> None:
    """Voices of the last days, half of them of one day, understood by the taxonomy `general`."""
    from zhiyin.engine import open_engine
    from zhiyin.engine.home import Home
    from zhiyin.listen.pipeline.store import create_tables

    lake = open_engine(Home(path)).lake
    create_tables(lake)
    for rows in _make_rows(n_voices):
        for one in rows:
            lake.append(one.spec.name, one.table)


def _make_rows(n_voices: int) -> Iterator[list]:
    import pyarrow as pa

    from zhiyin.listen.facts import FEEDBACK
    from zhiyin.listen.pipeline.stored_voices import KEPT, build_retagged
    from zhiyin.understand import Analyser

    texts, analyser = make_texts(N_TEXTS), Analyser()
    understood = pa.Table.from_batches([analyser.analyse_batch(batch) for batch in batches_of(texts)])
    fingerprints = [one["fingerprint"] for one in understood.column("quality").to_pylist()]
    now = datetime.now(UTC)
    for start in range(0, n_voices, CHUNK):
        n = min(CHUNK, n_voices - start)
        places = [(start + row) % N_TEXTS for row in range(n)]
        times = [
            now - timedelta(days=0 if row % 2 else row // 2 % N_DAYS, milliseconds=row) for row in range(n)
        ]
        columns = {
            "feedback_id": [_make_id(moment, number=start + row) for row, moment in enumerate(times)],
            "revision": [1] * n,
            "is_current": [True] * n,
            "sequence": list(range(start, start + n)),
            "source": ["bench"] * n,
            "channel": ["review"] * n,
            "unit_id": [row % 300 for row in range(n)],
            "occurred_at": times,
            "received_at": times,
            "text": [texts[place] for place in places],
            "private": [[]] * n,
            "fingerprint": [fingerprints[place] for place in places],
            "is_duplicate": [False] * n,
            "day": [moment.date() for moment in times],
        }
        kept = pa.table(
            {name: pa.array(columns.get(name, [None] * n), FEEDBACK.schema.field(name).type) for name in KEPT}
        )
        yield build_retagged(kept, understood.take(places))


def _make_id(moment: datetime, *, number: int) -> str:
    """A UUIDv7 of that time."""
    milliseconds = (moment - _EPOCH) // timedelta(milliseconds=1)
    return str(uuid.UUID(int=milliseconds << 80 | 7 << 76 | 2 << 62 | number))


def _processor_seconds() -> float:
    """Of this process and its children that have ended."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


def _alone() -> float:
    """Texts a second by the clock of the analyser in this process, nothing read, nothing written."""
    from zhiyin.understand import Analyser

    batches = batches_of(make_texts(N_TEXTS))
    analyser = Analyser(taxonomy="restaurant")
    analyser.analyse_batch(batches[0])
    started = time.perf_counter()
    for batch in batches:
        analyser.analyse_batch(batch)
    return N_TEXTS / (time.perf_counter() - started)


def _retag(path: Path, *, n_voices: int, n_processes: int) -> tuple[float, float]:
    """Seconds of the run, and for how long of them the pipeline had to wait for its turn."""
    from zhiyin.engine import close_engine, open_engine
    from zhiyin.engine.home import Home
    from zhiyin.listen.pipeline import retagging
    from zhiyin.listen.services.retagging import retag_stored
    from zhiyin.listen.services.taxonomy import choose_taxonomy

    home = Home(path)
    choose_taxonomy("restaurant")
    turns: list[float] = []
    switch = retagging._Run._switch

    def timed(run: object) -> None:
        started = time.perf_counter()
        switch(run)
        turns.append(time.perf_counter() - started)

    retagging._Run._switch = timed
    started = time.perf_counter()
    n_done = retag_stored(home=home, n_processes=n_processes)
    seconds = time.perf_counter() - started
    with open_engine(home).lake.connect("feedback") as connection:
        found = connection.execute("SELECT taxonomy, count(*) FROM feedback GROUP BY ALL").fetchall()
    close_engine()
    if n_done != n_voices or [(name.partition("@")[0], n) for name, n in found] != [("restaurant", n_voices)]:
        raise SystemExit(f"{n_voices} voices, {n_done} done, and the lake holds {found}")
    return seconds, max(turns)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--voices", type=int, default=N_VOICES)
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    print(json.dumps(measure(n_voices=given.voices, n_processes=given.processes), indent=2))
