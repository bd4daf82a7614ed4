"""Events become facts once, their people identities, their companies relations."""

from __future__ import annotations

import pytest

from zhiyin.customers.events import storing
from zhiyin.customers.events.accounts import account_key
from zhiyin.customers.events.messages import encode_events
from zhiyin.customers.events.storing import store_events, take_waiting_events
from zhiyin.customers.identifiers.sealing import open_traits
from zhiyin.customers.matching.shown import read_slips
from zhiyin.customers.models import Identity, Relation, RelationMember
from zhiyin.listen.authors import identifier_keys
from zhiyin.listen.identifiers import read_identifier

pytestmark = pytest.mark.django_db


def track(number, **more):
    return {"type": "track", "event": "Ordered", "userId": "u1", "messageId": f"m{number}", **more}


def key_of(engine, type_, value):
    [key] = identifier_keys([read_identifier(type_, value, source="app")], vault=engine.vault)
    return key


def customer_of(engine, type_, value):
    return Identity.objects.get(key=key_of(engine, type_, value)).customer


def test_an_event_counts_once_however_often_it_is_sent(take, rows):
    take(track(1), track(1, event="Other"), track(2))
    take(track(2), track(3))
    assert rows("SELECT name, count(*) FROM customer_events GROUP BY 1") == [("Ordered", 3)]


def test_an_event_is_found_under_the_key_of_its_person(take, rows, engine):
    take(track(1), {"type": "screen", "name": "Cart", "anonymousId": "a1", "messageId": "s1"})
    found = dict(rows("SELECT type, customer_key FROM customer_events"))
    assert found == {"track": key_of(engine, "customer", "u1"), "screen": key_of(engine, "anonymous", "a1")}


def test_ids_that_name_nobody_leave_a_fact_that_is_nobodys(take, rows):
    take(track(1, userId="undefined"), track(2, userId="null"), track(3, userId="😀"))
    keys = rows("SELECT DISTINCT customer_key FROM customer_events")
    assert keys == [(None,)]
    assert not Identity.objects.exists()


def test_identify_joins_what_it_names_and_keeps_what_it_tells(take, rows, engine):
    traits = {"phone": "13912345678", "name": "王小明", "birthday": "1990-01-01", "plan": "gold"}
    take(
        {"type": "identify", "userId": "u1", "anonymousId": "a1", "messageId": "i1", "traits": traits},
        track(1, userId=None, anonymousId="a1"),
    )
    people = {customer_of(engine, *one) for one in (("customer", "u1"), ("phone", "13912345678"))}
    assert people == {customer_of(engine, "anonymous", "a1")}
    assert rows("SELECT name, value FROM customer_traits") == [("plan", "gold")]
    told = open_traits(Identity.objects.get(key=key_of(engine, "customer", "u1")), vault=engine.vault)
    assert told["birthday"] == "1990-01-01"


def test_an_alias_joins_an_earlier_id_of_either_kind(take, engine):
    take(track(1, userId=None, anonymousId="a7"), track(2, userId="old"))
    take({"type": "alias", "previousId": "a7", "userId": "u1", "messageId": "l1"})
    assert customer_of(engine, "anonymous", "a7") == customer_of(engine, "customer", "u1")
    take({"type": "alias", "previousId": "old", "userId": "u9", "messageId": "l2"})
    assert not Identity.objects.filter(key=key_of(engine, "anonymous", "old")).exists()


def test_a_group_is_a_company_with_its_members(take, engine):
    acme = {"type": "group", "groupId": "acme", "traits": {"name": "Acme 有限公司", "seats": 4}}
    take({**acme, "userId": "u1", "messageId": "g1"}, {**acme, "userId": "u2", "messageId": "g2"})
    take({**acme, "userId": "u1", "messageId": "g3", "traits": {"name": "Acme 集团"}})
    company = Relation.objects.get()
    assert (company.kind, company.name) == ("company", "Acme 集团")
    assert company.account_key == account_key("acme", source="app", vault=engine.vault)
    assert RelationMember.objects.filter(relation=company, left_at__isnull=True).count() == 2
    # What is told of a company is not told of its members.
    assert not Identity.objects.exclude(traits_sealed=None).exists()


def test_no_private_word_stands_readable_in_lake_or_log(check, engine):
    traits = {"phone": "13912345678", "email": "wang@example.com", "note": "找 13812345678"}
    events = check(
        {"type": "identify", "userId": "u-secret-77", "messageId": "i1", "traits": traits},
        track(1, properties={"say": "打 13712345678"}),
    )
    engine.events.append([encode_events(events, vault=engine.vault)])
    take_waiting_events(engine)
    written = b"".join(path.read_bytes() for path in engine.home.path.rglob("*") if path.is_file())
    for word in (b"13912345678", b"13812345678", b"13712345678", b"wang@example", b"u-secret-77"):
        assert word not in written


@pytest.mark.parametrize("step", ["take_appearances", "take_groups", "_store_traits", "_append"])
def test_a_death_between_any_two_steps_has_no_second_effect(check, engine, rows, monkeypatch, step):
    class Killed(BaseException):
        pass

    def killed(*_args, **_options):
        raise Killed

    traits = {"phone": "13912345678", "plan": "gold"}
    events = check(
        {"type": "identify", "userId": "u1", "messageId": "i1", "traits": traits},
        {"type": "group", "userId": "u1", "groupId": "acme", "messageId": "g1"},
        track(1),
    )
    engine.events.append([encode_events(events, vault=engine.vault)])
    # A real death is in the crash test; here each place where it may come is tried.
    monkeypatch.setattr(storing, step, killed)
    with pytest.raises(Killed):
        take_waiting_events(engine)
    monkeypatch.undo()
    assert take_waiting_events(engine) == 3
    store_events(events, engine=engine)
    assert rows("SELECT count(*) FROM customer_events") == [(1,)]
    assert rows("SELECT count(*) FROM customer_traits") == [(1,)]
    assert (Identity.objects.count(), RelationMember.objects.count()) == (2, 1)
    assert take_waiting_events(engine) == 0


def test_what_an_order_shows_of_its_receiver_is_kept_as_hashes_alone(take, rows, engine):
    shown = {"order_id": "A1", "phone_tail": "尾号5678", "Receiver": "王女士"}
    take(
        track(1, event="Order Completed", properties=shown),
        track(2, properties={"phoneTail": 85678, "receiver": "王**", "gift": None}),
        track(3, properties={"phone_tail": "hidden", "receiver": ["王"]}),
    )

    found = rows("SELECT tail_key, surname_key, properties FROM customer_events ORDER BY event_id")

    assert len({(tail, surname) for tail, surname, _ in found if tail and surname}) == 1
    assert sum(tail is None and surname is None for tail, surname, _ in found) == 1
    said = "".join(properties for *_, properties in found)
    assert "5678" not in said
    assert "王" not in said
    slips = read_slips(engine)
    assert {*slips.n_slips.values()} == {2}
