from datetime import timedelta


def words(company, identity):
    text = company.visit("owner").get(f"/customers/{identity.customer}/words/")
    return [(word.text, word.tone) for word in text.context["words"]]


def test_staff_are_told_of_repeated_contacts_and_since_when_the_customer_is_one(company):
    li = company.identity("13800001111", company.north)
    company.buy(li, days_ago=800)
    for days in (9, 5, 2):
        last = company.contact(li, days_ago=days, issue_key="leak", is_resolved=False)
    answer = company.visit("owner").get(f"/customers/{li.customer}/words/")
    told = answer.context["words"]
    assert told[0].text == "Contacts about the same unsolved matter: 3"
    assert told[0].href.endswith(f"#entry-{last}")
    assert f"entry-{last}" in company.visit("owner").get(told[0].href.split("#")[0]).content.decode()
    year = (company.now - timedelta(days=800)).astimezone().year
    assert told[-1].text == f"Customer since {year}"


def test_a_solved_matter_is_not_told(company):
    li = company.identity("13800001111", company.north)
    for days in (5, 2):
        company.contact(li, days_ago=days, issue_key="leak", is_resolved=days == 2)
    assert not any("matter" in text for text, _ in words(company, li))


def test_a_promise_that_is_overdue_is_pressing(company):
    li = company.identity("13800001111", company.north)
    mark = {
        "kind": "promise",
        "turn": 1,
        "start": 0,
        "end": 8,
        "about": None,
        "due": company.now - timedelta(hours=3),
        "seconds": None,
        "words": "明天给您回电话",
    }
    talk = {"marks": [mark], "turns": [], "outcome": "unsolved"}
    company.say(li, "水管漏了", days_ago=1.0, n_turns=4, channel="call_centre", conversation=talk)
    [(text, tone)] = [one for one in words(company, li) if "promised" in one[0]]
    assert "明天给您回电话" in text
    assert "that was due" in text
    assert tone == "bad"


def test_who_complained_last_and_is_silent_since_is_told(company):
    li = company.identity("13800001111", company.north)
    company.buy(li, days_ago=200)
    company.say(li, days_ago=90, intents=[{"name": "complaint", "confidence": 0.9}])
    assert any("silent since" in text for text, _ in words(company, li))


def test_a_customer_without_facts_has_a_page(company):
    li = company.identity("13800001111", company.north)
    assert words(company, li) == []
