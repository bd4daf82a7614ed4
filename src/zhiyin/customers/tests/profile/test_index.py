from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from zhiyin.customers.profile.index import count_months
from zhiyin.customers.profile.index.background import make_facts_chore
from zhiyin.customers.profile.index.storing import forget_keys, update_index
from zhiyin.people.scope import EVERYTHING, Scope


def ids(company, identity, query=""):
    answer = company.visit("owner").get(f"/customers/{identity.customer}/{query}")
    return [line.entry.entry_id for line in answer.context["story"].lines]


@pytest.fixture
def filled(company):
    li, wang = company.identity("13800001111", company.north), company.identity("13899990000", company.north)
    for days in (400, 40, 4):
        company.say(li, f"{days} 天前的话", days_ago=days)
        company.say(li, days_ago=days, n_turns=3)
        company.contact(li, days_ago=days, issue_key="leak")
        company.buy(li, days_ago=days, product="茶", unit=company.south)
        company.say(wang, "别人的话", days_ago=days)
    return li


@pytest.mark.parametrize(
    "query", ["", "?kind=voice", "?kind=conversation", "?kind=contact", "?q=天前", "?month=2025-01"]
)
def test_the_story_is_the_same_with_the_index_as_without(company, filled, query):
    before = ids(company, filled, query)
    assert update_index(company.engine, should_stop=lambda: False)
    assert ids(company, filled, query) == before
    company.say(filled, "刚刚的 1 天前的话", days_ago=0.1)
    fresh = ids(company, filled, query)
    expected = query in ("", "?kind=voice", "?q=天前")
    assert len(fresh) == len(before) + expected


def test_the_pages_of_a_long_story_are_the_same_with_the_index_as_without(company):
    li = company.identity("13800001111", company.north)
    common = {"unit_id": company.north.pk, "channel": "call_centre", "is_field": False}

    def at(minutes):
        moment = company.now - timedelta(days=1, minutes=minutes)
        return {"occurred_at": moment, "day": moment.date()}

    contacts = [{"record_id": f"c{n}", "customer_key": li.key, **common, **at(n)} for n in range(70)]
    company.add("contacts", *contacts)
    company.add(
        "feedback",
        *(
            {
                "feedback_id": f"v{n}",
                "author_key": li.key,
                "unit_id": company.north.pk,
                "channel": "review_site",
                "is_duplicate": n < 60,
                "text": "上菜慢",
                **at(n),
            }
            for n in range(65)
        ),
    )
    owner = company.visit("owner")

    def pages():
        found, address = [], f"/customers/{li.customer}/"
        while address:
            story = owner.get(address).context["story"]
            found.append([line.entry.entry_id for line in story.lines])
            address = story.more_url
        return found

    before = pages()
    assert [len(page) for page in before] == [40, 35]
    update_index(company.engine, should_stop=lambda: False)
    assert pages() == before


def test_contacts_about_one_matter_are_numbered(company, filled):
    update_index(company.engine, should_stop=lambda: False)
    text = company.visit("owner").get(f"/customers/{filled.customer}/?kind=contact").content.decode()
    assert "number 3 of 3" in text
    assert "number 1 of 3" in text


def test_months_are_counted_in_the_zone_and_within_the_scope(company):
    li = company.identity("13800001111", company.north)
    company.say(li, at=datetime(2026, 1, 31, 17, tzinfo=UTC))
    company.buy(li, at=datetime(2026, 1, 31, 15, tzinfo=UTC), unit=company.south)
    update_index(company.engine, should_stop=lambda: False)
    beijing = ZoneInfo("Asia/Shanghai")
    counted = count_months([li.key], scope=EVERYTHING, zone=beijing)
    assert counted == {date(2026, 2, 1): 1, date(2026, 1, 1): 1}
    near = Scope(unit_ids=frozenset({company.north.pk}))
    assert count_months([li.key], scope=near, zone=beijing) == {date(2026, 2, 1): 1}


def test_erased_keys_leave_the_index(company, filled):
    update_index(company.engine, should_stop=lambda: False)
    assert forget_keys(company.engine.home, keys=[filled.key]) == 15
    assert not count_months([filled.key], scope=EVERYTHING, zone=ZoneInfo("UTC"))


def shown(company, identity, *, unit=None):
    """The portrait's figures without the moment at which it was drawn."""
    client = company.visit("manager" if unit else "owner", unit=unit)
    drawn = client.get(f"/customers/{identity.customer}/portrait/").context["portrait"]
    names = ["first_at", "last_at", "n_voices", "n_contacts", "liked", "disliked", "needs", "moods"]
    names += ["channels", "hours", "worth", "products"]
    return {name: getattr(drawn, name) for name in names}


