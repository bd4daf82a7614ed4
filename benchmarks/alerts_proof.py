"""Whether alerting finds what is planted in a sample company, and how often it cries wolf on a quiet one.

python -m benchmarks.alerts_proof --seed 301 [--quiet] [--weeks 26] [--home FOLDER]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

_LAST_DAY = "2026-06-30"
_BEIJING = timedelta(hours=8)
_WATCHED_HOURS = 72
_WARM_UP_DAYS = 70
# The planted units hold at least so much of what the incident found is made of.
_HOLDS = 0.5
_TOP_SUBJECTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A planted incident: hours since 1970 of its first midnight and of the first voice it made."""

    kind: str
    units: tuple[str, ...]
    aspect: str
    polarity: str
    midnight: int
    first_voice: float
    n_first_day: int


def make_home(folder: Path, *, seed: int, stores: int, days: int, is_quiet: bool) -> None:
    """Load the sample company into an empty home, the way everybody does."""
    command = [sys.executable, "-m", "zhiyin", "sample", "--seed", str(seed), "--last-day", _LAST_DAY]
    command += ["--stores", str(stores), "--days", str(days), *(["--quiet"] if is_quiet else [])]
    environment = {**os.environ, "ZHIYIN_HOME": str(folder)}
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def read_planted(folder: Path) -> list[Planted]:
    """What is planted in the home, by the truth beside it."""
    company = json.loads((folder / "files/sample/truth.company.json").read_text(encoding="utf-8"))
    hours: dict[str, list[float]] = {one["code"]: [] for one in company["incidents"]}
    with (folder / "files/sample/truth.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            told = json.loads(line)
            if told["incident"]:
                moment = datetime.fromisoformat(told["occurred_at"])
                hours[told["incident"]].append(moment.timestamp() / 3600)
    return [
        Planted(
            kind=one["kind"],
            units=tuple(one["units"]),
            aspect=one["aspect"],
            polarity=one["polarity"],
            midnight=int(_midnight(one["first_day"]).timestamp() // 3600),
            first_voice=min(hours[one["code"]]),
            n_first_day=sum(hour < min(hours[one["code"]]) + 24 for hour in hours[one["code"]]),
        )
        for one in company["incidents"]
        if hours[one["code"]]
    ]


def prove(folder: Path, *, weeks: int) -> dict[str, object]:
    """The figures of one home: of each planted incident, or of false incidents where none is planted."""
    os.environ["ZHIYIN_HOME"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "zhiyin.config.settings"
    import django

    django.setup()
    from zhiyin.insight.alerts.counts import TABLES, read_counts
    from zhiyin.insight.alerts.tree import read_tree
    from zhiyin.listen.api import open_lake

    planted = read_planted(folder)
    tree = read_tree()
    if tree is None:
        raise SystemExit("There are no units.")
    with open_lake().connect(*TABLES) as connection:
        counts = read_counts(
            connection,
            tree=tree,
            since=datetime(2000, 1, 1, tzinfo=UTC),
            until=datetime(2100, 1, 1, tzinfo=UTC),
        )
        if planted:
            return {one.kind: _find(one, connection, counts, tree) for one in planted}
        return _count_false(connection, counts, tree, weeks=weeks)


def _watch(connection, tree):  # type: ignore[no-untyped-def]
    from zhiyin.insight.alerts.evaluating import explain_finding
    from zhiyin.insight.alerts.watching import Watch

    return Watch(tree=tree, explain=lambda finding: explain_finding(connection, finding, tree=tree))


def _find(planted: Planted, connection, counts, tree) -> dict[str, object]:  # type: ignore[no-untyped-def]
    from zhiyin.insight.alerts.watching import watch_hours
    from zhiyin.people.models import OrgUnit

    ids = dict(OrgUnit.objects.values_list("code", "pk"))
    tops = [tree.places([ids[code]])[0] if code in ids else tree.root for code in planted.units]
    places = {int(place) for top in tops for place in tree.below(int(top))}
    watch = _watch(connection, tree)
    first = int(planted.first_voice)
    told: dict[str, object] = {
        "voices in the first 24 hours": planted.n_first_day,
        "first voice after midnight": round(planted.first_voice - planted.midnight, 1),
    }
    for hour, changed in watch_hours(watch, counts, first=first, last=first + _WATCHED_HOURS):
        for place in sorted(changed - set(watch.gone)):
            one = watch.sightings[place]
            whole = sum(abs(n) for n in one.excess.values()) or 1.0
            if sum(abs(n) for at, n in one.excess.items() if at in places) < _HOLDS * whole:
                continue
            told.setdefault("hours to the first sign", hour - first)
            if _names_aspect(one, planted):
                return told | {"hours to the explanation": hour - first, "as": one.best.measure}
            told["as"] = one.best.measure
    return told


def _names_aspect(sighting, planted: Planted) -> bool:  # type: ignore[no-untyped-def]
    parts = sighting.explanation.subjects[:_TOP_SUBJECTS] if sighting.explanation else []
    named = {(part.name, part.polarity) for part in parts}
    named.add((sighting.subject.name, sighting.subject.polarity))
    return (planted.aspect, planted.polarity) in named


def _count_false(connection, counts, tree, *, weeks: int) -> dict[str, object]:  # type: ignore[no-untyped-def]
    from zhiyin.insight.alerts.watching import watch_hours

    last = int(counts.hour.max()) + 1
    first = max(int(counts.hour.min()) + 24 * _WARM_UP_DAYS, last - 168 * weeks)
    watch = _watch(connection, tree)
    for _ in watch_hours(watch, counts, first=first, last=last):
        pass
    false = [one for place, one in enumerate(watch.sightings) if place not in watch.gone]
    n_weeks = (last - first) / 168
    return {
        "weeks": round(n_weeks, 1),
        "false incidents": len(false),
        "a week": round(len(false) / n_weeks, 2),
        "which": [
            f"{one.best.hours} h, level {tree.level[one.best.place]}: {one.best.measure}"
            f"{' ' + one.best.channel if one.best.channel else ''}"
            f"{' in several' if one.best.together else ''} {one.best.observed:.0f}"
            f" for {one.best.expected:.1f}"
            for one in false
        ],
    }


def _midnight(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC) - _BEIJING


def main() -> None:
    """Print what was found, as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=301)
    parser.add_argument("--stores", type=int, default=300)
    parser.add_argument("--days", type=int, default=400)
    parser.add_argument("--quiet", action="store_true", help="nothing planted: count false incidents")
    parser.add_argument("--weeks", type=int, default=26, help="of the quiet sample, the last ones")
    parser.add_argument("--home", type=Path, help="a home with that sample; made where there is none")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="alerts-proof-") as made:
        folder = given.home or Path(made)
        if not (folder / "files/sample/truth.jsonl").exists():
            make_home(folder, seed=given.seed, stores=given.stores, days=given.days, is_quiet=given.quiet)
        print(json.dumps(prove(folder, weeks=given.weeks), indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
