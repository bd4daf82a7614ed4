"""The planted incidents can be seen in the truth, where and when they were planted."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

KINDS = ["delivery_breakdown", "sour_syrup", "rude_shift", "price_rise", "competitor_opening", "campaign"]


@pytest.fixture
def incidents(company):
    return {incident.kind: incident for incident in company.incidents}


def _share(company, voices, incident, *, polarity, is_during, channel=None, hours=range(24)):
    """Share of the voices at the incident's stores that say this of its aspect, and their number."""
    codes = {company.stores[i].code for i in incident.stores}
    hits = total = 0
    for item, truth in voices:
        during = incident.is_on(item.occurred_at.date())
        before = item.occurred_at.date() < incident.first_day
        if truth.unit not in codes or not (during if is_during else before):
            continue
        if (channel and item.channel != channel) or item.occurred_at.hour not in hours:
            continue
        total += 1
        hits += any(a.aspect == incident.aspect and a.polarity == polarity for a in truth.aspects)
    assert total >= 10
    return hits / total


def test_all_six_are_planted_within_the_window(company, incidents):
    assert sorted(incidents) == sorted(KINDS)
    for incident in incidents.values():
        assert company.options.first_day <= incident.first_day <= incident.last_day
        assert incident.last_day <= company.options.last_day
    breakdown = incidents["delivery_breakdown"]
    assert (breakdown.last_day - breakdown.first_day).days == 8
    assert len(incidents["sour_syrup"].stores) == 7
    assert len(incidents["rude_shift"].stores) == 1


def test_deliveries_break_down_in_one_region(company, voices, incidents):
    incident = incidents["delivery_breakdown"]
    assert len({company.stores[i].region_code for i in incident.stores}) == 1
    looks = {"polarity": "negative", "channel": "takeaway"}
    during = _share(company, voices, incident, is_during=True, **looks)
    assert during > 0.6
    assert during > 3 * _share(company, voices, incident, is_during=False, **looks)


def test_the_syrup_is_sour_in_seven_stores(company, voices, incidents):
    incident = incidents["sour_syrup"]
    during = _share(company, voices, incident, polarity="negative", is_during=True)
    assert during > 0.4
    assert during > 2 * _share(company, voices, incident, polarity="negative", is_during=False)
    urgent = [t for _, t in voices if "urgent" in t.phenomena]
    assert urgent
    assert {t.incident for t in urgent} == {incident.code}


def test_one_shift_is_rude_in_the_evening_only(company, voices, incidents):
    incident, evening, daytime = incidents["rude_shift"], range(17, 23), range(17)
    looks = {"polarity": "negative", "is_during": True}
    assert _share(company, voices, incident, hours=evening, **looks) > 0.4
    assert _share(company, voices, incident, hours=daytime, **looks) < 0.25


def test_the_price_rise_is_felt_everywhere_and_stands_in_what_was_paid(company, voices, incidents):
    incident = incidents["price_rise"]
    during = _share(company, voices, incident, polarity="negative", is_during=True)
    assert during > 1.7 * _share(company, voices, incident, polarity="negative", is_during=False)
    prices = {p.name: p.price for p in company.products}
    for item, _ in voices[::50]:
        if item.product:
            step = 2 if item.occurred_at.date() >= incident.first_day else 0
            assert item.attributes["paid_yuan"] == prices[item.product] + step


def test_the_competitor_is_named_and_takes_voices_away_once_the_talk_of_its_opening_is_over(
    company, voices, incidents
):
    incident = incidents["competitor_opening"]
    named = [i.text + "".join(t.text for t in i.turns) for i, t in voices if t.incident == incident.code]
    assert sum(incident.rival in text or "麥嶼" in text for text in named) > 0.8 * len(named)
    opening = (incident.first_day, incident.first_day + timedelta(days=7))
    later = (incident.first_day + timedelta(days=incident.plan.fades_in_days), incident.last_day)
    before = _share_of_stores(company, voices, incident, between=(date.min, incident.first_day))
    assert _share_of_stores(company, voices, incident, between=opening) > 1.3 * before
    assert _share_of_stores(company, voices, incident, between=later) < 0.8 * before


def _share_of_stores(company, voices, incident, *, between):
    """Share of these stores in all voices; other incidents move both alike, except at their own stores."""
    codes = {company.stores[i].code for i in incident.stores}
    busy = {company.stores[i].code for o in company.incidents if len(o.stores) < 30 for i in o.stores} - codes
    rows = [
        t.unit in codes
        for i, t in voices
        if between[0] <= i.occurred_at.date() < between[1] and t.unit not in busy
    ]
    return sum(rows) / len(rows)


def test_the_campaign_brings_praise_and_volume(company, voices, incidents):
    incident = incidents["campaign"]
    during = _share(company, voices, incident, polarity="positive", is_during=True)
    assert during > 2 * _share(company, voices, incident, polarity="positive", is_during=False)
    days = Counter(item.occurred_at.date() for item, _ in voices)
    inside = [n for day, n in days.items() if incident.is_on(day)]
    outside = [n for day, n in days.items() if not incident.is_on(day)]
    assert sum(inside) / len(inside) > 1.25 * sum(outside) / len(outside)


def test_a_voice_of_an_incident_speaks_of_its_aspect_at_its_place_and_time(company, voices, incidents):
    by_code = {incident.code: incident for incident in incidents.values()}
    places = {store.code: store.index for store in company.stores}
    for item, truth in voices:
        if truth.incident:
            incident = by_code[truth.incident]
            assert incident.is_on(item.occurred_at.date())
            assert places[truth.unit] in incident.stores
            said = {(a.aspect, a.polarity) for a in truth.aspects}
            # A caller may ask something else; what is marked has been said.
            assert (incident.aspect, incident.polarity) in said