def test_the_portrait_is_the_same_with_the_index_as_without(company):
    li = company.identity("13800001111", company.north, company.south)

    def on(days):
        return {"days_ago": days, "day": (company.now - timedelta(days=days)).date()}

    for days in (800, 400, 30, 3):
        met = days > 30
        company.say(
            li,
            sentiment_score=0.25,
            needs=[{"name": "timely", "met": met}, {"name": "plain", "met": None}],
            intents=[{"name": "complaint", "confidence": 0.9}] if met else [],
            **on(days),
        )
        company.say(li, is_spam=True, sentiment_score=-1.0, **on(days))
        company.contact(li, issue_key="leak", is_resolved=met, **on(days))
        for product, amount in (("茶", 9.5), ("茶", 9.5), ("汤", None)):
            company.buy(li, product=product, amount=amount, order=f"o{days}", unit=company.south, **on(days))
    company.say(li, opinions=[("taste", "positive"), ("speed", "negative")])
    before, near = shown(company, li), shown(company, li, unit=company.south)
    assert (before["n_voices"], before["worth"].n_orders, before["worth"].amount) == (5, 4, 76.0)
    assert (near["n_voices"], near["worth"].n_orders) == (0, 4)
    update_index(company.engine, should_stop=lambda: False)
    assert shown(company, li) == before
    assert shown(company, li, unit=company.south) == near
    company.say(li, opinions=[("speed", "negative")])
    fresh = shown(company, li)
    assert fresh["n_voices"] == 6
    assert [(one.aspect, one.n_negative) for one in fresh["disliked"]] == [("speed", 2)]


def test_what_is_corrected_or_gone_leaves_the_index(company, filled):
    update_index(company.engine, should_stop=lambda: False)
    count = lambda: sum(count_months([filled.key], scope=EVERYTHING, zone=ZoneInfo("UTC")).values())  # noqa: E731
    assert count() == 12
    company.engine.lake.update("contacts", where="issue_key = 'leak'", values={"is_current": "false"})
    company.engine.lake.delete("purchases", where="TRUE")
    assert update_index(company.engine, should_stop=lambda: False)
    assert count() == 6
    assert not update_index(company.engine, should_stop=lambda: False)


def words(company, identity):
    answer = company.visit("owner").get(f"/customers/{identity.customer}/words/")
    return [(word.text, word.href) for word in answer.context["words"]]


def test_the_words_for_staff_are_the_same_with_the_index_as_without(company):
    li = company.identity("13800001111", company.north)

    def on(days):
        return {"days_ago": days, "day": (company.now - timedelta(days=days)).date()}

    for days in (1095, 600, 500, 400, 300, 200, 190, 180, 170, 160, 150):
        company.buy(li, **on(days))
        company.contact(li, issue_key=f"other-{days}", is_resolved=False, **on(days))
    for days in (410, 175, 120):
        company.contact(li, issue_key="leak", is_resolved=False, **on(days))
    for days in (155, 95):
        company.contact(li, issue_key="noise", is_resolved=days == 95, **on(days))
    for days in (500, 80, 70):
        company.say(li, intents=[{"name": "complaint", "confidence": 0.9}], **on(days))
    before = words(company, li)
    assert "Contacts about the same unsolved matter: 3" in [text for text, _ in before]
    assert any(text.startswith("Complained last") for text, _ in before)
    update_index(company.engine, should_stop=lambda: False)
    assert words(company, li) == before
    company.contact(li, issue_key="leak", is_resolved=False, **on(2))
    company.contact(li, issue_key="noise", is_resolved=False, **on(3))
    fresh = [text for text, _ in words(company, li)]
    assert "Contacts about the same unsolved matter: 4" in fresh
    assert any(text.startswith("Complaints in the last 90 days: 2") for text in fresh)


@pytest.mark.parametrize("has_index", [True, False])
def test_a_home_whose_lake_lacks_newer_tables_shows_the_customer(company, has_index):
    li = company.identity("13800001111", company.north)
    for table in ("customer_events", "customer_traits"):
        company.engine.lake.set_aside(table)
    assert not {"customer_events", "products_owned", "visits"} & set(company.engine.lake.tables())
    if has_index:
        update_index(company.engine, should_stop=lambda: False)
    owner, address = company.visit("owner"), f"/customers/{li.customer}/"
    pages = ["", "?q=x", "?kind=event", "words/", "portrait/", "panels/"]
    assert [owner.get(address + page).status_code for page in pages] == [200] * len(pages)


def test_taking_in_rests_nine_times_as_long_as_it_took(company):
    li = company.identity("13800001111", company.north)
    ticks = iter([0.0, 10.0, 50.0, 101.0, 102.0])
    chore = make_facts_chore(company.engine, clock=lambda: next(ticks))
    counts = []
    for _ in range(3):
        company.contact(li)
        chore.run(lambda: False)
        counts.append(sum(count_months([li.key], scope=EVERYTHING, zone=ZoneInfo("UTC")).values()))
    assert counts == [1, 1, 3]
