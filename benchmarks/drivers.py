"""Drivers against plainer ways: exact Shapley by regressions, and the page's door by bare DuckDB.

`python -m benchmarks.drivers [--facts N] [--rounds N] [--folder DIR]`; a folder is filled once and used
again, also by `dashboards`. The bare statement gives sums and products of the same sides without any
interval; the door gives weights, contrasts and impacts with theirs.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import duckdb
import numpy as np
import statsmodels.api as sm
from numpy.typing import NDArray

from benchmarks.dashboards import fill
from zhiyin.insight.selection import VoiceFilter
from zhiyin.measure.drivers import drivers
from zhiyin.measure.shapley import shapley_shares
from zhiyin.people.scope import EVERYTHING

N_FACTS = 2_000_000
N_ROUNDS = 3
_P = 12
_P_BY_REGRESSIONS = 8  # with 12 the regressions alone take minutes
_N_PEOPLE = 5_000


def measure(
    *, n_facts: int = N_FACTS, n_rounds: int = N_ROUNDS, folder: Path | None = None
) -> dict[str, float]:
    """Seconds and ratios."""
    figures = measure_shapley()
    with (
        tempfile.TemporaryDirectory(prefix="drivers-") as made,
        fill(folder or Path(made), n_facts=n_facts).connect("feedback", "opinions") as connection,
    ):
        _start_django(Path(made))
        door = _seconds(lambda: _door(connection), n_rounds=n_rounds)
        bare = _seconds(lambda: _bare(connection), n_rounds=n_rounds)
    return figures | {"door_s": door, "bare_s": bare, "door_to_bare": door / bare}


def _start_django(home: Path) -> None:
    """The door's room has models; none is asked here."""
    os.environ.update({"ZHIYIN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "zhiyin.config.settings"})
    import django

    django.setup()


def measure_shapley() -> dict[str, float]:
    """Exact Shapley of twelve predictors: all sets at once against a regression for each set."""
    random = np.random.default_rng(0)
    x = random.normal(size=(_N_PEOPLE, _P)) + random.normal(size=(_N_PEOPLE, 1))
    y = x @ np.linspace(0, 1, _P) + random.normal(size=_N_PEOPLE)
    correlations = np.corrcoef(np.column_stack([x, y]).T)
    fewer = _P_BY_REGRESSIONS
    among, outer = correlations[:_P, :_P], correlations[:_P, _P]
    ours = _seconds(lambda: shapley_shares(among[:fewer, :fewer], outer[:fewer]), n_rounds=5)
    all_twelve = _seconds(lambda: shapley_shares(among, outer), n_rounds=5)
    with_intervals = _seconds(
        lambda: drivers(x, y, names=[str(place) for place in range(_P)], n_resamples=1000), n_rounds=1
    )
    regressions = _seconds(lambda: _all_regressions(x[:, :fewer], y), n_rounds=1)
    return {
        "shapley_of_12_s": all_twelve,
        "shapley_of_8_s": ours,
        "shapley_of_8_by_regressions_s": regressions,
        "shapley_times_faster": regressions / ours,
        "drivers_1000_resamples_s": with_intervals,
    }


def _all_regressions(x: NDArray[np.float64], y: NDArray[np.float64]) -> list[float]:
    p = x.shape[1]
    sets = (members for size in range(1, p + 1) for members in combinations(range(p), size))
    return [sm.OLS(y, sm.add_constant(x[:, list(members)])).fit().rsquared for members in sets]


def _door(connection: duckdb.DuckDBPyConnection) -> object:
    from zhiyin.insight.aspect_tree import AspectTree
    from zhiyin.insight.drivers.facts import explain_rating

    return explain_rating(connection, scope=EVERYTHING, filter=VoiceFilter(), tree=AspectTree(), level=1)


def _bare(connection: duckdb.DuckDBPyConnection) -> object:
    """Sums and products of the sides of all aspects that the door compares."""
    from zhiyin.insight.aspect_tree import AspectTree
    from zhiyin.insight.drivers.aspect_groups import find_groups

    groups = find_groups(connection, scope=EVERYTHING, filter=VoiceFilter(), tree=AspectTree(), level=1)
    names = [f"x{place}" for place in range(len(groups.nodes))]
    sides = ", ".join(
        f"coalesce(sign(sum(CASE polarity WHEN 'positive' THEN 1 WHEN 'negative' THEN -1 END)"
        f" FILTER (aspect = '{node.id}')), 0) AS {name}"
        for name, node in zip(names, groups.nodes, strict=True)
    )
    columns = [*names, "y"]
    sums = ", ".join(f"sum({one} * {two})" for place, one in enumerate(columns) for two in columns[place:])
    kept = "is_current AND NOT (is_duplicate OR is_spam OR is_solicited OR is_off_subject)"
    return connection.execute(
        f"WITH sides AS (SELECT feedback_id, {sides} FROM opinions WHERE is_current AND NOT is_excluded"
        f" GROUP BY feedback_id), voices AS (SELECT sides.*, stars AS y FROM feedback"
        f" LEFT JOIN sides USING (feedback_id) WHERE stars IS NOT NULL AND {kept})"
        f" SELECT count(*), {', '.join(f'sum({one})' for one in columns)}, {sums} FROM voices"
    ).fetchall()


def _seconds(run: Callable[[], object], *, n_rounds: int) -> float:
    """The best of the rounds: what else runs on the machine only adds."""
    taken = []
    for _ in range(n_rounds):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return min(taken)


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facts", type=int, default=N_FACTS)
    parser.add_argument("--rounds", type=int, default=N_ROUNDS)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    print(json.dumps(measure(n_facts=given.facts, n_rounds=given.rounds, folder=given.folder), indent=2))


if __name__ == "__main__":
    main()
