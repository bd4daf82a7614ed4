"""The planted incidents of a sample company are found within a day by the rules that Zhiyin brings."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from zhiyin.engine import close_engine, open_engine
from zhiyin.engine.home import Home
from zhiyin.insight.alerts.counts import hour_of
from zhiyin.insight.alerts.defaults import ensure_rules
from zhiyin.insight.alerts.evaluating import look_at_hours
from zhiyin.insight.models import AlertMark, Incident
from zhiyin.listen.pipeline.analysis import Analysis
from zhiyin.listen.pipeline.pipeline import Pipeline
from zhiyin.listen.sample import SampleOptions, generate_voices, make_company
from zhiyin.listen.services.intake import Intake
from zhiyin.listen.services.sample import load_sample
from zhiyin.people.caches import forget_everything
from zhiyin.people.models import OrgUnit
from zhiyin.people.queries.units import list_subtree_ids

# A rival's opening takes a third of the voices and is spoken of by one in four: too little for a day.
FOUND_IN_A_DAY = ("delivery_breakdown", "sour_syrup", "rude_shift", "price_rise", "campaign")
DAY = timedelta(days=1)


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


def first_voice(sample, code):
    """When the first voice was said that the incident made."""
    return next(
        item.occurred_at
        for batch in generate_voices(sample)
        for item, truth in batch
        if truth.incident == code
    )


def names(incident, *, planted):
    """Whether the incident touches a planted unit, and its explanation names the planted aspect."""
    wanted = set()
    for code in planted.units:
        # The root of the tree keeps the code that it was made with.
        unit = OrgUnit.objects.filter(code=code).first() or OrgUnit.objects.get(parent=None)
        wanted |= set(list_subtree_ids(unit.pk))
    touched = set(incident.touched.values_list("unit_id", flat=True))
    told = {(part["name"], part["polarity"]) for part in incident.explanation["subjects"]}
    told.add(tuple(reversed(incident.subject.split(":")[1:])))
    return bool(touched & wanted) and (planted.aspect, planted.polarity) in told


@pytest.mark.slow
@pytest.mark.parametrize("seed", [31, 32])
def test_planted_incidents_are_found_within_a_day_and_explained(load, seed):
    sample, lake = load(n_stores=30, n_days=90, n_voices=36_000, seed=seed)
    missed = []
    for planted in sample.incidents:
        if planted.kind not in FOUND_IN_A_DAY:
            continue
        start = first_voice(sample, planted.code)
        Incident.objects.all().delete()
        look(lake, first=start - timedelta(hours=1), last=start + DAY)
        if not any(names(one, planted=planted) for one in Incident.objects.all()):
            missed.append((planted.kind, [(str(one.unit), one.subject) for one in Incident.objects.all()]))
    # A breakdown in a region of five stores can take some hours more than a day at this size.
    assert len(missed) <= 1, missed


@pytest.mark.slow
def test_a_quiet_company_has_at_most_one_false_incident_a_week(load):
    sample, lake = load(n_stores=30, n_days=75, n_voices=24_000, seed=41, has_incidents=False)
    last = datetime.combine(sample.options.last_day, datetime.min.time(), tzinfo=UTC)
    look(lake, first=last - timedelta(days=14), last=last)
    found = Counter(one.subject for one in Incident.objects.all())
    assert sum(found.values()) <= 2, found
