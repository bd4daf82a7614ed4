import pytest

from zhiyin.customers.identifiers.pseudonyms import pseudonym
from zhiyin.customers.models import ContactStar, RelationMember


def star(client, identity, entry, stars, kind="contact"):
    data = {"kind": kind, "entry": entry, "stars": stars}
    return client.post(f"/customers/{identity.customer}/stars/", data)


def test_a_star_is_kept_replaced_and_taken_back(company):
    li = company.identity("13800001111", company.north)
    contact = company.contact(li)
    agent = company.visit("agent", unit=company.north)
    assert star(agent, li, contact, "2").status_code == 302
    assert star(agent, li, contact, "4").status_code == 302
    kept = ContactStar.objects.get()
    assert (kept.stars, kept.key, kept.unit_id) == (4, li.key, company.north.pk)
    assert star(agent, li, contact, "0").status_code == 302
    assert not ContactStar.objects.exists()


@pytest.mark.parametrize("stars", ["6", "-1", "x", ""])
def test_only_one_to_five_stars_are_taken(company, stars):
    li = company.identity("13800001111", company.north)
    contact = company.contact(li)
    assert star(company.visit("owner"), li, contact, stars).status_code == 422
    assert not ContactStar.objects.exists()


def test_no_star_for_anothers_contact_nor_for_one_of_another_unit(company):
    li = company.identity("13800001111", company.north, company.south)
    wang = company.identity("13899990000", company.north)
    assert star(company.visit("owner"), li, company.contact(wang), "3").status_code == 404
    south = company.visit("agent", unit=company.south)
    assert star(south, li, company.contact(li, unit=company.north), "3").status_code == 404
    assert star(company.visit("auditor"), li, company.contact(li), "3").status_code == 403


def test_stars_move_the_health_and_stand_in_the_mood(company):
    li = company.identity("13800001111", company.north)
    contact = company.contact(li, is_resolved=True)
    owner = company.visit("owner")
    star(owner, li, contact, "1")
    low = owner.get(f"/customers/{li.customer}/portrait/").context["portrait"]
    star(owner, li, contact, "5")
    high = owner.get(f"/customers/{li.customer}/portrait/").context["portrait"]
    assert low.health.score < high.health.score
    assert high.moods[-1].stars == 5


def add(client, person, other, **fields):
    data = {"other": pseudonym(other.customer), "kind": "household", **fields}
    return client.post(f"/customers/{person.customer}/relations/", data)


def test_a_household_is_made_left_and_restored(company):
    li, wang = company.identity("13800001111", company.north), company.identity("13899990000", company.north)
    agent = company.visit("agent", unit=company.north)
    assert add(agent, li, wang).status_code == 302
    text = agent.get(f"/customers/{wang.customer}/").content.decode()
    assert pseudonym(li.customer) in text
    assert add(agent, li, wang).status_code == 409
    member = RelationMember.objects.get(identity=wang)
    way = f"/customers/{li.customer}/relations/{member.relation_id}/{member.pk}"
    assert agent.post(f"{way}/remove/").status_code == 302
    assert pseudonym(wang.customer) not in agent.get(f"/customers/{li.customer}/").content.decode()
    assert agent.post(f"{way}/restore/").status_code == 302
    assert pseudonym(wang.customer) in agent.get(f"/customers/{li.customer}/").content.decode()


def test_a_member_of_another_unit_is_counted_and_not_named(company):
    li, wang = company.identity("13800001111", company.north), company.identity("13899990000", company.south)
    assert add(company.visit("owner"), li, wang, kind="company", name="知音茶业").status_code == 302
    text = company.visit("agent", unit=company.north).get(f"/customers/{li.customer}/").content.decode()
    assert "知音茶业" in text
    assert pseudonym(wang.customer) not in text
    assert "1 more belongs to units that you do not see" in text


def test_nobody_is_related_to_themselves_or_to_whom_nobody_sees(company):
    li, wang = company.identity("13800001111", company.north), company.identity("13899990000", company.south)
    agent = company.visit("agent", unit=company.north)
    assert add(agent, li, li).status_code == 422
    assert add(agent, li, wang).status_code == 422
    assert not RelationMember.objects.exists()
