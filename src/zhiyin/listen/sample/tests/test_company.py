"""The company: units, menu, customers and their identities."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from zhiyin.errors import InvalidInput
from zhiyin.listen.sample import SampleOptions, make_company
from zhiyin.listen.sample.truth import describe_company


def test_the_default_company_has_three_hundred_stores_in_six_regions():
    company = make_company(SampleOptions())
    kinds = Counter(unit.kind for unit in company.units)
    assert kinds["company"] == 1
    assert kinds["region"] == 6
    assert kinds["store"] == 300
    assert len(company.products) == 25
    assert SampleOptions().n_voices_wanted >= 100_000


def test_every_unit_hangs_below_one_that_stands_before_it(company):
    seen = set()
    for unit in company.units:
        assert unit.code not in seen
        assert unit.parent_code in seen or (unit.kind == "company" and unit.parent_code is None)
        seen.add(unit.code)
    names = [unit.name for unit in company.units if unit.kind == "store"]
    assert len(set(names)) == len(names)


def test_no_two_customers_share_an_identifier(company):
    values = Counter((i.type, i.value) for c in company.customers for i in c.all_identities())
    assert max(values.values()) == 1
    assert all(len(c.phone) == 11 and c.phone[3:7] == "0000" for c in company.customers)


def test_customers_appear_in_several_channels_under_several_identities(voices):
    channels: dict[str, set[str]] = {}
    identifiers: dict[str, set[tuple[str, str]]] = {}
    for item, truth in voices:
        if truth.customer and item.author:
            channels.setdefault(truth.customer, set()).add(item.channel)
            known = ((i.type, i.value) for i in item.author.identities)
            identifiers.setdefault(truth.customer, set()).update(known)
    n_in_many = sum(len(found) >= 3 for found in channels.values())
    n_with_many = sum(len(found) >= 3 for found in identifiers.values())
    assert n_in_many > 0.1 * len(channels)
    assert n_with_many > 0.1 * len(identifiers)


def test_every_identity_of_a_voice_belongs_to_its_true_customer(company, voices):
    owners = {
        (i.type.partition("@")[0], i.value): person.code
        for person in describe_company(company).customers
        for i in person.identities
    }
    for item, truth in voices:
        for identity in item.author.identities if item.author and truth.customer else []:
            assert owners[identity.type.partition("@")[0], identity.value] == truth.customer


def test_a_cut_of_one_store_and_one_day_works():
    options = SampleOptions(n_stores=1, n_days=1, last_day=date(2026, 2, 28))
    assert len(make_company(options).incidents) == 6


@pytest.mark.parametrize("wrong", [{"n_stores": 0}, {"n_days": -1}, {"n_voices": 0}, {"n_stores": 10_000}])
def test_an_impossible_size_is_refused_by_name(wrong):
    with pytest.raises(InvalidInput, match=next(iter(wrong))):
        SampleOptions(**wrong)
