from datetime import UTC, datetime
from uuid import uuid4

import pytest

from zhiyin.customers.identifiers.pseudonyms import pseudonym
from zhiyin.people.models import AuditEvent

MORNING = datetime(2026, 3, 5, 1, tzinfo=UTC)


def page(client, identity, query=""):
    return client.get(f"/customers/{identity.customer}/{query}")


def test_the_story_holds_voices_contacts_and_purchases_with_our_reply(company):
    li = company.identity("13800001111", company.north)
    voice = company.say(li, "汤太咸了", reply="抱歉，下次少放盐")
    company.contact(li, is_resolved=False, waited_s=180.0)
    company.buy(li, product="牛肉面", amount=28.5, order="o1")
    company.buy(li, product="可乐", amount=5.0, order="o1")
    text = page(company.visit("owner"), li).content.decode()
    assert "汤太咸了" in text
    assert "抱歉，下次少放盐" in text
    assert f"/voices/{voice}/" in text
    assert "Not solved" in text
    assert "3 min" in text
    assert "33.50" in text
    assert "牛肉面" in text
    assert "可乐" in text


def test_facts_of_all_identities_stand_on_one_page_and_leave_it_when_taken_apart(company):
    phone = company.identity("13800001111", company.north)
    member = company.identity("M-1001", company.north, type="member", joined_to=phone)
    company.say(phone, "第一句")
    company.say(member, "第二句")
    owner = company.visit("owner")
    both = page(owner, phone).content.decode()
    assert "第一句" in both
    assert "第二句" in both
    member.customer = member.born
    member.save()
    apart = page(owner, phone).content.decode()
    assert "第一句" in apart
    assert "第二句" not in apart


def test_an_id_that_was_merged_away_leads_to_the_customer(company):
    phone = company.identity("13800001111", company.north)
    member = company.identity("M-1001", company.north, type="member", joined_to=phone)
    answer = company.visit("owner").get(f"/customers/{member.born}/?q=x")
    assert answer.status_code == 302
    assert answer["Location"] == f"/customers/{phone.customer}/?q=x"


def test_a_customer_of_another_unit_answers_404(company):
    li = company.identity("13800001111", company.north)
    company.say(li)
    client = company.visit("manager", unit=company.south)
    assert page(client, li).status_code == 404
    assert client.get(f"/customers/{li.customer}/portrait/").status_code == 404
    assert client.get(f"/customers/{uuid4()}/").status_code == 404


def test_of_a_shared_customer_each_unit_sees_its_own_facts(company):
    li = company.identity("13800001111", company.north, company.south)
    company.say(li, "北京的话", unit=company.north, opinions=[("taste", "negative")])
    company.say(li, "广州的话", unit=company.south)
    company.buy(li, unit=company.south, product="广州肠粉", amount=10.0)
    north = company.visit("manager", unit=company.north)
    text = (
        page(north, li).content.decode() + north.get(f"/customers/{li.customer}/portrait/").content.decode()
    )
    assert "北京的话" in text
    assert "广州" not in text


def test_the_story_is_searched_and_narrowed_to_kinds(company):
    li = company.identity("13800001111", company.north)
    company.say(li, "汤太咸了")
    company.say(li, "面很好吃")
    company.contact(li)
    owner = company.visit("owner")
    found = page(owner, li, "?q=太咸").content.decode()
    assert "汤太咸了" in found
    assert "面很好吃" not in found
    assert "entry-contact" not in found
    only = page(owner, li, "?kind=contact").content.decode()
    assert "entry-contact" in only
    assert "汤太咸了" not in only
    assert "Nothing fits" in page(owner, li, "?q=没有这句话").content.decode()


def test_a_month_begins_the_story_there(company):
    li = company.identity("13800001111", company.north)
    company.say(li, "三月的话", at=MORNING)
    company.say(li, "五月的话", at=MORNING.replace(month=5))
    text = page(company.visit("owner"), li, "?month=2026-03").content.decode()
    assert "三月的话" in text
    assert "五月的话" not in text
    assert page(company.visit("owner"), li, "?month=9999-12&before=nonsense").status_code == 200


def test_a_long_story_goes_on_where_the_page_ended(company):
    li = company.identity("13800001111", company.north)
    for number in range(45):
        company.contact(li, days_ago=number)
    owner = company.visit("owner")
    first = page(owner, li)
    more = first.context["story"].more_url
    rest = owner.get(more, headers={"HX-Request": "true", "HX-Target": "story-more"})
    ids = [line.entry.entry_id for answer in (first, rest) for line in answer.context["story"].lines]
    assert len(ids) == len(set(ids)) == 45
    assert "<html" not in rest.content.decode()


def test_identifiers_are_covered_and_pseudonyms_stand_in_the_title(company):
    li = company.identity("13812345678", company.north)
    text = page(company.visit("owner"), li).content.decode()
    assert "13812345678" not in text
    assert "138****5678" in text
    assert f"What happened with {pseudonym(li.customer)}?" in text
    assert "138****5678" not in page(company.visit("analyst"), li).content.decode()


@pytest.mark.parametrize("typed", ["5678", "138 1234 5678", "+86 13812345678"])
def test_staff_find_a_customer_by_what_they_are_told_and_the_trail_knows(company, typed):
    li = company.identity("13812345678", company.north)
    answer = company.visit("agent", unit=company.north).post("/customers/find/", {"who": typed})
    assert answer.status_code in (200, 302)
    if answer.status_code == 302:
        assert answer["Location"] == f"/customers/{li.customer}/"
    events = AuditEvent.objects.filter(action="customer.searched")
    assert events.count() == 1
    assert "5678" not in str(events.get().details)


def test_a_pseudonym_is_found_by_everybody_and_a_phone_only_by_who_may_know(company):
    li = company.identity("13812345678", company.north)
    analyst = company.visit("analyst")
    assert analyst.post("/customers/find/", {"who": pseudonym(li.customer).lower()}).status_code == 302
    assert analyst.post("/customers/find/", {"who": "13812345678"}).status_code == 200
    far = company.visit("agent", unit=company.south)
    assert far.post("/customers/find/", {"who": pseudonym(li.customer)}).status_code == 200


def test_the_list_counts_within_the_scope_and_its_export_names_nobody(company):
    li = company.identity("13812345678", company.north)
    wang = company.identity("13899990000", company.south)
    company.say(li, intents=[{"name": "complaint", "confidence": 0.9}])
    company.say(wang, unit=company.south)
    company.roll_up()
    owner = company.visit("owner")
    assert owner.get("/customers/").context["page"].n == 2
    assert owner.get("/customers/?which=complained").context["page"].n == 1
    assert owner.get("/customers/?unit=s1").context["page"].n == 1
    near = company.visit("manager", unit=company.north)
    assert [row.customer for row in near.get("/customers/").context["page"].rows] == [li.customer]
    exported = b"".join(owner.get("/customers/export/?sort=oldest").streaming_content).decode()
    assert pseudonym(li.customer) in exported
    assert pseudonym(wang.customer) in exported
    assert "5678" not in exported
    assert company.visit("agent", unit=company.north).get("/customers/export/").status_code == 403
