"""What stands beside the voices: orders, contacts, inspections."""

from __future__ import annotations

from collections import Counter
from statistics import correlation, mean

import pytest

from zhiyin.listen.sample import SampleOptions, generate_voices, make_company
from zhiyin.listen.sample.circumstances import make_circumstances
from zhiyin.listen.sample.datafiles import record_plan
from zhiyin.listen.sample.enrolments import make_enrolments
from zhiyin.listen.sample.goods import make_goods
from zhiyin.listen.sample.hotline import Hotline
from zhiyin.listen.sample.inspections import make_inspections
from zhiyin.listen.sample.orders import OrderBook
from zhiyin.listen.sample.truth import describe_company


@pytest.fixture(scope="module")
def orders(company, voices):
    return [*OrderBook(company).orders(voices)]


@pytest.fixture(scope="module")
def contacts(company, voices):
    return [*Hotline(company).contacts(voices)]


def test_most_deliveries_and_many_others_name_their_order(voices):
    named = Counter((item.touchpoint, item.order_id is not None) for item, _ in voices)
    shares = {place: named[place, True] / (named[place, True] + named[place, False]) for place, _ in named}
    assert shares["delivery"] > 0.9
    assert 0.4 < shares["after_sales"] < 0.6
    numbers = [item.order_id for item, _ in voices if item.order_id]
    assert len(numbers) == len(set(numbers))


def test_every_order_that_a_voice_names_is_there_and_was_made_before(voices, orders):
    by_number = {order.order_id: order for order in orders}
    assert len(by_number) == len(orders)
    for item, truth in voices:
        if item.order_id:
            order = by_number[item.order_id]
            assert order.ordered_at < item.occurred_at
            assert order.unit.code == truth.unit
            assert item.product in (None, order.product)
            assert order.delivered_at > order.ordered_at


def test_the_slow_team_served_late_deliveries_more_often(voices, orders):
    by_number = {order.order_id: order for order in orders}
    late = Counter()
    for item, truth in voices:
        if item.order_id and by_number[item.order_id].courier:
            is_late = any(
                (one.aspect, one.polarity) == ("service_serving_speed", "negative") for one in truth.aspects
            )
            late[by_number[item.order_id].courier == record_plan().slow_courier, is_late] += 1
    among_slow = late[True, True] / (late[True, True] + late[True, False])
    among_others = late[False, True] / (late[False, True] + late[False, False])
    assert among_slow > 1.6 * among_others


def test_contacts_about_one_matter_end_when_it_is_solved(contacts):
    by_issue = {}
    for contact in contacts:
        by_issue.setdefault(contact.issue, []).append(contact)
    assert 0.6 < mean(one[0].is_resolved for one in by_issue.values()) < 0.85
    assert any(len(one) > 1 for one in by_issue.values())
    for one in by_issue.values():
        assert not any(contact.is_resolved for contact in one[:-1])
        assert [c.n_told for c in one] == sorted(c.n_told for c in one)
    field = [contact for contact in contacts if contact.is_field]
    assert field
    assert all(one.served_s > 0 for one in field)


def test_inspections_follow_the_stores_nature_without_being_it(company):
    scores = {}
    for one in make_inspections(company):
        assert 0 <= one.score <= one.max_score
        scores.setdefault(one.unit.code, []).append(one.score)
    assert set(scores) == {store.code for store in company.stores}
    r = correlation(
        [store.quality for store in company.stores], [mean(scores[s.code]) for s in company.stores]
    )
    assert 0.3 < r < 0.99


def test_equal_options_give_equal_records():
    def made():
        company = make_company(SampleOptions(n_stores=3, n_days=20))
        voices = [voice for batch in generate_voices(company) for voice in batch]
        return (
            [*OrderBook(company).orders(voices)],
            [*Hotline(company).contacts(voices)],
            [*make_inspections(company)],
        )

    assert made() == made()


