"""Incidents that turn out to be one become one, with their signals."""

from datetime import UTC, datetime, timedelta

import pytest

from zhiyin.insight.alerts.defaults import ensure_rules
from zhiyin.insight.alerts.explaining import Explanation, Part
from zhiyin.insight.alerts.grouping import Sighting, are_one
from zhiyin.insight.alerts.keeping import find_merged, merge_incidents, store_sighting
from zhiyin.insight.alerts.looking import Finding
from zhiyin.insight.alerts.measures import read_measure
from zhiyin.insight.alerts.tree import make_tree, read_tree
from zhiyin.insight.alerts.watching import Watch
from zhiyin.insight.models import AlertRule, Incident, IncidentUnit, Signal
from zhiyin.people.roles import Role

TREE = make_tree([[1], [1, 2], [1, 2, 10], [1, 2, 11]])
FIRST, SECOND = 2, 3
HOUR = 490_000


def finding(measure, *, place=FIRST, until=HOUR, observed=12.0, expected=2.0, p=1e-9):
    return Finding(
        place=place,
        measure=measure,
        channel=None,
        direction=1,
        observed=observed,
        expected=expected,
        size=50.0,
        p=p,
        times=10.0,
        hours=24,
        until=until,
    )


def sighting(measure, *, place=FIRST, until=HOUR, excess=None):
    best, what = finding(measure, place=place, until=until), read_measure(measure)
    units = [Part(name=str(place), n=12, expected=2.0, share=1.0)]
    return Sighting(
        best=best,
        subject=what,
        tone=what.tone(1),
        place=place,
        channel=None,
        first=until - 24,
        peak=until,
        last=until,
        excess={place: 10.0} if excess is None else excess,
        explanation=Explanation(n=12, expected=2.0, voices=units[0], units=units),
    )


def test_the_same_aspect_at_the_same_time_is_one_wherever_it_is():
    one, other = (sighting("aspect:negative:dish_taste", place=place) for place in (FIRST, SECOND))
    assert are_one(one, other, tree=TREE)


def test_a_mere_number_in_the_same_store_is_part_of_its_subject():
    assert are_one(sighting("voices"), sighting("aspect:negative:dish_taste"), tree=TREE)
    assert not are_one(sighting("voices"), sighting("negative", place=SECOND), tree=TREE)


def test_two_subjects_of_one_store_stay_two_and_so_do_two_times():
    taste, price = sighting("aspect:negative:dish_taste"), sighting("aspect:negative:price_level")
    assert not are_one(taste, price, tree=TREE)
    later = sighting("aspect:negative:dish_taste", until=HOUR + 400)
    assert not are_one(taste, later, tree=TREE)


def test_the_watch_merges_the_newer_into_the_older():
    watch = Watch(tree=TREE, explain=lambda _: pytest.fail("nothing needs explaining"))
    watch.sightings = [sighting("low_stars"), sighting("voices")]
    changed = watch.take([finding("voices", until=HOUR + 4)])
    assert changed == {0, 1}
    assert watch.gone == {1: 0}


def test_a_merged_incident_keeps_its_signals_and_its_address(company):
    moment = datetime.now(UTC) - timedelta(hours=3)
    ensure_rules(now=moment)
    tree, rule = read_tree(), AlertRule.objects.get(code="anomaly")
    north, south = (int(tree.places([unit.pk])[0]) for unit in (company.north, company.south))
    rows = []
    for place, unit in ((north, company.north), (south, company.south)):
        seen = sighting("aspect:negative:dish_taste", place=place)
        part = Part(name=str(unit.pk), n=12, expected=2.0, share=1.0)
        told = Explanation(n=12, expected=2.0, voices=part, units=[part])
        seen = Sighting(**{name: getattr(seen, name) for name in seen.__slots__} | {"explanation": told})
        rows.append(store_sighting(seen, incident_id=None, rule=rule, tree=tree, now=moment)[0])
    kept, gone = rows
    gone_id = gone.pk
    merge_incidents(gone_id, into=kept.pk, now=moment)
    assert [one.pk for one in Incident.objects.all()] == [kept.pk]
    assert Signal.objects.filter(incident=kept).count() == 2
    assert find_merged(gone_id) == kept.pk
    assert IncidentUnit.objects.filter(incident=kept).exists()
    answer = company.visit(Role.ANALYST).get(f"/alerts/{gone_id}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/alerts/{kept.pk}/")
