"""The planted incidents of a sample company are found within a day by the rules that Zhiyin brings.

The whole proof, over more seeds and at full size: `python -m benchmarks.alerts_proof`.
"""

from datetime import UTC, datetime, timedelta

import pytest

from zhiyin.engine import close_engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.insight.alerts.counts import hour_of
from zhiyin.insight.alerts.defaults import ensure_rules
from zhiyin.insight.alerts.evaluating import look_at_hours
from zhiyin.insight.alerts.looking_back import keep_past
from zhiyin.insight.models import AlertMark, Incident, Signal
from zhiyin.listen.pipeline.analysis import Analysis
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.sample import SampleOptions, generate_voices, make_company
from zhiyin.listen.services.intake import Intake
from zhiyin.listen.services.sample import load_sample
from zhiyin.people.caches import forget_everything
from zhiyin.people.models import OrgUnit
from zhiyin.people.queries.units import list_subtree_ids

pytestmark = pytest.mark.slow
DAY = timedelta(days=1)
_TOP = 3


@pytest.fixture
def load(db, tmp_path, settings, analyser, monkeypatch):
    """Loads a sample company into a home of its own; the company and the home's lake."""
    monkeypatch.setenv("ZHIYIN_TAXONOMY", "restaurant")
    settings.HOME = Home(tmp_path / "home")
    forget_everything()
    engine = open_engine(settings.HOME)

    def load_company(**options):
        sample = make_company(SampleOptions(**options))
        load_sample(sample, intake=Intake(engine.log, engine.vault))
        Pipeline(engine, Analysis(lambda: analyser.analyse_batch)).drain()
        ensure_rules(now=datetime.now(UTC))
        return sample, engine.lake

    yield load_company
    close_engine()
    forget_everything()


def look(lake, *, first, last):
    """Look at every hour between, as the chore does minute by minute."""
    AlertMark.objects.update_or_create(name="hours", defaults={"position": hour_of(first), "moved_at": first})
    moment = first
    while moment < last:
        moment = min(moment + DAY, last)
        look_at_hours(lake, now=moment)


def first_voices(sample):
    """When the first voice was said that each incident made."""
    found = {}
    for batch in generate_voices(sample):
        for item, truth in batch:
            if truth.incident:
                found.setdefault(truth.incident, item.occurred_at)
    return found


def names(incident, *, planted):
    """Whether the planted units hold most of it, and whether its explanation names the planted aspect."""
    wanted = set()
    for code in planted.units:
        # The root of the tree keeps the code that it was made with.
        unit = OrgUnit.objects.filter(code=code).first() or OrgUnit.objects.get(parent=None)
        wanted |= {str(pk) for pk in list_subtree_ids(unit.pk)}
    units = incident.explanation["units"]
    there = sum(part["share"] for part in units if part["name"] in wanted)
    told = {(part["name"], part["polarity"]) for part in incident.explanation["subjects"][:_TOP]}
    told.add(tuple(reversed(incident.subject.split(":")[1:])))
    return there >= 0.5, (planted.aspect, planted.polarity) in told


def test_planted_incidents_are_found_within_a_day_and_explained(load):
    sample, lake = load(n_stores=60, n_days=140, n_voices=16_000, seed=32)
    starts = first_voices(sample)
    found, explained = set(), set()
    for planted in sample.incidents:
        start = starts[planted.code]
        Incident.objects.all().delete()
        look(lake, first=start - timedelta(hours=1), last=start + DAY)
        told = [names(one, planted=planted) for one in Incident.objects.all()]
        found |= {planted.kind for is_there, _ in told if is_there}
        explained |= {planted.kind for is_there, is_named in told if is_there and is_named}
    assert found == {planted.kind for planted in sample.incidents}
    assert explained == found


def test_looking_back_keeps_what_nobody_watched_once_and_tells_nobody(load):
    sample, lake = load(n_stores=60, n_days=140, n_voices=16_000, seed=32)
    [planted] = [one for one in sample.incidents if one.kind == "price_rise"]
    now = datetime.combine(planted.first_day, datetime.min.time(), tzinfo=UTC) + 6 * DAY
    told: list[tuple[int, int]] = []
    n_found = keep_past(lake, now=now, days=6, tell=lambda done, total: told.append((done, total)))
    kept = list(Incident.objects.all())
    assert n_found == len(kept) > 0
    assert any(all(names(one, planted=planted)) for one in kept)
    assert told == [(day, 6) for day in range(6)]
    assert not Signal.objects.exists()
    assert all(one.ended_at for one in kept if one.last_at < now - 3 * DAY)
    assert keep_past(lake, now=now, days=6) == 0


def test_a_quiet_company_has_at_most_one_false_incident_a_week(load):
    sample, lake = load(n_stores=20, n_days=77, n_voices=10_000, seed=41, has_incidents=False)
    last = datetime.combine(sample.options.last_day, datetime.min.time(), tzinfo=UTC)
    look(lake, first=last - timedelta(days=14), last=last)
    found = [(str(one.unit), one.measure, one.window_hours) for one in Incident.objects.all()]
    assert len(found) <= 2, found