def test_every_member_enrolled_in_the_store_at_home_and_whoever_changed_phones_twice(company):
    by_member = {person.member: person for person in company.customers if person.member}
    second = {
        about.second_member: person
        for person, about in zip(company.customers, make_circumstances(company), strict=True)
        if about.second_member
    }
    visits = [*make_enrolments(company)]
    named = [{one.type: one.value for one in visit.customer.identities} for visit in visits]
    assert Counter(one["member"] for one in named) == Counter([*by_member, *second])
    assert 0 < len(second) < 0.02 * len(by_member)
    for visit, identities in zip(visits, named, strict=True):
        person = (by_member | second)[identities["member"]]
        assert visit.unit.code == company.stores[person.home_store].code
        assert company.options.first_day <= visit.occurred_at.date() <= company.options.last_day
    assert visits == [*make_enrolments(company)]


def test_a_checked_phone_is_never_wrong_and_a_typed_one_now_and_then(company, orders, contacts):
    truth = describe_company(company).customers
    phones = {one.value for person in truth for one in person.identities if one.type == "phone"}
    records = [*make_enrolments(company), *orders, *contacts]
    told = [
        one
        for record in records
        if record.customer
        for one in record.customer.identities
        if one.type == "phone"
    ]
    assert all(one.value in phones for one in told if one.verified)
    typed = [one.value for one in told if not one.verified]
    share_wrong = mean(value not in phones for value in typed)
    assert 0.001 < share_wrong < 0.03
    assert all(len(value) == 11 for value in typed)


def test_the_truth_knows_whose_every_identity_of_the_records_is_but_wrong_numbers(company, orders, contacts):
    truth = describe_company(company).customers
    owners = {(one.type, one.value): person.code for person in truth for one in person.identities}
    assert len(owners) == sum(len(person.identities) for person in truth)
    for record in (*make_enrolments(company), *make_goods(company), *orders, *contacts):
        for one in record.customer.identities if record.customer else ():
            assert (one.type, one.value) in owners or (one.type == "phone" and not one.verified)


def test_who_orders_is_known_by_what_the_way_of_ordering_tells(orders):
    kinds = {}
    for order in orders:
        types = tuple(one.type for one in order.customer.identities) if order.customer else ()
        kinds.setdefault(order.channel, Counter())[types] += 1
    assert all(types[0] == "platform_user@takeaway_api" for types in kinds["外卖"])
    assert all(types[0] == "wechat_openid@crm" for types in kinds["小程序"])
    assert 0.3 < kinds["到店"][()] / kinds["到店"].total() < 0.8
    assert set(kinds["到店"]) == {(), ("member",), ("phone",)}


def test_households_give_each_others_numbers(company):
    circumstances = make_circumstances(company)
    living = {
        number: about.partner for number, about in enumerate(circumstances) if about.partner is not None
    }
    assert 0.04 < len(living) / len(circumstances) < 0.12
    assert all(living[other] == number for number, other in living.items())


def test_who_complains_in_writing_now_and_then_leaves_a_number_of_their_own(company, voices):
    phones = {
        (one.value, person.code)
        for person in describe_company(company).customers
        for one in person.identities
        if one.type == "phone"
    }
    left = Counter()
    for item, truth in voices:
        if item.channel not in ("email", "review_site", "social") or item.author is None:
            continue
        numbers = [one.value for one in item.author.identities if one.type == "phone"]
        assert all((number, truth.customer) in phones for number in numbers)
        left[item.channel == "email", truth.sentiment == "negative", bool(numbers)] += 1
    by_mail = left[True, True, True] / (left[True, True, True] + left[True, True, False])
    on_platforms = left[False, True, True] / (left[False, True, True] + left[False, True, False])
    assert 0.45 < by_mail < 0.75
    assert 0.02 < on_platforms < 0.3
    assert not left[True, False, True]
    assert not left[False, False, True]


def test_the_orders_of_most_who_are_no_members_tell_the_number_of_their_account(company, orders):
    is_member = {person.wechat_openid: person.member is not None for person in company.customers}
    told = Counter()
    for order in orders:
        if order.channel == "小程序":
            named = {one.type.partition("@")[0]: one.value for one in order.customer.identities}
            told[is_member[named["wechat_openid"]], "phone" in named] += 1
    shares = [told[one, True] / (told[one, True] + told[one, False]) for one in (True, False)]
    assert 0.7 < shares[0] < 0.9
    assert 0.5 < shares[1] < shares[0]
