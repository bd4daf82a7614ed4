"""One minute's look at every series of 5,000 units × 20 aspects, against a loop of statsmodels over series.

python -m benchmarks.alerts [--units 5000] [--voices-a-day 4]
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
import warnings

import numpy as np

N_UNITS = 5_000
N_ASPECTS = 20
N_DAYS = 57
VOICES_A_DAY = 4.0
ASPECTS_A_VOICE = 1.4
_N_SAMPLED = 150
_STORES_A_CITY, _CITIES_A_REGION = 25, 20


def measure(*, n_units: int = N_UNITS, voices_a_day: float = VOICES_A_DAY) -> dict[str, float]:
    """Seconds of one look at the last day of all series, and of the loop, sampled and scaled up."""
    _start()
    from zhiyin.insight.alerts.looking import look
    from zhiyin.insight.alerts.tree import UNIT
    from zhiyin.insight.alerts.windows import WINDOWS

    tree, counts, hour = _make(n_units, voices_a_day=voices_a_day)
    window = next(one for one in WINDOWS if one.hours == 24)
    quick = next(one for one in WINDOWS if one.hours == 3)
    look(counts, tree=tree, until=hour, window=window)
    seconds, processor, quick_processor = [], [], []
    for _ in range(3):
        started, used = time.perf_counter(), time.process_time()
        found = look(counts, tree=tree, until=hour, window=window)
        seconds.append(time.perf_counter() - started)
        processor.append(time.process_time() - used)
        used = time.process_time()
        look(counts, tree=tree, until=hour, window=quick)
        quick_processor.append(time.process_time() - used)
    n_units_seen = int((tree.level == UNIT).sum())
    n_series = n_units_seen * N_ASPECTS * 2
    loop = _loop(counts, hour=hour) * n_series
    return {
        "units": n_units_seen,
        "series": n_series,
        "counts": len(counts.hour),
        "findings": len(found),
        "tick_seconds": min(seconds),
        "tick_processor_seconds": min(processor),
        "quick_look_processor_seconds": min(quick_processor),
        "statsmodels_loop_processor_seconds": loop,
        "times_the_loop": loop / min(processor),
    }


def _start() -> None:
    os.environ.setdefault("ZHIYIN_HOME", tempfile.mkdtemp(prefix="alerts-"))
    os.environ["DJANGO_SETTINGS_MODULE"] = "zhiyin.config.settings"
    import django

    django.setup()


def _make(n_units: int, *, voices_a_day: float):  # type: ignore[no-untyped-def]
    from zhiyin.insight.alerts.counts import HourlyCounts
    from zhiyin.insight.alerts.tree import make_tree

    chance = np.random.default_rng(1)
    paths, stores = [[1]], []
    n_groups = 1
    city: list[int] = [1]
    for number in range(n_units):
        if number % (_STORES_A_CITY * _CITIES_A_REGION) == 0:
            n_groups += 1
            region = [1, n_groups]
            paths.append(region)
        if number % _STORES_A_CITY == 0:
            n_groups += 1
            city = [*region, n_groups]
            paths.append(city)
        stores.append([*city, 1_000_000 + number])
    tree = make_tree([*paths, *stores])
    n_voices = int(n_units * voices_a_day * N_DAYS)
    place = chance.integers(len(paths), len(paths) + n_units, n_voices)
    hour = np.sort(chance.integers(480_000, 480_000 + 24 * N_DAYS, n_voices))
    n_said = int(n_voices * ASPECTS_A_VOICE)
    spoken = np.sort(chance.integers(0, n_voices, n_said))
    measure_of = 2 + chance.integers(0, 2 * N_ASPECTS, n_said)
    negative = np.flatnonzero(chance.random(n_voices) < 0.25)
    rows = np.concatenate([np.arange(n_voices), negative, spoken])
    kind = np.concatenate([np.zeros(n_voices, int), np.ones(len(negative), int), measure_of])
    channel = chance.integers(0, 6, n_voices)
    order = np.argsort(hour[rows], kind="stable")
    names = [f"aspect:{polarity}:a{n}" for n in range(N_ASPECTS) for polarity in ("negative", "positive")]
    counts = HourlyCounts(
        hour=hour[rows][order],
        place=place[rows][order],
        measure=kind[order],
        channel=channel[rows][order],
        n=np.ones(len(rows)),
        measures=("voices", "negative", *names),
        channels=tuple("abcdef"),
    )
    return tree, counts, 480_000 + 24 * N_DAYS


def _loop(counts, *, hour: int) -> float:  # type: ignore[no-untyped-def]
    """Processor seconds a series of a Poisson regression on weekdays by statsmodels."""
    import statsmodels.api as sm

    day = (hour - 1 - counts.hour) // 24
    keys = counts.place * len(counts.measures) + counts.measure
    chosen = np.unique(keys)[:: max(1, len(np.unique(keys)) // _N_SAMPLED)][:_N_SAMPLED]
    weekday = np.eye(7)[np.arange(1, N_DAYS) % 7]
    started = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for key in chosen:
            y = np.bincount(day[keys == key], minlength=N_DAYS)[1:N_DAYS]
            sm.GLM(y, weekday, family=sm.families.Poisson()).fit()
    # Looking the series up is not the loop's fault.
    looked_up = time.process_time()
    for key in chosen:
        np.bincount(day[keys == key], minlength=N_DAYS)
    return max(1e-9, (2 * looked_up - started - time.process_time()) / len(chosen))


def main() -> None:
    """Print what was measured, as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=N_UNITS)
    parser.add_argument("--voices-a-day", type=float, default=VOICES_A_DAY)
    given = parser.parse_args()
    found = measure(n_units=given.units, voices_a_day=given.voices_a_day)
    print(json.dumps({key: round(value, 3) for key, value in found.items()}, indent=2))


if __name__ == "__main__":
    main()
